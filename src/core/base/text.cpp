#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace welkin::text {

namespace {

constexpr char hex_digits[] = "0123456789abcdef";
constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr uint8_t no_digit = 255;

constexpr std::array<uint8_t, 256> values_of(std::string_view alphabet) {
    std::array<uint8_t, 256> values{};
    values.fill(no_digit);
    for (size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<uint8_t>(alphabet[i])] = static_cast<uint8_t>(i);
    }
    return values;
}
constexpr auto base64_values = values_of(base64_alphabet);
constexpr auto base64url_values = values_of(base64url_alphabet);

char lower_char(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = lower_char(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string encode64(std::string_view bytes, std::string_view alphabet) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    size_t i = 0;
    const auto byte = [&](size_t at) {
        return static_cast<uint32_t>(static_cast<uint8_t>(bytes[at]));
    };
    for (; i + 2 < bytes.size(); i += 3) {
        const uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        out += alphabet[group >> 18];
        out += alphabet[group >> 12 & 63];
        out += alphabet[group >> 6 & 63];
        out += alphabet[group & 63];
    }
    const size_t left = bytes.size() - i;
    if (left > 0) {
        const uint32_t group = byte(i) << 16 | (left == 2 ? byte(i + 1) << 8 : 0);
        out += alphabet[group >> 18];
        out += alphabet[group >> 12 & 63];
        out += left == 2 ? alphabet[group >> 6 & 63] : '=';
        out += '=';
    }
    return out;
}

/// `digits` is without padding.
std::optional<std::string> decode64(std::string_view digits,
                                    const std::array<uint8_t, 256>& values) {
    if (digits.size() % 4 == 1) {
        return {};
    }
    std::string out;
    out.reserve(digits.size() * 3 / 4);
    uint32_t bits = 0;
    int count = 0;
    for (const char c : digits) {
        const uint8_t value = values[static_cast<uint8_t>(c)];
        if (value == no_digit) {
            return {};
        }
        bits = bits << 6 | value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>(bits >> count & 0xff);
        }
    }
    // Bits left over must be zero, else two spellings would mean the same bytes.
    if ((bits & ((1U << count) - 1)) != 0) {
        return {};
    }
    return out;
}

std::string_view without_padding(std::string_view encoded) {
    for (int i = 0; i < 2 && encoded.ends_with('='); ++i) {
        encoded.remove_suffix(1);
    }
    return encoded;
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/// The length of the well-formed UTF-8 sequence at the front, 0 if there is none (RFC 3629).
size_t sequence_length(std::string_view bytes) {
    const auto at = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
    const uint8_t lead = at(0);
    if (lead < 0x80) {
        return 1;
    }
    const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || bytes.size() < length) {
        return 0;
    }
    for (size_t i = 1; i < length; ++i) {
        if ((at(i) & 0xc0) != 0x80) {
            return 0;
        }
    }
    const bool overlong = (lead == 0xe0 && at(1) < 0xa0) || (lead == 0xf0 && at(1) < 0x90);
    const bool surrogate = lead == 0xed && at(1) > 0x9f;
    const bool too_high = lead == 0xf4 && at(1) > 0x8f;
    return overlong || surrogate || too_high ? 0 : length;
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (;;) {
        const auto at = text.find(separator);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(at + 1);
    }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) {
            out += separator;
        }
        out += parts[i];
    }
    return out;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_space(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_space(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower_char);
    return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower_char, lower_char);
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
    if (from.empty()) {
        return text;
    }
    std::string out;
    size_t start = 0;
    for (size_t at = 0; (at = text.find(from, start)) != std::string::npos;
         start = at + from.size()) {
        out.append(text, start, at - start);
        out += to;
    }
    if (start == 0) {
        return text;
    }
    out.append(text, start);
    return out;
}

std::string to_hex(std::span<const uint8_t> bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const uint8_t byte : bytes) {
        out += hex_digits[byte >> 4];
        out += hex_digits[byte & 15];
    }
    return out;
}

std::string to_hex(std::string_view bytes) {
    return to_hex(std::span(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
}

std::optional<std::string> from_hex(std::string_view hex) {
    if (hex.size() % 2 != 0) {
        return {};
    }
    std::string out;
    out.reserve(hex.size() / 2);
    for (size_t i = 0; i < hex.size(); i += 2) {
        const int high = hex_value(hex[i]);
        const int low = hex_value(hex[i + 1]);
        if (high < 0 || low < 0) {
            return {};
        }
        out += static_cast<char>(high << 4 | low);
    }
    return out;
}

std::string to_base64(std::string_view bytes) { return encode64(bytes, base64_alphabet); }
std::string to_base64url(std::string_view bytes) { return encode64(bytes, base64url_alphabet); }

std::optional<std::string> from_base64(std::string_view encoded) {
    if (encoded.size() % 4 != 0) {
        return {};
    }
    return decode64(without_padding(encoded), base64_values);
}

std::optional<std::string> from_base64url(std::string_view encoded) {
    const auto digits = without_padding(encoded);
    if (digits.size() != encoded.size() && encoded.size() % 4 != 0) {
        return {};
    }
    return decode64(digits, base64url_values);
}

std::string percent_encode(std::string_view raw, std::string_view also_keep) {
    std::string out;
    out.reserve(raw.size());
    for (const char c : raw) {
        if (is_unreserved(c) || also_keep.contains(c)) {
            out += c;
        } else {
            const auto byte = static_cast<uint8_t>(c);
            out += '%';
            out += static_cast<char>(std::toupper(hex_digits[byte >> 4]));
            out += static_cast<char>(std::toupper(hex_digits[byte & 15]));
        }
    }
    return out;
}

std::optional<std::string> percent_decode(std::string_view encoded, bool plus_is_space) {
    std::string out;
    out.reserve(encoded.size());
    for (size_t i = 0; i < encoded.size(); ++i) {
        const char c = encoded[i];
        if (c == '+' && plus_is_space) {
            out += ' ';
        } else if (c != '%') {
            out += c;
        } else {
            const int high = i + 2 < encoded.size() ? hex_value(encoded[i + 1]) : -1;
            const int low = high >= 0 ? hex_value(encoded[i + 2]) : -1;
            if (low < 0) {
                return {};
            }
            out += static_cast<char>(high << 4 | low);
            i += 2;
        }
    }
    return out;
}

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const size_t length = sequence_length(bytes);
        if (length == 0) {
            return false;
        }
        bytes.remove_prefix(length);
    }
    return true;
}

size_t count_characters(std::string_view utf8) {
    return static_cast<size_t>(std::ranges::count_if(
        utf8, [](char c) { return (static_cast<uint8_t>(c) & 0xc0) != 0x80; }));
}

bool has_control_characters(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        return static_cast<uint8_t>(c) < 0x20 || static_cast<uint8_t>(c) == 0x7f;
    });
}

std::optional<int64_t> to_integer(std::string_view text) {
    int64_t value = 0;
    const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (trouble != std::errc() || end != text.data() + text.size()) {
        return {};
    }
    return value;
}

std::optional<bool> to_boolean(std::string_view text) {
    const auto word = lower(trim(text));
    for (const auto* spelling : {"true", "1", "yes", "on", "t", "y"}) {
        if (word == spelling) {
            return true;
        }
    }
    for (const auto* spelling : {"false", "0", "no", "off", "f", "n"}) {
        if (word == spelling) {
            return false;
        }
    }
    return {};
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) {
        return false;
    }
    volatile uint8_t difference = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        difference = difference | static_cast<uint8_t>(a[i] ^ b[i]);
    }
    return difference == 0;
}

}  // namespace welkin::text
