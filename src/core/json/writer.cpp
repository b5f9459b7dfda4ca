// The Writer: appends JSON text to a string.
#include <charconv>
#include <cmath>

#include "core/json/json.h"

namespace welkin::json {

namespace {

// What must be escaped: 0 for bytes that stand for themselves, 'u' for \u00XX, else the letter.
constexpr std::array<char, 256> make_escapes() {
    std::array<char, 256> escapes{};
    for (size_t i = 0; i < 0x20; ++i) {
        escapes[i] = 'u';
    }
    escapes['\b'] = 'b';
    escapes['\f'] = 'f';
    escapes['\n'] = 'n';
    escapes['\r'] = 'r';
    escapes['\t'] = 't';
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    return escapes;
}

constexpr auto escapes = make_escapes();

char escape_of(char c) { return escapes[static_cast<unsigned char>(c)]; }

/// False only if none of eight bytes must be escaped.
bool may_need_escape(uint64_t eight) {
    constexpr uint64_t ones = 0x0101010101010101;
    constexpr uint64_t high = 0x8080808080808080;
    const auto has_zero = [](uint64_t v) { return (v - ones) & ~v & high; };
    const uint64_t below_space = (eight - ones * 0x20) & ~eight & high;
    return (below_space | has_zero(eight ^ ones * '"') | has_zero(eight ^ ones * '\\')) != 0;
}

/// The first byte from `at` on that must be escaped, or the end.
size_t find_escape(std::string_view text, size_t at) {
    while (at < text.size()) {
        uint64_t eight = 0;
        if (text.size() - at >= sizeof eight) {
            std::memcpy(&eight, text.data() + at, sizeof eight);
            if (!may_need_escape(eight)) {
                at += sizeof eight;
                continue;
            }
        }
        const size_t end = std::min(at + sizeof eight, text.size());
        for (; at < end; ++at) {
            if (escape_of(text[at]) != 0) {
                return at;
            }
        }
    }
    return at;
}

void append_escape(std::string& out, char c) {
    const char escape = escape_of(c);
    out.push_back('\\');
    out.push_back(escape);
    if (escape == 'u') {
        static constexpr char digits[] = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        const char code[] = {'0', '0', digits[byte >> 4], digits[byte & 15]};
        out.append(code, sizeof code);
    }
}

/// Grows `out` once for all three parts.
void append_parts(std::string& out, std::string_view before, std::string_view text,
                  std::string_view after) {
    const size_t old_size = out.size();
    const size_t new_size = old_size + before.size() + text.size() + after.size();
    // libstdc++ 12 tells the function the capacity, not the size that was asked for.
    out.resize_and_overwrite(new_size, [&](char* data, size_t) {
        char* at = data + old_size;
        at = std::copy(before.begin(), before.end(), at);
        at = std::copy(text.begin(), text.end(), at);
        std::copy(after.begin(), after.end(), at);
        return new_size;
    });
}

/// `before` and `after` hold the quotes and what stands next to them.
void append_quoted(std::string& out, std::string_view before, std::string_view text,
                   std::string_view after) {
    size_t special = find_escape(text, 0);
    if (special == text.size()) {
        append_parts(out, before, text, after);
        return;
    }
    out.append(before);
    size_t plain_from = 0;
    while (special < text.size()) {
        out.append(text.substr(plain_from, special - plain_from));
        append_escape(out, text[special]);
        plain_from = special + 1;
        special = find_escape(text, plain_from);
    }
    out.append(text.substr(plain_from));
    out.append(after);
}

}  // namespace

void Writer::comma() {
    if (need_comma_) {
        out_.push_back(',');
    }
    need_comma_ = true;
}

Writer& Writer::begin_object() {
    comma();
    out_.push_back('{');
    need_comma_ = false;
    return *this;
}

Writer& Writer::end_object() {
    out_.push_back('}');
    need_comma_ = true;
    return *this;
}

Writer& Writer::begin_array() {
    comma();
    out_.push_back('[');
    need_comma_ = false;
    return *this;
}

Writer& Writer::end_array() {
    out_.push_back(']');
    need_comma_ = true;
    return *this;
}

Writer& Writer::key(std::string_view name) {
    append_quoted(out_, need_comma_ ? ",\"" : "\"", name, "\":");
    need_comma_ = false;
    return *this;
}

Writer& Writer::rendered_key(std::string_view quoted_and_colon) {
    append_parts(out_, need_comma_ ? "," : "", quoted_and_colon, "");
    need_comma_ = false;
    return *this;
}

Writer& Writer::string(std::string_view text) {
    append_quoted(out_, need_comma_ ? ",\"" : "\"", text, "\"");
    need_comma_ = true;
    return *this;
}

Writer& Writer::integer(int64_t number) {
    comma();
    const fmt::format_int digits(number);
    out_.append(digits.data(), digits.size());
    return *this;
}

Writer& Writer::number(double number) {
    comma();
    if (!std::isfinite(number)) {
        out_.append("null");  // JSON has no word for it
        return *this;
    }
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    const std::string_view text(digits, static_cast<size_t>(end - digits));
    out_.append(text);
    if (text.find_first_of(".e") == std::string_view::npos) {
        out_.append(".0");  // so that it is read back as what it was
    }
    return *this;
}

Writer& Writer::boolean(bool b) {
    comma();
    out_.append(b ? "true" : "false");
    return *this;
}

Writer& Writer::null() {
    comma();
    out_.append("null");
    return *this;
}

Writer& Writer::raw(std::string_view json) {
    comma();
    out_.append(json);
    return *this;
}

Writer& Writer::value(const Value& tree) {
    if (tree.is_object()) {
        begin_object();
        for (const auto& [name, member] : tree.as_object()) {
            key(name).value(member);
        }
        return end_object();
    }
    if (tree.is_array()) {
        begin_array();
        for (const auto& item : tree.as_array()) {
            value(item);
        }
        return end_array();
    }
    if (tree.is_string()) {
        return string(tree.as_string());
    }
    if (tree.is_integer()) {
        return integer(tree.as_integer());
    }
    if (tree.is_number()) {
        return number(tree.as_number());
    }
    return tree.is_bool() ? boolean(tree.as_bool()) : null();
}

std::string to_string(const Value& value) {
    std::string out;
    Writer(out).value(value);
    return out;
}

}  // namespace welkin::json
