// The roles resource.
#include "core/base/uuid.h"
#include "identity/api/handlers.h"
#include "identity/api/project_rules.h"
#include "identity/api/role_view.h"
#include "identity/api/view.h"

namespace welkin::identity {

const json::Fields<Role> role_fields{
    "role",
    "roles",
    {{"id", &Role::id, json::read_only},
     {"name", &Role::name, json::required, name_text(255)},
     {"domain_id", &Role::domain_id, id_text()},
     {"description", &Role::description, json::text(0, max_description)},
     {"options", &Role::options, object_value()},
     {"links", self_link<Role>("roles")}},
    json::Unknown::ignore};

namespace {

auth::Owner owner_of(const Role& role) {
    const auto domain = role.domain_id.value_or(DomainId());
    return {.domain = domain,
            .extra = {{"target.role.name", role.name}, {"target.role.domain_id", domain.value}}};
}

Role role_in_path(sql::Transaction& tx, Request& request, State& identity) {
    const RoleId id(request.path_part("role_id"));
    const auto role = identity.stores.roles.find(tx, id);
    request.authorize(role ? owner_of(*role) : auth::Owner{});
    return identity.stores.roles.get(tx, id);
}

}  // namespace

/// POST /roles
Task<Reply> create_role(Request& request, State& identity) {
    auto role = parse_new(role_fields, request.json("role"));
    request.authorize(owner_of(role));
    role.id = RoleId(new_hex_uuid(identity.core.env));
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        if (role.domain_id) {
            identity.stores.projects.get_domain(tx, *role.domain_id);
        }
        identity.stores.roles.insert(tx, role);
        identity.record(tx, request.author(), "role", role.id.value, "create",
                        json::Object{{"name", role.name}});
    });
    co_return http::created(show(role_fields, role, request));
}

/// GET /roles
Task<Reply> list_roles(Request& request, State& identity) {
    const auto page = page_of(request, identity, {{.name = "name"}, {.name = "domain_id"}});
    request.authorize();
    const auto roles = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return identity.stores.roles.list(tx, page); });
    co_return http::ok(show_list(role_fields, roles, request, page));
}

/// GET /roles/{role_id}
Task<Reply> show_role(Request& request, State& identity) {
    const auto role = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return role_in_path(tx, request, identity); });
    co_return http::ok(show(role_fields, role, request));
}

/// PATCH /roles/{role_id}
Task<Reply> update_role(Request& request, State& identity) {
    const auto& body = request.json("role");
    const auto role = co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto before = role_in_path(tx, request, identity);
        if (!lifts_immutability(body)) {
            check_mutable(before.options, "role", before.id);
        }
        auto after = before;
        apply_changes(role_fields, after, body);
        if (after.domain_id != before.domain_id) {
            throw bad_request("A role's domain_id cannot be changed.");
        }
        identity.stores.roles.update(tx, after);
        identity.record(tx, request.author(), "role", after.id.value, "update",
                        json::Object{{"name", after.name}});
        return after;
    });
    co_return http::ok(show(role_fields, role, request));
}

/// DELETE /roles/{role_id}: with all its assignments.
Task<Reply> delete_role(Request& request, State& identity) {
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto role = role_in_path(tx, request, identity);
        check_mutable(role.options, "role", role.id);
        identity.stores.erase_role(tx, role.id);
        identity.record(tx, request.author(), "role", role.id.value, "delete",
                        json::Object{{"name", role.name}});
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
