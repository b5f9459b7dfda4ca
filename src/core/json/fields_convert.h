#pragma once
// How the members that Fields<T> knows are read and written: std::string, bool, integers, double,
// Time, Id<>, enums (to_text/enum_from_text by ADL), json::Value (anything); std::optional of those
// (JSON null), vector, set and map<string, ...> of those. A type of yours joins by
//   void read_json(M& member, const json::Value& value, std::string_view name);
//   void write_json(json::Writer& writer, const M& member);
// found by ADL. Everything that need not be a template is in fields_convert.cpp.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/time.h"
#include "core/json/json.h"

namespace welkin::json {

/// Where a value is read from or written to; the times differ.
enum class Form {
    wire,         ///< a Time as "2026-11-23T18:00:00Z"
    wire_micros,  ///< "2026-11-23T18:00:00.000000Z"
    wire_bare,    ///< "2026-11-23T18:00:00.000000"
    saved,        ///< a Time as a number of microseconds
};

enum class Kind { text, integer, boolean, number, time, choice, list, object, anything };

/// What can be done with a member of one type.
struct MemberType {
    Kind kind;
    bool nullable;
    void (*read)(void* member, const Value& value, std::string_view name, Form form);
    void (*write)(Writer& writer, const void* member, Form form);
    bool (*is_empty)(const void* member);
};

/// What was given, for messages: "null", "5", "the string 'abc'", "a list".
std::string describe(const Value& value);

namespace detail {

// Each throws bad_request() naming the field for a value of another kind.
std::string read_string(const Value& value, std::string_view name);
bool read_boolean(const Value& value, std::string_view name);
int64_t read_integer(const Value& value, std::string_view name, int64_t lowest, int64_t highest);
double read_number(const Value& value, std::string_view name);
Time read_time(const Value& value, std::string_view name, Form form);
const Array& read_array(const Value& value, std::string_view name);
const Object& read_object(const Value& value, std::string_view name);
[[noreturn]] void refuse_choice(const Value& value, std::string_view name);
std::string item_name(std::string_view name);
void write_time(Writer& writer, Time time, Form form);

template <class M>
struct Shape {
    static constexpr bool optional = false, list = false, set = false, map = false;
};
template <class U>
struct Shape<std::optional<U>> : Shape<void> {
    static constexpr bool optional = true;
    using Inner = U;
};
template <class U>
struct Shape<std::vector<U>> : Shape<void> {
    static constexpr bool list = true;
};
template <class U, class Less>
struct Shape<std::set<U, Less>> : Shape<void> {
    static constexpr bool set = true;
};
template <class U, class Less>
struct Shape<std::map<std::string, U, Less>> : Shape<void> {
    static constexpr bool map = true;
};

template <class M>
constexpr int64_t highest() {
    if constexpr (sizeof(M) >= sizeof(int64_t)) {
        return std::numeric_limits<int64_t>::max();
    } else {
        return static_cast<int64_t>(std::numeric_limits<M>::max());
    }
}

template <class M>
void read_member(M& member, const Value& value, std::string_view name, Form form) {
    if constexpr (std::is_same_v<M, std::string>) {
        member = read_string(value, name);
    } else if constexpr (std::is_same_v<M, bool>) {
        member = read_boolean(value, name);
    } else if constexpr (std::is_integral_v<M>) {
        member = static_cast<M>(read_integer(
            value, name, std::is_signed_v<M> ? std::numeric_limits<M>::min() : 0, highest<M>()));
    } else if constexpr (std::is_floating_point_v<M>) {
        member = static_cast<M>(read_number(value, name));
    } else if constexpr (std::is_same_v<M, Time>) {
        member = read_time(value, name, form);
    } else if constexpr (std::is_same_v<M, Value>) {
        member = value;
    } else if constexpr (std::is_enum_v<M>) {
        auto found = enum_from_text(read_string(value, name), std::type_identity<M>{});
        if (!found) {
            refuse_choice(value, name);
        }
        member = *found;
    } else if constexpr (Shape<M>::optional) {
        if (value.is_null()) {
            member.reset();
        } else {
            read_member(member.emplace(), value, name, form);
        }
    } else if constexpr (Shape<M>::list || Shape<M>::set) {
        member.clear();
        const auto item = item_name(name);
        for (const auto& each : read_array(value, name)) {
            typename M::value_type read{};
            read_member(read, each, item, form);
            member.insert(member.end(), std::move(read));
        }
    } else if constexpr (Shape<M>::map) {
        member.clear();
        const auto item = item_name(name);
        for (const auto& [key, each] : read_object(value, name)) {
            read_member(member[key], each, item, form);
        }
    } else if constexpr (requires { read_json(member, value, name); }) {
        read_json(member, value, name);
    } else {
        member = M(read_string(value, name));  // Id<Tag>
    }
}

template <class M>
void write_member(Writer& writer, const M& member, Form form) {
    if constexpr (std::is_same_v<M, bool>) {
        writer.boolean(member);
    } else if constexpr (std::is_integral_v<M>) {
        writer.integer(static_cast<int64_t>(member));
    } else if constexpr (std::is_floating_point_v<M>) {
        writer.number(member);
    } else if constexpr (std::is_same_v<M, Time>) {
        write_time(writer, member, form);
    } else if constexpr (std::is_same_v<M, Value>) {
        writer.value(member);
    } else if constexpr (std::is_enum_v<M>) {
        writer.string(to_text(member));
    } else if constexpr (Shape<M>::optional) {
        if (member) {
            write_member(writer, *member, form);
        } else {
            writer.null();
        }
    } else if constexpr (Shape<M>::list || Shape<M>::set) {
        writer.begin_array();
        for (const auto& each : member) {
            write_member(writer, each, form);
        }
        writer.end_array();
    } else if constexpr (Shape<M>::map) {
        writer.begin_object();
        for (const auto& [key, each] : member) {
            writer.key(key);
            write_member(writer, each, form);
        }
        writer.end_object();
    } else if constexpr (requires { write_json(writer, member); }) {
        write_json(writer, member);
    } else {
        writer.string(static_cast<std::string_view>(member));  // std::string, Id<Tag>
    }
}

template <class M>
bool is_empty_member(const M& member) {
    if constexpr (Shape<M>::optional) {
        return !member.has_value();
    } else if constexpr (std::is_same_v<M, Value>) {
        return member.is_null();
    } else if constexpr (std::is_arithmetic_v<M> || std::is_same_v<M, Time>) {
        return member == M{};
    } else if constexpr (requires { member.empty(); }) {
        return member.empty();
    } else {
        return false;
    }
}

template <class M>
constexpr Kind kind_of() {
    if constexpr (Shape<M>::optional) {
        return kind_of<typename Shape<M>::Inner>();
    } else if constexpr (std::is_same_v<M, bool>) {
        return Kind::boolean;
    } else if constexpr (std::is_integral_v<M>) {
        return Kind::integer;
    } else if constexpr (std::is_floating_point_v<M>) {
        return Kind::number;
    } else if constexpr (std::is_same_v<M, Time>) {
        return Kind::time;
    } else if constexpr (std::is_enum_v<M>) {
        return Kind::choice;
    } else if constexpr (Shape<M>::list || Shape<M>::set) {
        return Kind::list;
    } else if constexpr (Shape<M>::map) {
        return Kind::object;
    } else if constexpr (std::is_same_v<M, Value> ||
                         requires(Writer& w, const M& m) { write_json(w, m); }) {
        return Kind::anything;
    } else {
        return Kind::text;
    }
}

}  // namespace detail

template <class M>
inline constexpr MemberType member_type = {
    detail::kind_of<M>(), detail::Shape<M>::optional || std::is_same_v<M, Value>,
    [](void* member, const Value& value, std::string_view name, Form form) {
        detail::read_member(*static_cast<M*>(member), value, name, form);
    },
    [](Writer& writer, const void* member, Form form) {
        detail::write_member(writer, *static_cast<const M*>(member), form);
    },
    [](const void* member) { return detail::is_empty_member(*static_cast<const M*>(member)); }};

/// Where in a T the member lies: what a pointer to a data member is in the Itanium C++ ABI.
template <class T, class M>
ptrdiff_t member_offset(M T::* member) {
    static_assert(sizeof(member) == sizeof(ptrdiff_t));
    return std::bit_cast<ptrdiff_t>(member);
}

}  // namespace welkin::json
