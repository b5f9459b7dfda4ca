#include "core/sql/convert.h"

namespace welkin::sql {

std::string strings_to_text(const std::vector<std::string>& strings) {
    std::string out;
    json::Writer writer(out);
    writer.begin_array();
    for (const auto& each : strings) {
        writer.string(each);
    }
    writer.end_array();
    return out;
}

std::string strings_to_text(const std::map<std::string, std::string>& strings) {
    std::string out;
    json::Writer writer(out);
    writer.begin_object();
    for (const auto& [key, value] : strings) {
        writer.member(key, value);
    }
    writer.end_object();
    return out;
}

std::vector<std::string> strings_from_text(std::string_view text) {
    std::vector<std::string> strings;
    if (text.empty()) {
        return strings;
    }
    const auto value = json::parse(text);
    CHECK(value.is_array());
    for (const auto& each : value.as_array()) {
        strings.push_back(each.as_string());
    }
    return strings;
}

std::map<std::string, std::string> string_map_from_text(std::string_view text) {
    std::map<std::string, std::string> strings;
    if (text.empty()) {
        return strings;
    }
    const auto value = json::parse(text);
    CHECK(value.is_object());
    for (const auto& [key, each] : value.as_object()) {
        strings.emplace(key, each.as_string());
    }
    return strings;
}

}  // namespace welkin::sql
