#include "core/json/json.h"

#include "core/base/error.h"

namespace welkin::json {

namespace {

const Value null_value;

}  // namespace

bool Value::as_bool() const {
    CHECK(is_bool());
    return std::get<bool>(data_);
}

int64_t Value::as_integer() const {
    CHECK(is_integer());
    return std::get<int64_t>(data_);
}

double Value::as_number() const {
    CHECK(is_number());
    return is_integer() ? static_cast<double>(std::get<int64_t>(data_)) : std::get<double>(data_);
}

const std::string& Value::as_string() const {
    CHECK(is_string());
    return std::get<std::string>(data_);
}

const Array& Value::as_array() const {
    CHECK(is_array());
    return std::get<Array>(data_);
}

Array& Value::as_array() {
    CHECK(is_array());
    return std::get<Array>(data_);
}

const Object& Value::as_object() const {
    CHECK(is_object());
    return std::get<Object>(data_);
}

Object& Value::as_object() {
    CHECK(is_object());
    return std::get<Object>(data_);
}

const Value* Value::find(std::string_view key) const {
    const auto* object = std::get_if<Object>(&data_);
    if (object == nullptr) {
        return nullptr;
    }
    const auto found = std::find_if(object->rbegin(), object->rend(),
                                    [key](const Member& member) { return member.first == key; });
    return found == object->rend() ? nullptr : &found->second;
}

const Value& Value::operator[](std::string_view key) const {
    const auto* found = find(key);
    return found == nullptr ? null_value : *found;
}

void Value::set(std::string_view key, Value value) {
    if (is_null()) {
        data_ = Object{};
    }
    auto& object = as_object();
    for (auto& [name, member] : object) {
        if (name == key) {
            member = std::move(value);
            return;
        }
    }
    object.emplace_back(std::string(key), std::move(value));
}

void Value::erase(std::string_view key) {
    if (is_object()) {
        std::erase_if(as_object(), [key](const Member& member) { return member.first == key; });
    }
}

std::string Value::text(std::string_view key, std::string_view otherwise) const {
    const auto* found = find(key);
    return found != nullptr && found->is_string() ? found->as_string() : std::string(otherwise);
}

int64_t Value::integer(std::string_view key, int64_t otherwise) const {
    const auto* found = find(key);
    return found != nullptr && found->is_integer() ? found->as_integer() : otherwise;
}

bool Value::boolean(std::string_view key, bool otherwise) const {
    const auto* found = find(key);
    return found != nullptr && found->is_bool() ? found->as_bool() : otherwise;
}

const char* Value::kind() const {
    static constexpr const char* kinds[] = {"null",     "a boolean", "a number", "a number",
                                            "a string", "a list",    "an object"};
    return kinds[data_.index()];
}

}  // namespace welkin::json
