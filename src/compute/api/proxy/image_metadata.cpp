// /images/{id}/metadata: an image's properties.
#include "compute/api/links.h"
#include "compute/api/proxy/images.h"
#include "compute/api/server/server_metadata.h"
#include "core/base/text.h"

namespace welkin::compute {

using http::Reply;
using http::Request;
using enum http::Method;
using Properties = std::map<std::string, std::string>;

namespace {

std::string path_of(const Request& request) {
    return "/" + text::percent_encode(request.path_part("id"));
}

Task<Properties> read_properties(Request& request, State& compute) {
    request.authorize();
    co_return image_properties(co_await ask_image(request, compute, GET, path_of(request)));
}

Properties read_given(const json::Value& given, std::string_view name) {
    check_metadata(name, given);
    Properties properties;
    for (const auto& [key, value] : given.as_object()) {
        properties[key] = value.as_string();
    }
    return properties;
}

json::Value change(const char* operation, const std::string& name) {
    // RFC 6901 spells "~" and "/" in a name as "~0" and "~1".
    const auto escaped = text::replace_all(text::replace_all(name, "~", "~0"), "/", "~1");
    return json::Object{{"op", operation}, {"path", "/" + escaped}};
}

/// Makes the properties what is wanted, and returns what the image then has.
Task<Properties> change_properties(const Request& request, State& compute, Properties before,
                                   Properties wanted) {
    json::Array changes;
    for (const auto& [name, value] : wanted) {
        auto one = change(before.contains(name) ? "replace" : "add", name);
        one.set("value", value);
        changes.push_back(std::move(one));
    }
    for (const auto& [name, value] : before) {
        if (!wanted.contains(name)) {
            changes.push_back(change("remove", name));
        }
    }
    http::Headers headers;
    headers.add("Content-Type", "application/openstack-images-v2.1-json-patch");
    const auto image = co_await ask_image(request, compute, PATCH, path_of(request),
                                          std::move(changes), std::move(headers));
    co_return image_properties(image);
}

Reply show_all(const Properties& properties) {
    return http::ok(
        wrapped("metadata", [&](json::Writer& writer) { write_string_map(writer, properties); }));
}

Reply show_one(const std::string& key, const std::string& value) {
    return http::ok(wrapped("meta", [&](json::Writer& writer) {
        writer.begin_object().member(key, value).end_object();
    }));
}

}  // namespace

/// GET /images/{id}/metadata
Task<Reply> list_image_metadata(Request& request, State& compute) {
    co_return show_all(co_await read_properties(request, compute));
}

/// GET /images/{id}/metadata/{key}
Task<Reply> show_image_metadata(Request& request, State& compute) {
    const auto properties = co_await read_properties(request, compute);
    const auto found = properties.find(request.path_part("key"));
    if (found == properties.end()) {
        throw not_found("Metadata item was not found");
    }
    co_return show_one(found->first, found->second);
}

/// POST /images/{id}/metadata
Task<Reply> add_image_metadata(Request& request, State& compute) {
    auto before = co_await read_properties(request, compute);
    auto wanted = read_given(envelope(request, "metadata"), "metadata");
    wanted.insert(before.begin(), before.end());
    co_return show_all(
        co_await change_properties(request, compute, std::move(before), std::move(wanted)));
}

/// PUT /images/{id}/metadata
Task<Reply> replace_image_metadata(Request& request, State& compute) {
    auto before = co_await read_properties(request, compute);
    auto wanted = read_given(envelope(request, "metadata"), "metadata");
    co_return show_all(
        co_await change_properties(request, compute, std::move(before), std::move(wanted)));
}

/// PUT /images/{id}/metadata/{key}
Task<Reply> set_image_metadata(Request& request, State& compute) {
    auto before = co_await read_properties(request, compute);
    const auto given = read_given(envelope(request, "meta"), "meta");
    const auto& key = request.path_part("key");
    if (given.size() != 1 || !given.contains(key)) {
        throw bad_request("Request body and URI mismatch");
    }
    auto wanted = before;
    wanted[key] = given.at(key);
    co_await change_properties(request, compute, std::move(before), std::move(wanted));
    co_return show_one(key, given.at(key));
}

/// DELETE /images/{id}/metadata/{key}
Task<Reply> delete_image_metadata(Request& request, State& compute) {
    auto before = co_await read_properties(request, compute);
    auto wanted = before;
    if (wanted.erase(request.path_part("key")) == 0) {
        throw not_found("Metadata item was not found");
    }
    co_await change_properties(request, compute, std::move(before), std::move(wanted));
    co_return http::no_content();
}

}  // namespace welkin::compute
