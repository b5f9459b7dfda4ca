// /servers/{id}/tags
#include <algorithm>

#include "compute/api/links.h"
#include "compute/api/server/server_metadata.h"
#include "compute/api/server/server_view.h"
#include "core/base/text.h"

namespace welkin::compute {

using http::Reply;
using http::Request;
using Tags = std::vector<std::string>;

namespace {

constexpr size_t most_tags = 50;
constexpr size_t longest_tag = 60;

bool is_tag(std::string_view tag) {
    return !tag.empty() && text::count_characters(tag) <= longest_tag &&
           tag.find_first_of("/,") == std::string_view::npos;
}

bool contains(const Tags& tags, std::string_view tag) {
    return std::ranges::find(tags, tag) != tags.end();
}

Error no_such_tag(const Request& request) {
    return not_found("Server {} has no tag '{}'", request.path_part("id"),
                     request.path_part("tag"));
}

template <class F>
Task<Server> change_tags(Request& request, State& compute, F change) {
    co_return co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto server = visible_server(tx, compute, request);
        if (server.vm_state == VmState::building || server.vm_state == VmState::error) {
            throw conflict("Cannot 'update tags' instance {} while it is in vm_state {}", server.id,
                           to_text(server.vm_state));
        }
        change(server.tags);
        compute.servers.update(tx, server, {"tags"});
        history::append(
            tx, request.author(),
            {"compute", "server", server.id.value, "update_tags", {}, server.project_id});
        return server;
    });
}

Reply show_tags(const Tags& tags) {
    return http::ok(wrapped("tags", [&](json::Writer& writer) { write_strings(writer, tags); }));
}

}  // namespace

void check_tags(std::string_view name, const json::Value& value) {
    if (!value.is_array() || value.as_array().size() > most_tags) {
        throw bad_request(
            "Invalid input for field/attribute {}. It must be a list of at most {} "
            "tags.",
            name, most_tags);
    }
    for (const auto& tag : value.as_array()) {
        if (!tag.is_string() || !is_tag(tag.as_string())) {
            throw bad_request(
                "Invalid input for field/attribute {}. A tag is a string of 1 to {} "
                "characters, without '/' and ','.",
                name, longest_tag);
        }
    }
}

/// GET /servers/{id}/tags
Task<Reply> list_tags(Request& request, State& compute) {
    const auto server = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return visible_server(tx, compute, request); });
    co_return show_tags(server.tags);
}

/// GET /servers/{id}/tags/{tag}
Task<Reply> check_tag(Request& request, State& compute) {
    const auto server = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return visible_server(tx, compute, request); });
    if (!contains(server.tags, request.path_part("tag"))) {
        throw no_such_tag(request);
    }
    co_return http::no_content();
}

/// PUT /servers/{id}/tags {"tags": [...]}
Task<Reply> replace_tags(Request& request, State& compute) {
    const auto& given = request.json()["tags"];
    check_tags("tags", given);
    Tags wanted;
    for (const auto& tag : given.as_array()) {
        if (!contains(wanted, tag.as_string())) {
            wanted.push_back(tag.as_string());
        }
    }
    std::ranges::sort(wanted);
    const auto server = co_await change_tags(request, compute, [&](Tags& tags) { tags = wanted; });
    co_return show_tags(server.tags);
}

/// PUT /servers/{id}/tags/{tag}
Task<Reply> add_tag(Request& request, State& compute) {
    const auto& tag = request.path_part("tag");
    bool had = false;
    const auto server = co_await change_tags(request, compute, [&](Tags& tags) {
        if (!is_tag(tag)) {
            throw bad_request(
                "Tag '{}' is invalid. It must be a non empty string without "
                "characters '/' and ',' of at most {} characters.",
                tag, longest_tag);
        }
        had = contains(tags, tag);
        if (had) {
            return;
        }
        if (tags.size() >= most_tags) {
            throw bad_request("The number of tags exceeded the per-server limit {}", most_tags);
        }
        tags.insert(std::ranges::upper_bound(tags, tag), tag);
    });
    if (had) {
        co_return http::no_content();
    }
    http::Reply reply{.status = 201};
    reply.headers.set("Location", fmt::format("{}{}/servers/{}/tags/{}", request.base_url,
                                              api_prefix, server.id, tag));
    co_return reply;
}

/// DELETE /servers/{id}/tags/{tag}
Task<Reply> delete_tag(Request& request, State& compute) {
    co_await change_tags(request, compute, [&](Tags& tags) {
        if (std::erase(tags, request.path_part("tag")) == 0) {
            throw no_such_tag(request);
        }
    });
    co_return http::no_content();
}

/// DELETE /servers/{id}/tags
Task<Reply> delete_tags(Request& request, State& compute) {
    co_await change_tags(request, compute, [](Tags& tags) { tags.clear(); });
    co_return http::no_content();
}

}  // namespace welkin::compute
