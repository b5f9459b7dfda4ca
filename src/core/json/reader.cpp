// The reader: Boost.JSON's event parser building our Value.
#include <boost/json/src.hpp>
//
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/json/json.h"

namespace welkin::json {

namespace {

namespace bj = boost::json;
using Code = bj::error_code;

constexpr size_t max_depth = 64;
constexpr size_t few_members = 24;

bool has_repeated(const Object& object) {
    if (object.size() <= few_members) {
        for (size_t i = 1; i < object.size(); ++i) {
            for (size_t j = 0; j < i; ++j) {
                if (object[i].first == object[j].first) {
                    return true;
                }
            }
        }
        return false;
    }
    std::vector<std::string_view> names;
    names.reserve(object.size());
    for (const auto& member : object) {
        names.push_back(member.first);
    }
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
}

/// Keeps the last of members of the same name.
void drop_repeated(Object& object) {
    if (!has_repeated(object)) {
        return;
    }
    std::set<std::string, std::less<>> seen;
    Object kept;
    for (auto member = object.rbegin(); member != object.rend(); ++member) {
        if (seen.insert(member->first).second) {
            kept.push_back(std::move(*member));
        }
    }
    std::reverse(kept.begin(), kept.end());
    object = std::move(kept);
}

/// Receives the parser's events; finished values lie on a stack until their container ends.
struct Builder {
    static constexpr size_t max_array_size = static_cast<size_t>(-1);
    static constexpr size_t max_object_size = static_cast<size_t>(-1);
    static constexpr size_t max_string_size = static_cast<size_t>(-1);
    static constexpr size_t max_key_size = static_cast<size_t>(-1);

    std::vector<Value> values;
    std::vector<std::string> keys;
    std::string partial;

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_array_begin(Code&) { return true; }
    bool on_array_end(size_t count, Code&) {
        const auto first = values.end() - static_cast<ptrdiff_t>(count);
        Array array(std::make_move_iterator(first), std::make_move_iterator(values.end()));
        values.erase(first, values.end());
        values.emplace_back(std::move(array));
        return true;
    }
    bool on_object_begin(Code&) { return true; }
    bool on_object_end(size_t count, Code&) {
        Object object;
        object.reserve(count);
        const size_t first_key = keys.size() - count;
        const size_t first_value = values.size() - count;
        for (size_t i = 0; i < count; ++i) {
            object.emplace_back(std::move(keys[first_key + i]), std::move(values[first_value + i]));
        }
        keys.resize(first_key);
        values.resize(first_value);
        drop_repeated(object);
        values.emplace_back(std::move(object));
        return true;
    }
    bool on_string_part(bj::string_view part, size_t, Code&) { return add(part); }
    bool on_string(bj::string_view last, size_t, Code&) {
        add(last);
        values.emplace_back(std::exchange(partial, {}));
        return true;
    }
    bool on_key_part(bj::string_view part, size_t, Code&) { return add(part); }
    bool on_key(bj::string_view last, size_t, Code&) {
        add(last);
        keys.push_back(std::exchange(partial, {}));
        return true;
    }
    bool on_number_part(bj::string_view part, Code&) { return add(part); }
    bool on_int64(int64_t number, bj::string_view, Code&) {
        partial.clear();
        values.emplace_back(number);
        return true;
    }
    bool on_uint64(uint64_t number, bj::string_view last, Code& code) {
        if (number <= static_cast<uint64_t>(INT64_MAX)) {
            return on_int64(static_cast<int64_t>(number), last, code);
        }
        return on_double(static_cast<double>(number), last, code);
    }
    bool on_double(double number, bj::string_view last, Code& code) {
        add(last);
        // Boost's own conversion may be off in the last digit; from_chars is exact.
        double exact = 0;
        const auto result = std::from_chars(partial.data(), partial.data() + partial.size(), exact);
        partial.clear();
        if (result.ec == std::errc{}) {
            number = exact;
        }
        if (!std::isfinite(number)) {
            code = bj::make_error_code(bj::error::exponent_overflow);
            return false;
        }
        values.emplace_back(number);
        return true;
    }
    bool on_bool(bool b, Code&) {
        values.emplace_back(b);
        return true;
    }
    bool on_null(Code&) {
        values.emplace_back();
        return true;
    }
    bool on_comment_part(bj::string_view, Code&) { return true; }
    bool on_comment(bj::string_view, Code&) { return true; }

private:
    bool add(bj::string_view part) {
        partial.append(part.data(), part.size());
        return true;
    }
};

std::string plain_words(const Code& code, std::string_view text, size_t at) {
    switch (static_cast<bj::error>(code.value())) {
        case bj::error::incomplete:
            return "the text ends too early";
        case bj::error::extra_data:
            return "there is more after the end of the value";
        case bj::error::exponent_overflow:
            return "a number is too large";
        case bj::error::too_deep:
            return "lists and objects are nested more than 64 deep";
        case bj::error::illegal_leading_surrogate:
        case bj::error::illegal_trailing_surrogate:
        case bj::error::expected_utf16_escape:
            return "a \\u escape is half a surrogate pair";
        case bj::error::expected_hex_digit:
            return "a \\u escape needs four hexadecimal digits";
        default:
            break;
    }
    if (!text::is_utf8(text)) {
        return "the text is not well-formed UTF-8";
    }
    const auto byte = at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
    if (byte < 0x20 || byte >= 0x7f) {
        return byte < 0x20 ? "control characters in strings must be escaped"
                           : "this character was not expected here";
    }
    return fmt::format("'{}' was not expected here", static_cast<char>(byte));
}

}  // namespace

Value parse(std::string_view text) {
    bj::parse_options options;
    options.max_depth = max_depth;
    bj::basic_parser<Builder> parser(options);
    Code code;
    const size_t consumed = parser.write_some(false, text.data(), text.size(), code);
    if (!code && consumed < text.size()) {
        code = bj::make_error_code(bj::error::extra_data);
    }
    if (code) {
        throw bad_request("Malformed JSON at byte {}: {}.", consumed,
                          plain_words(code, text, consumed));
    }
    auto& values = parser.handler().values;
    CHECK(values.size() == 1);
    return std::move(values.front());
}

}  // namespace welkin::json
