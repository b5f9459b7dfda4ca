// /servers/{id}/metadata
#include "compute/api/server/server_metadata.h"

#include <algorithm>
#include <cctype>

#include "compute/api/links.h"
#include "compute/api/server/server_view.h"
#include "core/base/text.h"

namespace welkin::compute {

using http::Reply;
using http::Request;
using Metadata = std::map<std::string, std::string>;

namespace {

Metadata read_metadata(const json::Value& value, std::string_view name) {
    check_metadata(name, value);
    Metadata metadata;
    for (const auto& [key, item] : value.as_object()) {
        metadata[key] = item.as_string();
    }
    return metadata;
}

Error no_such_item() { return not_found("Metadata item was not found"); }

Task<Server> read_server(Request& request, State& compute) {
    return compute.core.database.read([&request, &compute](sql::Transaction& tx) {
        return visible_server(tx, compute, request);
    });
}

/// Lets `change` change the metadata of a server that may be changed, within the quota.
template <class F>
Task<Metadata> change_metadata(Request& request, State& compute, F change) {
    co_return co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto server = changeable_server(tx, compute, request);
        require_state(server, Action::update_metadata);
        change(server.metadata);
        const auto limit = compute.quotas.limits(tx, server.project_id).at("metadata_items");
        if (!within(limit, 0, static_cast<int64_t>(server.metadata.size()))) {
            throw over_limit("Maximum number of metadata items exceeds {}", limit);
        }
        compute.servers.update(tx, server, {"metadata"});
        history::append(
            tx, request.author(),
            {"compute", "server", server.id.value, "update_metadata", {}, server.project_id});
        return server.metadata;
    });
}

Reply show_all(const Metadata& metadata) {
    return http::ok(
        wrapped("metadata", [&](json::Writer& writer) { write_string_map(writer, metadata); }));
}

Reply show_one(const std::string& key, const std::string& value) {
    return http::ok(wrapped("meta", [&](json::Writer& writer) {
        writer.begin_object().member(key, value).end_object();
    }));
}

}  // namespace

void check_user_data(std::string_view name, const json::Value& value) {
    if (!value.is_string() || value.as_string().size() > 65535 ||
        !text::from_base64(value.as_string())) {
        throw bad_request(
            "Invalid input for field/attribute {}. It must be base64 of at most "
            "65535 characters.",
            name);
    }
}

void check_metadata(std::string_view name, const json::Value& value) {
    if (!value.is_object()) {
        throw bad_request("'{}' must be an object of strings, not {}.", name, value.kind());
    }
    for (const auto& [key, item] : value.as_object()) {
        const bool valid_key =
            !key.empty() && key.size() <= 255 && std::ranges::all_of(key, [](char c) {
                return std::isalnum(static_cast<unsigned char>(c)) ||
                       std::string_view("-_:. ").find(c) != std::string_view::npos;
            });
        if (!valid_key) {
            throw bad_request(
                "Invalid input for field/attribute {}. The key '{}' must have 1 to "
                "255 letters, digits, blanks and - _ : .",
                name, key);
        }
        if (!item.is_string() || text::count_characters(item.as_string()) > 255) {
            throw bad_request(
                "Invalid input for field/attribute {}. The value of '{}' must be a "
                "string of at most 255 characters.",
                name, key);
        }
    }
}

/// GET /servers/{id}/metadata
Task<Reply> list_metadata(Request& request, State& compute) {
    const auto server = co_await read_server(request, compute);
    co_return show_all(server.metadata);
}

/// GET /servers/{id}/metadata/{key}
Task<Reply> show_metadata(Request& request, State& compute) {
    const auto server = co_await read_server(request, compute);
    const auto found = server.metadata.find(request.path_part("key"));
    if (found == server.metadata.end()) {
        throw no_such_item();
    }
    co_return show_one(found->first, found->second);
}

/// POST /servers/{id}/metadata: adds to what is there.
Task<Reply> add_metadata(Request& request, State& compute) {
    const auto given = read_metadata(envelope(request, "metadata"), "metadata");
    co_return show_all(co_await change_metadata(request, compute, [&](Metadata& metadata) {
        for (const auto& [key, value] : given) {
            metadata[key] = value;
        }
    }));
}

/// PUT /servers/{id}/metadata: in place of what is there.
Task<Reply> replace_metadata(Request& request, State& compute) {
    const auto given = read_metadata(envelope(request, "metadata"), "metadata");
    co_return show_all(
        co_await change_metadata(request, compute, [&](Metadata& metadata) { metadata = given; }));
}

/// PUT /servers/{id}/metadata/{key} {"meta": {key: value}}
Task<Reply> set_metadata(Request& request, State& compute) {
    const auto given = read_metadata(envelope(request, "meta"), "meta");
    const auto& key = request.path_part("key");
    if (given.size() != 1) {
        throw bad_request("'meta' must have exactly one member, '{}'.", key);
    }
    if (given.begin()->first != key) {
        throw bad_request("Request body and URI mismatch");
    }
    const auto value = given.begin()->second;
    co_await change_metadata(request, compute, [&](Metadata& metadata) { metadata[key] = value; });
    co_return show_one(key, value);
}

/// DELETE /servers/{id}/metadata/{key}
Task<Reply> delete_metadata(Request& request, State& compute) {
    co_await change_metadata(request, compute, [&](Metadata& metadata) {
        if (metadata.erase(request.path_part("key")) == 0) {
            throw no_such_item();
        }
    });
    co_return http::no_content();
}

}  // namespace welkin::compute
