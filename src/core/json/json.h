#pragma once
// JSON: a small value tree for input, and a writer that appends text for output.
//
// Objects keep the order of their keys. Reading is strict RFC 8259 and bounded (depth 64); writing
// never builds a tree: a Writer appends to one string.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace welkin::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;
using Object = std::vector<Member>;

class Value {
public:
    Value() = default;
    Value(std::nullptr_t) {}
    Value(bool b) : data_(b) {}
    Value(int n) : data_(static_cast<int64_t>(n)) {}
    Value(int64_t n) : data_(n) {}
    Value(uint64_t n) : data_(static_cast<int64_t>(n)) {}
    Value(double d) : data_(d) {}
    Value(const char* s) : data_(std::string(s)) {}
    Value(std::string s) : data_(std::move(s)) {}
    Value(std::string_view s) : data_(std::string(s)) {}
    Value(Array a) : data_(std::move(a)) {}
    Value(Object o) : data_(std::move(o)) {}

    bool is_null() const { return data_.index() == 0; }
    bool is_bool() const { return data_.index() == 1; }
    bool is_integer() const { return data_.index() == 2; }
    bool is_number() const { return data_.index() == 2 || data_.index() == 3; }
    bool is_string() const { return data_.index() == 4; }
    bool is_array() const { return data_.index() == 5; }
    bool is_object() const { return data_.index() == 6; }

    // The as_* functions CHECK the kind: test it first, or use Reader below for user input.
    bool as_bool() const;
    int64_t as_integer() const;
    double as_number() const;
    const std::string& as_string() const;
    const Array& as_array() const;
    Array& as_array();
    const Object& as_object() const;
    Object& as_object();

    /// The member, or null pointer if this is no object or lacks it. The last one wins if repeated.
    const Value* find(std::string_view key) const;
    /// The member, or a null Value.
    const Value& operator[](std::string_view key) const;
    /// Adds or replaces; makes an object of a null Value.
    void set(std::string_view key, Value value);
    void erase(std::string_view key);

    /// Text of a string member, or `otherwise`.
    std::string text(std::string_view key, std::string_view otherwise = "") const;
    int64_t integer(std::string_view key, int64_t otherwise = 0) const;
    bool boolean(std::string_view key, bool otherwise = false) const;

    /// "null", "a boolean", "a number", "a string", "a list" or "an object": for messages.
    const char* kind() const;
    bool operator==(const Value&) const = default;

private:
    std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> data_;
};

/// Throws bad_request() saying what is wrong and at which byte.
Value parse(std::string_view text);
std::string to_string(const Value& value);

/// Rendered JSON, ready to be sent or embedded.
struct Text {
    std::string value;
};

/// Appends JSON to a string; commas are its own business.
class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    Writer& begin_object();
    Writer& end_object();
    Writer& begin_array();
    Writer& end_array();
    Writer& key(std::string_view name);                       ///< escaped
    Writer& rendered_key(std::string_view quoted_and_colon);  ///< "\"name\":", written as it is
    Writer& string(std::string_view text);
    Writer& integer(int64_t number);
    Writer& number(double number);
    Writer& boolean(bool b);
    Writer& null();
    Writer& raw(std::string_view json);  ///< already rendered
    Writer& value(const Value& tree);

    // key and value in one
    Writer& member(std::string_view name, std::string_view text) { return key(name).string(text); }
    Writer& member(std::string_view name, const char* text) { return key(name).string(text); }
    Writer& member(std::string_view name, const std::string& text) {
        return key(name).string(text);
    }
    Writer& member(std::string_view name, int64_t number) { return key(name).integer(number); }
    Writer& member(std::string_view name, int number) { return key(name).integer(number); }
    Writer& member(std::string_view name, uint64_t n) {
        return key(name).integer(static_cast<int64_t>(n));
    }
    Writer& member(std::string_view name, double d) { return key(name).number(d); }
    Writer& member(std::string_view name, bool b) { return key(name).boolean(b); }
    Writer& member(std::string_view name, const Value& tree) { return key(name).value(tree); }
    Writer& member_null(std::string_view name) { return key(name).null(); }

private:
    void comma();
    std::string& out_;
    bool need_comma_ = false;
};

}  // namespace welkin::json
