#include "compute/api/links.h"

#include <algorithm>

namespace welkin::compute {

namespace {

// A bookmark outlives the version of the API: its path has none.
constexpr std::string_view unversioned_prefix = "/compute/";

void write_link(json::Writer& writer, std::string_view relation, std::string_view href) {
    writer.begin_object().member("rel", relation).member("href", href).end_object();
}

}  // namespace

json::View view_of(const http::Request& request) {
    json::View view(request.version());
    view.base_url = request.base_url;
    view.admin = request.is_admin();
    view.project_id = request.caller().project_id.value;
    return view;
}

void write_bookmark(json::Writer& writer, const json::View& view, std::string_view collection,
                    std::string_view id) {
    write_link(writer, "bookmark",
               fmt::format("{}{}{}/{}", view.base_url, unversioned_prefix, collection, id));
}

void write_links(json::Writer& writer, const json::View& view, std::string_view collection,
                 std::string_view id) {
    writer.begin_array();
    write_link(writer, "self",
               fmt::format("{}{}/{}/{}", view.base_url, api_prefix, collection, id));
    write_bookmark(writer, view, collection, id);
    writer.end_array();
}

void write_strings(json::Writer& writer, const std::vector<std::string>& strings) {
    writer.begin_array();
    for (const auto& each : strings) {
        writer.string(each);
    }
    writer.end_array();
}

void write_string_map(json::Writer& writer, const std::map<std::string, std::string>& map) {
    writer.begin_object();
    for (const auto& [key, value] : map) {
        writer.member(key, value);
    }
    writer.end_object();
}

const json::Value& envelope(const http::Request& request, std::string_view key,
                            std::initializer_list<std::string_view> also) {
    const auto& inner = request.json(key);
    for (const auto& [name, value] : request.json().as_object()) {
        if (name != key && std::ranges::find(also, name) == also.end()) {
            throw bad_request(
                "Additional properties are not allowed ('{}' was unexpected). Only "
                "'{}' is expected here.",
                name, key);
        }
    }
    return inner;
}

json::Text wrapped(std::string_view key, const std::function<void(json::Writer&)>& write) {
    json::Text text;
    json::Writer writer(text.value);
    writer.begin_object().key(key);
    write(writer);
    writer.end_object();
    return text;
}

}  // namespace welkin::compute
