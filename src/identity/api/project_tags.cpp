// The tags of a project, each reachable on its own.
#include "identity/api/handlers.h"
#include "identity/api/project_rules.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

Project project_in_path(sql::Transaction& tx, Request& request, State& identity) {
    const ProjectId id(request.path_part("project_id"));
    const auto project = identity.stores.projects.find(tx, id);
    request.authorize(project ? owner_of(*project) : auth::Owner{});
    return identity.stores.projects.get(tx, id);
}

json::Text tags_text(const std::vector<std::string>& tags, const Request& request) {
    json::Text text;
    json::Writer out(text.value);
    out.begin_object().key("tags").begin_array();
    for (const auto& tag : tags) {
        out.string(tag);
    }
    out.end_array();
    text.value += list_links(request, "") + "}";
    return text;
}

/// Changes the tags of the project in the path by `change(tags)` and gives the new ones back.
template <class F>
Task<std::vector<std::string>> change_tags(Request& request, State& identity, F change) {
    co_return co_await identity.core.database.write([&](sql::Transaction& tx) {
        auto project = project_in_path(tx, request, identity);
        check_mutable(project.options, "project", project.id);
        change(project.tags);
        identity.stores.projects.update(tx, project);
        identity.record(tx, request.author(), "project", project.id.value, "update");
        return project.tags;
    });
}

Error no_tag(std::string_view tag) { return not_found("The project has no tag '{}'.", tag); }

}  // namespace

/// GET /projects/{project_id}/tags
Task<Reply> list_tags(Request& request, State& identity) {
    const auto project = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return project_in_path(tx, request, identity); });
    co_return http::ok(tags_text(project.tags, request));
}

/// PUT /projects/{project_id}/tags
Task<Reply> replace_tags(Request& request, State& identity) {
    const auto& wanted = request.json()["tags"];
    tag_list().check("tags", wanted);
    std::vector<std::string> tags;
    for (const auto& tag : wanted.as_array()) {
        tags.push_back(tag.as_string());
    }
    const auto now = co_await change_tags(request, identity, [&](auto& all) { all = tags; });
    co_return http::ok(tags_text(now, request));
}

/// DELETE /projects/{project_id}/tags
Task<Reply> delete_tags(Request& request, State& identity) {
    co_await change_tags(request, identity, [](auto& all) { all.clear(); });
    co_return http::no_content();
}

/// HEAD or GET /projects/{project_id}/tags/{tag}
Task<Reply> check_tag(Request& request, State& identity) {
    const auto project = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return project_in_path(tx, request, identity); });
    if (std::ranges::find(project.tags, request.path_part("tag")) == project.tags.end()) {
        throw no_tag(request.path_part("tag"));
    }
    co_return http::no_content();
}

/// PUT /projects/{project_id}/tags/{tag}
Task<Reply> add_tag(Request& request, State& identity) {
    const auto& tag = request.path_part("tag");
    co_await change_tags(request, identity, [&](auto& all) {
        if (std::ranges::find(all, tag) == all.end()) {
            json::Array together(all.begin(), all.end());
            together.emplace_back(tag);
            tag_list().check("tags", together);
            all.push_back(tag);
        }
    });
    Reply reply{.status = 201, .headers = {}, .body = std::string()};
    reply.headers.add("Location", url_of(request) + request.path);
    co_return reply;
}

/// DELETE /projects/{project_id}/tags/{tag}
Task<Reply> delete_tag(Request& request, State& identity) {
    const auto& tag = request.path_part("tag");
    co_await change_tags(request, identity, [&](auto& all) {
        if (std::erase(all, tag) == 0) {
            throw no_tag(tag);
        }
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
