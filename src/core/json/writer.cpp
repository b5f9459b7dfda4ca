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

void append_quoted(std::string& out, std::string_view text) {
    out.push_back('"');
    size_t plain_from = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        const char escape = escape_of(text[i]);
        if (escape == 0) {
            continue;
        }
        out.append(text.data() + plain_from, i - plain_from);
        plain_from = i + 1;
        out.push_back('\\');
        out.push_back(escape);
        if (escape == 'u') {
            static constexpr char digits[] = "0123456789abcdef";
            const auto byte = static_cast<unsigned char>(text[i]);
            const char code[] = {'0', '0', digits[byte >> 4], digits[byte & 15]};
            out.append(code, sizeof code);
        }
    }
    out.append(text.data() + plain_from, text.size() - plain_from);
    out.push_back('"');
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
    comma();
    append_quoted(out_, name);
    out_.push_back(':');
    need_comma_ = false;
    return *this;
}

Writer& Writer::rendered_key(std::string_view quoted_and_colon) {
    comma();
    out_.append(quoted_and_colon);
    need_comma_ = false;
    return *this;
}

Writer& Writer::string(std::string_view text) {
    comma();
    append_quoted(out_, text);
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
