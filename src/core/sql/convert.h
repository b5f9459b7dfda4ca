#pragma once
// How C++ values become SQL values and come back. Enums need to_text(E) and a
// `std::optional<E> enum_from_text(std::string_view, std::type_identity<E>)` found by ADL; maps and
// lists of strings are stored as JSON text.
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/error.h"
#include "core/base/id.h"
#include "core/base/time.h"
#include "core/json/json.h"

namespace welkin::sql {

using Value = std::variant<std::monostate, int64_t, double, std::string>;

std::string strings_to_text(const std::vector<std::string>& strings);
std::string strings_to_text(const std::map<std::string, std::string>& strings);
std::vector<std::string> strings_from_text(std::string_view text);
std::map<std::string, std::string> string_map_from_text(std::string_view text);

template <class T>
struct Convert;  // specialised below; add your own for a type of yours

inline int64_t as_integer(const Value& v) {
    if (auto* n = std::get_if<int64_t>(&v)) {
        return *n;
    }
    if (auto* d = std::get_if<double>(&v)) {
        return static_cast<int64_t>(*d);
    }
    return 0;
}
inline std::string as_text(const Value& v) {
    if (auto* s = std::get_if<std::string>(&v)) {
        return *s;
    }
    if (auto* n = std::get_if<int64_t>(&v)) {
        return std::to_string(*n);
    }
    return {};
}

template <class T>
Value to_value(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
        return static_cast<int64_t>(value ? 1 : 0);
    } else if constexpr (std::is_integral_v<T>) {
        return static_cast<int64_t>(value);
    } else if constexpr (std::is_floating_point_v<T>) {
        return static_cast<double>(value);
    } else if constexpr (std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, std::monostate>) {
        return Value{};
    } else if constexpr (std::is_same_v<T, Value>) {
        return value;
    } else if constexpr (std::is_same_v<T, Time>) {
        return to_micros(value);
    } else if constexpr (std::is_same_v<T, json::Value>) {
        return json::to_string(value);
    } else if constexpr (std::is_same_v<T, std::vector<std::string>> ||
                         std::is_same_v<T, std::map<std::string, std::string>>) {
        return strings_to_text(value);
    } else if constexpr (std::is_enum_v<T>) {
        return std::string(to_text(value));
    } else if constexpr (requires { Convert<T>::to(value); }) {
        return Convert<T>::to(value);
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        return std::string(static_cast<std::string_view>(value));
    } else {
        // std::optional<U>
        return value ? to_value(*value) : Value{};
    }
}

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {
    using inner = T;
};

template <class T>
struct is_id : std::false_type {};
template <class Tag>
struct is_id<Id<Tag>> : std::true_type {};

template <class T>
T from_value(const Value& v) {
    if constexpr (std::is_same_v<T, bool>) {
        return as_integer(v) != 0;
    } else if constexpr (std::is_integral_v<T>) {
        return static_cast<T>(as_integer(v));
    } else if constexpr (std::is_floating_point_v<T>) {
        auto* d = std::get_if<double>(&v);
        return static_cast<T>(d ? *d : static_cast<double>(as_integer(v)));
    } else if constexpr (std::is_same_v<T, std::string>) {
        return as_text(v);
    } else if constexpr (std::is_same_v<T, Time>) {
        return from_micros(as_integer(v));
    } else if constexpr (std::is_same_v<T, json::Value>) {
        auto text = as_text(v);
        return text.empty() ? json::Value{} : json::parse(text);
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
        return strings_from_text(as_text(v));
    } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
        return string_map_from_text(as_text(v));
    } else if constexpr (is_optional<T>::value) {
        if (std::holds_alternative<std::monostate>(v)) {
            return std::nullopt;
        }
        return from_value<typename is_optional<T>::inner>(v);
    } else if constexpr (std::is_enum_v<T>) {
        auto found = enum_from_text(as_text(v), std::type_identity<T>{});
        CHECK(found.has_value());
        return *found;
    } else if constexpr (requires { Convert<T>::from(v); }) {
        return Convert<T>::from(v);
    } else {
        return T(as_text(v));  // Id<Tag>
    }
}

/// The same from a value that is not needed any more: its text is moved, not copied.
template <class T>
T from_value(Value&& v) {
    auto* text = std::get_if<std::string>(&v);
    if constexpr (std::is_same_v<T, std::string>) {
        return text ? std::move(*text) : as_text(v);
    } else if constexpr (std::is_same_v<T, std::optional<std::string>>) {
        return text ? T(std::move(*text)) : from_value<T>(std::as_const(v));
    } else if constexpr (is_id<T>::value) {
        return T(text ? std::move(*text) : as_text(v));
    } else {
        return from_value<T>(std::as_const(v));
    }
}

}  // namespace welkin::sql
