#include "core/http/version.h"

#include <fmt/format.h>

#include <charconv>

namespace welkin {

namespace {

std::optional<uint16_t> small_number(std::string_view digits) {
    if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) {
        return std::nullopt;
    }
    uint16_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return number;
}

}  // namespace

std::string Version::text() const { return fmt::format("{}.{}", major, minor); }

std::optional<Version> parse_version(std::string_view text) {
    const auto dot = text.find('.');
    if (dot == std::string_view::npos) {
        return std::nullopt;
    }
    const auto major = small_number(text.substr(0, dot));
    const auto minor = small_number(text.substr(dot + 1));
    if (!major || !minor) {
        return std::nullopt;
    }
    return Version{*major, *minor};
}

}  // namespace welkin
