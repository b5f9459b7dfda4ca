// The projects resource.
#include <set>

#include "core/base/text.h"
#include "core/base/uuid.h"
#include "identity/api/handlers.h"
#include "identity/api/project_rules.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

const json::Fields<Project> project_fields{
    "project",
    "projects",
    {{"id", &Project::id, json::read_only},
     {"name", &Project::name, json::required, name_text(64)},
     {"domain_id", &Project::domain_id, id_text()},
     {"parent_id", &Project::parent_id, id_text()},
     {"is_domain", &Project::is_domain},
     {"enabled", &Project::enabled},
     {"description", &Project::description, json::text(0, max_description)},
     {"tags", &Project::tags, tag_list()},
     {"options", &Project::options, object_value()},
     {"links", self_link<Project>("projects")}},
    json::Unknown::ignore};

Project project_in_path(sql::Transaction& tx, Request& request, State& identity) {
    const ProjectId id(request.path_part("project_id"));
    const auto project = identity.stores.projects.find(tx, id);
    request.authorize(project ? owner_of(*project) : auth::Owner{});
    return identity.stores.projects.get(tx, id);
}

/// Where a new project goes: below the parent it names, else directly below its domain.
void place(sql::Transaction& tx, State& identity, Project& project, const DomainId& own) {
    if (project.is_domain) {
        if (project.domain_id || project.parent_id) {
            throw bad_request("A project that acts as a domain has no domain_id or parent_id.");
        }
        return;
    }
    if (!project.parent_id) {
        const auto domain = project.domain_id.value_or(own);
        project.domain_id = identity.stores.projects.get_domain(tx, domain).as_domain();
        project.parent_id = ProjectId(domain.value);
        return;
    }
    const auto parent = identity.stores.projects.get(tx, *project.parent_id);
    const auto domain = parent.is_domain ? parent.as_domain() : *parent.domain_id;
    if (project.domain_id.value_or(domain) != domain) {
        throw bad_request("The parent {} is in domain {}, not in {}.", parent.id, domain,
                          *project.domain_id);
    }
    if (!parent.enabled) {
        throw forbidden("A project cannot be created below {}, which is disabled.", parent.id);
    }
    project.domain_id = domain;
    const auto depth = identity.stores.projects.ancestors(tx, project).size() + 1;
    if (depth > max_project_depth) {
        throw forbidden("Projects can be at most {} levels deep.", max_project_depth);
    }
}

/// tags=a,b: all of them; the others as their names say.
void filter_by_tags(const http::Query& query, std::vector<Project>& projects) {
    const auto given = [&](const char* name) {
        const auto tags = query.find(name);
        return tags ? text::split(*tags, ',') : std::vector<std::string>();
    };
    const auto count = [](const Project& project, const std::vector<std::string>& wanted) {
        return std::ranges::count_if(wanted, [&](const std::string& tag) {
            return std::ranges::find(project.tags, tag) != project.tags.end();
        });
    };
    const auto keep = [&](const char* name, auto matches) {
        const auto wanted = given(name);
        if (!wanted.empty()) {
            std::erase_if(projects, [&](const Project& project) {
                return !matches(static_cast<size_t>(count(project, wanted)), wanted.size());
            });
        }
    };
    keep("tags", [](size_t has, size_t all) { return has == all; });
    keep("tags-any", [](size_t has, size_t) { return has > 0; });
    keep("not-tags", [](size_t has, size_t all) { return has < all; });
    keep("not-tags-any", [](size_t has, size_t) { return has == 0; });
}

json::Value id_chain(const std::vector<Project>& nearest_first) {
    json::Value chain;
    for (auto it = nearest_first.rbegin(); it != nearest_first.rend(); ++it) {
        json::Value link;
        link.set(it->id.value, std::move(chain));
        chain = std::move(link);
    }
    return chain;
}

json::Value id_tree(const ProjectId& root, const std::vector<Project>& all) {
    json::Value tree;
    for (const auto& project : all) {
        if (project.parent_id == root) {
            tree.set(project.id.value, id_tree(project.id, all));
        }
    }
    return tree;
}

json::Value whole(const std::vector<Project>& projects, const Request& request) {
    json::Array list;
    for (const auto& project : projects) {
        list.push_back(json::parse(show(project_fields, project, request).value));
    }
    return list;
}

/// ?parents_as_ids, ?parents_as_list, ?subtree_as_ids, ?subtree_as_list.
void add_relatives(sql::Transaction& tx, Request& request, State& identity, Project& project) {
    const auto& query = request.query;
    if (query.has("parents_as_ids") || query.has("parents_as_list")) {
        auto above = identity.stores.projects.ancestors(tx, project);
        if (query.has("parents_as_list")) {
            project.extra.set("parents", whole(above, request));
        } else {
            if (auto domain = identity.stores.projects.find(
                    tx, ProjectId(project.domain_id.value_or(DomainId()).value))) {
                above.push_back(*std::move(domain));
            }
            project.extra.set("parents", id_chain(above));
        }
    }
    if (query.has("subtree_as_ids") || query.has("subtree_as_list")) {
        const auto below = identity.stores.projects.descendants(tx, project.id);
        project.extra.set("subtree", query.has("subtree_as_list") ? whole(below, request)
                                                                  : id_tree(project.id, below));
    }
}

/// Enabled projects on which the user has a role, by inheritance or through groups too.
std::vector<Project> projects_of(sql::Transaction& tx, State& identity, const UserId& user) {
    std::set<std::string> ids;
    for (const auto& assignment : identity.stores.assignments.list_of_user(tx, user)) {
        if (!assignment.inherited) {
            if (assignment.target == Target::project) {
                ids.insert(assignment.target_id);
            }
            continue;
        }
        for (const auto& below :
             identity.stores.projects.descendants(tx, ProjectId(assignment.target_id))) {
            ids.insert(below.id.value);
        }
    }
    auto found = identity.stores.projects.list(tx, {ids.begin(), ids.end()});
    std::set<std::string> dead_domains;
    for (const auto& project : found) {
        const auto domain = identity.stores.projects.find_domain(tx, *project.domain_id);
        if (!domain || !domain->enabled) {
            dead_domains.insert(project.domain_id->value);
        }
    }
    std::erase_if(found, [&](const Project& project) {
        return !project.enabled || dead_domains.contains(project.domain_id->value);
    });
    return found;
}

}  // namespace

/// POST /projects
Task<Reply> create_project(Request& request, State& identity) {
    const auto wanted = parse_new(project_fields, request.json("project"));
    const auto own = own_domain(request);

    request.authorize(
        {.domain = wanted.domain_id.value_or(own),
         .extra = {{"target.project.domain_id", wanted.domain_id.value_or(own).value}}});

    const ProjectId id(new_hex_uuid(identity.core.env));
    const auto project = co_await identity.core.database.write([&](sql::Transaction& tx) {
        auto made = wanted;
        made.id = id;
        place(tx, identity, made, own);
        identity.stores.projects.insert(tx, made);
        identity.record(tx, request.author(), made.is_domain ? "domain" : "project", id.value,
                        "create", json::Object{{"name", made.name}});
        return made;
    });
    co_return http::created(show(project_fields, project, request));
}

/// GET /projects
Task<Reply> list_projects(Request& request, State& identity) {
    auto page = page_of(request, identity,
                        {{.name = "name"},
                         {.name = "domain_id"},
                         {.name = "parent_id"},
                         {.kind = Filter::Kind::boolean, .name = "is_domain"},
                         {.kind = Filter::Kind::boolean, .name = "enabled"}});
    if (!request.query.has("is_domain")) {
        page.conditions.push_back({.column = "is_domain", .values = {int64_t{0}}});
    }
    const auto& own = request.caller().domain_id;
    if (!own.empty()) {
        require(page, "domain_id", own.value);
    }

    request.authorize(auth::Owner{.domain = own});

    auto projects = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return identity.stores.projects.list(tx, page); });
    const auto last = last_id(projects, page);
    filter_by_tags(request.query, projects);
    co_return http::ok(show_list(project_fields, projects, request, last));
}

/// GET /auth/projects: those the caller has a role on.
Task<Reply> list_own_projects(Request& request, State& identity) {
    request.authorize();
    const auto projects = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return projects_of(tx, identity, request.caller().user_id); });
    co_return http::ok(show_list(project_fields, projects, request));
}

/// GET /users/{user_id}/projects
Task<Reply> list_user_projects(Request& request, State& identity) {
    const UserId id(request.path_part("user_id"));
    const auto projects = co_await identity.core.database.read([&](sql::Transaction& tx) {
        const auto user = identity.stores.users.find(tx, id);
        request.authorize(
            {.user = id, .extra = {{"target.user.domain_id", user ? user->domain_id.value : ""}}});
        return projects_of(tx, identity, identity.stores.users.get(tx, id).id);
    });
    co_return http::ok(show_list(project_fields, projects, request));
}

/// GET /projects/{project_id}
Task<Reply> show_project(Request& request, State& identity) {
    const auto project = co_await identity.core.database.read([&](sql::Transaction& tx) {
        auto found = project_in_path(tx, request, identity);
        add_relatives(tx, request, identity, found);
        return found;
    });
    co_return http::ok(show(project_fields, project, request));
}

/// PATCH /projects/{project_id}
Task<Reply> update_project(Request& request, State& identity) {
    const auto& body = request.json("project");
    const auto project = co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto before = project_in_path(tx, request, identity);
        if (!lifts_immutability(body)) {
            check_mutable(before.options, "project", before.id);
        }
        auto after = before;
        apply_changes(project_fields, after, body);
        if (after.domain_id != before.domain_id || after.is_domain != before.is_domain) {
            throw bad_request("A project's domain_id and is_domain cannot be changed.");
        }
        if (after.parent_id != before.parent_id) {
            throw forbidden("A project's parent_id cannot be changed.");
        }
        store_change(tx, identity, before, after);
        identity.record(tx, request.author(), after.is_domain ? "domain" : "project",
                        after.id.value, "update",
                        json::Object{{"name", after.name}, {"enabled", after.enabled}});
        return after;
    });
    co_return http::ok(show(project_fields, project, request));
}

/// DELETE /projects/{project_id}
Task<Reply> delete_project(Request& request, State& identity) {
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto project = project_in_path(tx, request, identity);
        check_mutable(project.options, "project", project.id);
        if (project.is_domain && project.enabled) {
            throw forbidden("Project {} acts as a domain and is enabled; disable it first.",
                            project.id);
        }
        if (!project.is_domain && !identity.stores.projects.children(tx, project.id).empty()) {
            throw forbidden("Project {} has projects below it; delete those first.", project.id);
        }
        if (project.is_domain) {
            identity.stores.erase_domain(tx, project.as_domain());
        } else {
            identity.stores.erase_project(tx, project.id);
        }
        identity.record(tx, request.author(), project.is_domain ? "domain" : "project",
                        project.id.value, "delete", json::Object{{"name", project.name}});
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
