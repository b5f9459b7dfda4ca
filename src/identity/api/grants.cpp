// Grants: one role of one user or group on one project, one domain or the system. All URLs are of
// one form, [/OS-INHERIT]/TARGET/ACTOR/roles[/{role_id}][/inherited_to_projects], so one function a
// verb serves them all: the path parts tell what is meant.
#include "identity/api/handlers.h"
#include "identity/api/role_view.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

std::optional<std::string> part(const Request& request, std::string_view name) {
    for (const auto& [key, value] : request.internals.path_parts) {
        if (key == name) {
            return value;
        }
    }
    return std::nullopt;
}

/// Who and where; the role too, if the path names one.
Assignment assignment_in_path(const Request& request) {
    Assignment wanted;
    if (const auto user = part(request, "user_id")) {
        wanted.actor = Actor::user;
        wanted.actor_id = *user;
    } else {
        wanted.actor = Actor::group;
        wanted.actor_id = part(request, "group_id").value_or("");
    }
    if (const auto project = part(request, "project_id")) {
        wanted.target = Target::project;
        wanted.target_id = *project;
    } else if (const auto domain = part(request, "domain_id")) {
        wanted.target = Target::domain;
        wanted.target_id = *domain;
    } else {
        wanted.target = Target::system;
        wanted.target_id = system_target_id;
    }
    wanted.role_id = RoleId(part(request, "role_id").value_or(""));
    wanted.inherited = request.path.starts_with("/OS-INHERIT/");
    return wanted;
}

std::string domain_of_actor(sql::Transaction& tx, const State& identity, const Assignment& wanted) {
    if (wanted.actor == Actor::user) {
        const auto user = identity.stores.users.find(tx, UserId(wanted.actor_id));
        return user ? user->domain_id.value : "";
    }
    const auto group = identity.stores.groups.find(tx, GroupId(wanted.actor_id));
    return group ? group->domain_id.value : "";
}

void authorize(sql::Transaction& tx, Request& request, const State& identity,
               const Assignment& wanted) {
    const auto actor_domain = domain_of_actor(tx, identity, wanted);
    const auto role = identity.stores.roles.find(tx, wanted.role_id);
    auth::Owner owner;
    owner.extra = {
        {wanted.actor == Actor::user ? "target.user.domain_id" : "target.group.domain_id",
         actor_domain}};
    if (role) {
        owner.extra.emplace_back("target.role.name", role->name);
    }
    if (wanted.target == Target::project) {
        const auto project = identity.stores.projects.find(tx, ProjectId(wanted.target_id));
        owner.project = ProjectId(wanted.target_id);
        owner.extra.emplace_back("target.project.domain_id",
                                 project && project->domain_id ? project->domain_id->value : "");
    } else if (wanted.target == Target::domain) {
        owner.domain = DomainId(wanted.target_id);
    }
    request.authorize(owner);
}

/// Throws not_found() for the first end of the grant that is not there.
void check_ends(sql::Transaction& tx, const State& identity, const Assignment& wanted) {
    if (!wanted.role_id.empty()) {
        const auto role = identity.stores.roles.get(tx, wanted.role_id);
        if (wanted.target == Target::system && role.domain_id) {
            throw bad_request("Role {} belongs to a domain, so it cannot be granted on the system.",
                              role.name);
        }
    }
    if (wanted.actor == Actor::user) {
        identity.stores.users.get(tx, UserId(wanted.actor_id));
    } else {
        identity.stores.groups.get(tx, GroupId(wanted.actor_id));
    }
    if (wanted.target == Target::project) {
        identity.stores.projects.get(tx, ProjectId(wanted.target_id));
    } else if (wanted.target == Target::domain) {
        identity.stores.projects.get_domain(tx, DomainId(wanted.target_id));
    }
}

Error no_grant(const Assignment& wanted) {
    return not_found("Could not find role assignment with role: {}, {}: {}, {}: {}.",
                     wanted.role_id, to_text(wanted.actor), wanted.actor_id, to_text(wanted.target),
                     wanted.target_id);
}

json::Object detail_of(const Assignment& wanted) {
    return {{"role_id", wanted.role_id.value},
            {std::string(to_text(wanted.actor)) + "_id", wanted.actor_id},
            {"inherited", wanted.inherited}};
}

}  // namespace

/// GET TARGET/ACTOR/roles
Task<Reply> list_grants(Request& request, State& identity) {
    const auto wanted = assignment_in_path(request);
    const auto roles = co_await identity.core.database.read([&](sql::Transaction& tx) {
        authorize(tx, request, identity, wanted);
        check_ends(tx, identity, wanted);
        std::vector<Role> granted;
        for (const auto& assignment :
             identity.stores.assignments.list(tx, {.actor = wanted.actor,
                                                   .actor_id = wanted.actor_id,
                                                   .target = wanted.target,
                                                   .target_id = wanted.target_id,
                                                   .inherited = wanted.inherited})) {
            granted.push_back(identity.stores.roles.get(tx, assignment.role_id));
        }
        return granted;
    });
    co_return http::ok(show_list(role_fields, roles, request));
}

/// HEAD or GET TARGET/ACTOR/roles/{role_id}
Task<Reply> check_grant(Request& request, State& identity) {
    const auto wanted = assignment_in_path(request);
    co_await identity.core.database.read([&](sql::Transaction& tx) {
        authorize(tx, request, identity, wanted);
        check_ends(tx, identity, wanted);
        if (!identity.stores.assignments.has(tx, wanted)) {
            throw no_grant(wanted);
        }
    });
    co_return http::no_content();
}

/// PUT TARGET/ACTOR/roles/{role_id}
Task<Reply> create_grant(Request& request, State& identity) {
    const auto wanted = assignment_in_path(request);
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        authorize(tx, request, identity, wanted);
        check_ends(tx, identity, wanted);
        if (identity.stores.assignments.has(tx, wanted)) {
            return;
        }
        identity.stores.assignments.insert(tx, wanted);
        identity.record(tx, request.author(), std::string(to_text(wanted.target)), wanted.target_id,
                        "grant", detail_of(wanted));
    });
    co_return http::no_content();
}

/// DELETE TARGET/ACTOR/roles/{role_id}
Task<Reply> revoke_grant(Request& request, State& identity) {
    const auto wanted = assignment_in_path(request);
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        authorize(tx, request, identity, wanted);
        if (!identity.stores.assignments.erase(tx, wanted)) {
            check_ends(tx, identity, wanted);
            throw no_grant(wanted);
        }
        identity.record(tx, request.author(), std::string(to_text(wanted.target)), wanted.target_id,
                        "revoke", detail_of(wanted));
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
