// Who belongs to a group. The list itself shows users: see users.cpp.
#include "identity/api/handlers.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

struct Membership {
    GroupId group;
    UserId user;
};

/// The two in the path: both must be there, and the caller be allowed what the route is for.
Membership membership_in_path(sql::Transaction& tx, Request& request, State& identity) {
    const GroupId group_id(request.path_part("group_id"));
    const UserId user_id(request.path_part("user_id"));
    const auto group = identity.stores.groups.find(tx, group_id);
    const auto user = identity.stores.users.find(tx, user_id);
    request.authorize({.user = user_id,
                       .extra = {{"target.group.domain_id", group ? group->domain_id.value : ""},
                                 {"target.user.domain_id", user ? user->domain_id.value : ""}}});
    identity.stores.groups.get(tx, group_id);
    identity.stores.users.get(tx, user_id);
    return {group_id, user_id};
}

Error no_member(const Membership& membership) {
    return not_found("User {} does not belong to group {}.", membership.user, membership.group);
}

}  // namespace

/// HEAD or GET /groups/{group_id}/users/{user_id}
Task<Reply> check_member(Request& request, State& identity) {
    co_await identity.core.database.read([&](sql::Transaction& tx) {
        const auto membership = membership_in_path(tx, request, identity);
        if (!identity.stores.groups.has_member(tx, membership.group, membership.user)) {
            throw no_member(membership);
        }
    });
    co_return http::no_content();
}

/// PUT /groups/{group_id}/users/{user_id}
Task<Reply> add_member(Request& request, State& identity) {
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto membership = membership_in_path(tx, request, identity);
        identity.stores.groups.add_member(tx, membership.group, membership.user);
        identity.record(tx, request.author(), "group", membership.group.value, "add_user",
                        json::Object{{"user_id", membership.user.value}});
    });
    co_return http::no_content();
}

/// DELETE /groups/{group_id}/users/{user_id}
Task<Reply> remove_member(Request& request, State& identity) {
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto membership = membership_in_path(tx, request, identity);
        if (!identity.stores.groups.remove_member(tx, membership.group, membership.user)) {
            throw no_member(membership);
        }
        identity.record(tx, request.author(), "group", membership.group.value, "remove_user",
                        json::Object{{"user_id", membership.user.value}});
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
