// The users resource.
#include "core/base/uuid.h"
#include "identity/api/handlers.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

const json::Fields<User> user_fields{
    "user",
    "users",
    {{"id", &User::id, json::read_only},
     {"name", &User::name, json::required, name_text(255)},
     {"domain_id", &User::domain_id, id_text()},
     {"enabled", &User::enabled},
     {"default_project_id", &User::default_project_id, json::hidden_when_empty, id_text()},
     {"password_expires_at",
      json::computed<User>([](json::Writer& out, const User&, const json::View&) { out.null(); })},
     {"options", &User::options, object_value()},
     {"links", self_link<User>("users")}},
    json::Unknown::ignore};

constexpr std::initializer_list<std::string_view> not_extra = {"password", "original_password"};

auth::Owner owner_of(const User& user) {
    return {.user = user.id,
            .domain = user.domain_id,
            .extra = {{"target.user.domain_id", user.domain_id.value}}};
}

/// The password in the body: nothing if it is not given, empty if it is null (none from now on).
std::optional<std::string> password_in(const json::Value& body) {
    const auto* given = body.find("password");
    if (given == nullptr) {
        return std::nullopt;
    }
    if (given->is_null()) {
        return "";
    }
    if (!given->is_string() || given->as_string().empty() ||
        given->as_string().size() > max_password_bytes) {
        throw bad_request("'password' must be a string of 1 to {} bytes.", max_password_bytes);
    }
    return given->as_string();
}

/// It is kept among the extra attributes, but is a text as that of any other resource.
void check_description(const json::Value& body) {
    const auto* given = body.find("description");
    if (given != nullptr && !given->is_null()) {
        json::text(0, max_description).check("description", *given);
    }
}

Task<std::string> hash_of(State& identity, std::string password) {
    if (password.empty()) {
        co_return "";
    }
    co_return co_await identity.passwords.hash(std::move(password));
}

/// The user named in the path, if the caller may do to it what the route is for.
Task<User> user_in_path(Request& request, State& identity) {
    const UserId id(request.path_part("user_id"));
    auto user = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return identity.stores.users.find(tx, id); });
    request.authorize(user ? owner_of(*user) : auth::Owner{});
    if (!user) {
        throw not_found("Could not find user: {}.", id);
    }
    co_return *std::move(user);
}

}  // namespace

/// POST /users
Task<Reply> create_user(Request& request, State& identity) {
    const auto& body = request.json("user");
    auto user = parse_new(user_fields, body, not_extra);
    check_description(body);
    const auto password = password_in(body);
    if (user.domain_id.empty()) {
        user.domain_id = own_domain(request);
    }

    request.authorize(owner_of(user));

    user.id = UserId(new_hex_uuid(identity.core.env));
    user.password_hash = co_await hash_of(identity, password.value_or(""));
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        identity.stores.projects.get_domain(tx, user.domain_id);
        identity.stores.users.insert(tx, user);
        identity.record(tx, request.author(), "user", user.id.value, "create",
                        json::Object{{"name", user.name}});
    });

    co_return http::created(show(user_fields, user, request));
}

/// GET /users
Task<Reply> list_users(Request& request, State& identity) {
    auto page = page_of(request, identity,
                        {{.name = "name"},
                         {.name = "domain_id"},
                         {.name = "default_project_id"},
                         {.kind = Filter::Kind::boolean, .name = "enabled"}});
    const auto& domain = request.caller().domain_id;
    if (!domain.empty()) {
        require(page, "domain_id", domain.value);
    }

    request.authorize(auth::Owner{.domain = domain});

    const auto users = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return identity.stores.users.list(tx, page); });
    co_return http::ok(show_list(user_fields, users, request, page));
}

/// GET /groups/{group_id}/users
Task<Reply> list_members(Request& request, State& identity) {
    const GroupId id(request.path_part("group_id"));
    const auto page = page_of(
        request, identity, {{.name = "name"}, {.kind = Filter::Kind::boolean, .name = "enabled"}});
    const auto users = co_await identity.core.database.read([&](sql::Transaction& tx) {
        const auto group = identity.stores.groups.find(tx, id);
        const auto domain = group ? group->domain_id : DomainId();
        request.authorize({.domain = domain, .extra = {{"target.group.domain_id", domain.value}}});
        return identity.stores.users.list_members(tx, identity.stores.groups.get(tx, id).id, page);
    });
    co_return http::ok(show_list(user_fields, users, request, page));
}

/// GET /users/{user_id}
Task<Reply> show_user(Request& request, State& identity) {
    const auto user = co_await user_in_path(request, identity);
    co_return http::ok(show(user_fields, user, request));
}

/// PATCH /users/{user_id}: a new password and disabling void the user's tokens.
Task<Reply> update_user(Request& request, State& identity) {
    const auto& body = request.json("user");
    const auto password = password_in(body);

    const auto id = (co_await user_in_path(request, identity)).id;

    const auto hash = co_await hash_of(identity, password.value_or(""));
    const auto user = co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto before = identity.stores.users.get(tx, id);
        auto after = before;
        apply_changes(user_fields, after, body, not_extra);
        check_description(body);
        if (after.domain_id != before.domain_id) {
            throw bad_request("A user's domain_id cannot be changed.");
        }
        if (password) {
            after.password_hash = hash;
        }
        if (password || (before.enabled && !after.enabled)) {
            ++after.epoch;
        }
        identity.stores.users.update(tx, after);
        identity.record(tx, request.author(), "user", id.value, "update",
                        json::Object{{"name", after.name}});
        return after;
    });

    co_return http::ok(show(user_fields, user, request));
}

/// DELETE /users/{user_id}
Task<Reply> delete_user(Request& request, State& identity) {
    const auto user = co_await user_in_path(request, identity);
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        identity.stores.users.get(tx, user.id);
        identity.stores.erase_user(tx, user.id);
        identity.record(tx, request.author(), "user", user.id.value, "delete",
                        json::Object{{"name", user.name}});
    });
    co_return http::no_content();
}

/// POST /users/{user_id}/password: who knows the old password may set a new one, without a token.
Task<Reply> change_password(Request& request, State& identity) {
    const auto& body = request.json("user");
    const auto wanted = password_in(body);
    const auto* original = body.find("original_password");
    if (!wanted || wanted->empty() || original == nullptr || !original->is_string()) {
        throw bad_request("'password' and 'original_password' must both be given as strings.");
    }
    const UserId id(request.path_part("user_id"));
    const auto found = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return identity.stores.users.find(tx, id); });

    const bool right = co_await identity.passwords.matches(original->as_string(),
                                                           found ? found->password_hash : "");
    if (!right || !found->enabled) {
        throw unauthorized("The original password is wrong, or the user cannot log in.");
    }

    const auto hash = co_await identity.passwords.hash(*wanted);
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        auto user = identity.stores.users.get(tx, id);
        // Somebody else may have changed it since it was checked.
        if (user.password_hash != found->password_hash || !user.enabled) {
            throw unauthorized("The original password is wrong, or the user cannot log in.");
        }
        user.password_hash = hash;
        ++user.epoch;
        identity.stores.users.update(tx, user);
        identity.record(tx, {request.request_id(), id, {}}, "user", id.value, "change_password");
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
