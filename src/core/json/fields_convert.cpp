#include "core/json/fields_convert.h"

#include "core/base/error.h"

namespace welkin::json {

std::string describe(const Value& value) {
    constexpr size_t longest_shown = 80;
    if (value.is_string()) {
        const auto& text = value.as_string();
        if (text.size() > longest_shown) {
            return "a string of " + std::to_string(text.size()) + " bytes";
        }
        return "the string '" + text + "'";
    }
    if (value.is_array() || value.is_object()) {
        return value.kind();
    }
    return to_string(value);
}

namespace detail {

namespace {

[[noreturn]] void refuse_kind(const Value& value, std::string_view name, std::string_view wanted) {
    throw bad_request("'{}' must be {}, not {}.", name, wanted, describe(value));
}

}  // namespace

std::string read_string(const Value& value, std::string_view name) {
    if (!value.is_string()) {
        refuse_kind(value, name, "a string");
    }
    return value.as_string();
}

bool read_boolean(const Value& value, std::string_view name) {
    if (!value.is_bool()) {
        refuse_kind(value, name, "true or false");
    }
    return value.as_bool();
}

int64_t read_integer(const Value& value, std::string_view name, int64_t lowest, int64_t highest) {
    if (!value.is_integer()) {
        refuse_kind(value, name, "an integer");
    }
    const int64_t number = value.as_integer();
    if (number < lowest || number > highest) {
        throw bad_request("'{}' must be an integer from {} to {}, not {}.", name, lowest, highest,
                          number);
    }
    return number;
}

double read_number(const Value& value, std::string_view name) {
    if (!value.is_number()) {
        refuse_kind(value, name, "a number");
    }
    return value.as_number();
}

Time read_time(const Value& value, std::string_view name, Form form) {
    if (form == Form::saved && value.is_integer()) {
        return from_micros(value.as_integer());
    }
    const auto time = value.is_string() ? parse_time(value.as_string()) : std::nullopt;
    if (!time) {
        refuse_kind(value, name, "a time such as '2026-11-23T18:00:00Z'");
    }
    return *time;
}

const Array& read_array(const Value& value, std::string_view name) {
    if (!value.is_array()) {
        refuse_kind(value, name, "a list");
    }
    return value.as_array();
}

const Object& read_object(const Value& value, std::string_view name) {
    if (!value.is_object()) {
        refuse_kind(value, name, "an object");
    }
    return value.as_object();
}

void refuse_choice(const Value& value, std::string_view name) {
    throw bad_request("'{}' cannot be {}.", name, describe(value));
}

std::string item_name(std::string_view name) { return std::string(name) + "[]"; }

void write_time(Writer& writer, Time time, Form form) {
    switch (form) {
        case Form::wire:
            writer.string(format_time(time));
            return;
        case Form::wire_micros:
            writer.string(format_time_micros(time));
            return;
        case Form::wire_bare:
            writer.string(format_time_bare(time));
            return;
        case Form::saved:
            writer.integer(to_micros(time));
            return;
    }
}

}  // namespace detail

}  // namespace welkin::json
