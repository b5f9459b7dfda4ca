#pragma once
// Version: a microversion such as 2.93, and ranges of them.
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace welkin {

struct Version {
    uint16_t major = 0;
    uint16_t minor = 0;
    constexpr auto operator<=>(const Version&) const = default;
    std::string text() const;  ///< "2.93"
};

inline constexpr Version version_end{65535, 65535};

/// "2.93"; nothing for anything else (leading zeros, signs and spaces included).
std::optional<Version> parse_version(std::string_view text);

/// Both ends belong to it.
struct VersionRange {
    Version first{};
    Version last = version_end;
    constexpr bool contains(Version v) const { return first <= v && v <= last; }
};

}  // namespace welkin
