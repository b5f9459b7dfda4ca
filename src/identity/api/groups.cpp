// The groups resource.
#include "core/base/uuid.h"
#include "identity/api/handlers.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

const json::Fields<Group> group_fields{
    "group",
    "groups",
    {{"id", &Group::id, json::read_only},
     {"name", &Group::name, json::required, name_text(255)},
     {"domain_id", &Group::domain_id, id_text()},
     {"description", &Group::description, json::text(0, max_description)},
     {"links", self_link<Group>("groups")}},
    json::Unknown::ignore};

auth::Owner owner_of(const Group& group) {
    return {.domain = group.domain_id,
            .extra = {{"target.group.id", group.id.value},
                      {"target.group.domain_id", group.domain_id.value}}};
}

/// The group named in the path, if the caller may do to it what the route is for.
Group group_in_path(sql::Transaction& tx, Request& request, State& identity) {
    const GroupId id(request.path_part("group_id"));
    const auto group = identity.stores.groups.find(tx, id);
    request.authorize(group ? owner_of(*group) : auth::Owner{});
    return identity.stores.groups.get(tx, id);
}

}  // namespace

/// POST /groups
Task<Reply> create_group(Request& request, State& identity) {
    auto group = parse_new(group_fields, request.json("group"));
    if (group.domain_id.empty()) {
        group.domain_id = own_domain(request);
    }

    request.authorize(owner_of(group));

    group.id = GroupId(new_hex_uuid(identity.core.env));
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        identity.stores.projects.get_domain(tx, group.domain_id);
        identity.stores.groups.insert(tx, group);
        identity.record(tx, request.author(), "group", group.id.value, "create",
                        json::Object{{"name", group.name}});
    });
    co_return http::created(show(group_fields, group, request));
}

/// GET /groups
Task<Reply> list_groups(Request& request, State& identity) {
    auto page = page_of(request, identity, {{.name = "name"}, {.name = "domain_id"}});
    const auto& domain = request.caller().domain_id;
    if (!domain.empty()) {
        require(page, "domain_id", domain.value);
    }

    request.authorize({.domain = domain, .extra = {{"target.group.domain_id", domain.value}}});

    const auto groups = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return identity.stores.groups.list(tx, page); });
    co_return http::ok(show_list(group_fields, groups, request, page));
}

/// GET /users/{user_id}/groups
Task<Reply> list_user_groups(Request& request, State& identity) {
    const UserId id(request.path_part("user_id"));
    const auto page = page_of(request, identity, {{.name = "name"}});
    const auto groups = co_await identity.core.database.read([&](sql::Transaction& tx) {
        const auto user = identity.stores.users.find(tx, id);
        request.authorize(
            {.user = id, .extra = {{"target.user.domain_id", user ? user->domain_id.value : ""}}});
        return identity.stores.groups.list_of_user(tx, identity.stores.users.get(tx, id).id, page);
    });
    co_return http::ok(show_list(group_fields, groups, request, page));
}

/// GET /groups/{group_id}
Task<Reply> show_group(Request& request, State& identity) {
    const auto group = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return group_in_path(tx, request, identity); });
    co_return http::ok(show(group_fields, group, request));
}

/// PATCH /groups/{group_id}
Task<Reply> update_group(Request& request, State& identity) {
    const auto& body = request.json("group");
    const auto group = co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto before = group_in_path(tx, request, identity);
        auto after = before;
        apply_changes(group_fields, after, body);
        if (after.domain_id != before.domain_id) {
            throw bad_request("A group's domain_id cannot be changed.");
        }
        identity.stores.groups.update(tx, after);
        identity.record(tx, request.author(), "group", after.id.value, "update");
        return after;
    });
    co_return http::ok(show(group_fields, group, request));
}

/// DELETE /groups/{group_id}
Task<Reply> delete_group(Request& request, State& identity) {
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto group = group_in_path(tx, request, identity);
        identity.stores.erase_group(tx, group.id);
        identity.record(tx, request.author(), "group", group.id.value, "delete");
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
