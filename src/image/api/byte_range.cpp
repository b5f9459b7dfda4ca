#include "image/api/byte_range.h"

#include "core/base/error.h"
#include "core/base/text.h"

namespace welkin::image {

std::optional<ByteRange> parse_byte_range(std::string_view header, uint64_t size) {
    constexpr std::string_view unit = "bytes=";
    if (!header.starts_with(unit)) {
        return std::nullopt;
    }
    const auto spec = text::trim(header.substr(unit.size()));
    const auto dash = spec.find('-');
    if (dash == std::string_view::npos || spec.contains(',')) {
        return std::nullopt;
    }
    const auto first = text::to_integer(spec.substr(0, dash));
    const auto last = text::to_integer(spec.substr(dash + 1));
    const bool has_first = dash > 0;
    const bool has_last = dash + 1 < spec.size();
    if ((has_first && (!first || *first < 0)) || (has_last && (!last || *last < 0)) ||
        (!has_first && !has_last) || (has_first && has_last && *last < *first)) {
        return std::nullopt;
    }
    ByteRange range;
    if (has_first) {
        range.first = static_cast<uint64_t>(*first);
        const auto end = has_last ? std::min(static_cast<uint64_t>(*last) + 1, size) : size;
        range.length = end > range.first ? end - range.first : 0;
    } else {
        range.length = std::min(static_cast<uint64_t>(*last), size);
        range.first = size - range.length;
    }
    if (range.length == 0) {
        throw range_not_satisfiable("The range '{}' has none of the {} bytes.", spec, size)
            .with_header("Content-Range", fmt::format("bytes */{}", size));
    }
    return range;
}

}  // namespace welkin::image
