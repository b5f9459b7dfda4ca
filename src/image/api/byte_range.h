#pragma once
// One byte range of a Range header (RFC 9110 section 14).
#include <cstdint>
#include <optional>
#include <string_view>

namespace welkin::image {

struct ByteRange {
    uint64_t first = 0;
    uint64_t length = 0;
    bool operator==(const ByteRange&) const = default;
};

/// Nothing for no header, several ranges or one that is not understood: then all is sent. Throws
/// range_not_satisfiable() for a range that has none of the `size` bytes.
std::optional<ByteRange> parse_byte_range(std::string_view header, uint64_t size);

}  // namespace welkin::image
