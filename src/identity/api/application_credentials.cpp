// The application_credentials resource of a user.
#include "core/base/text.h"
#include "core/base/uuid.h"
#include "identity/api/handlers.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

constexpr size_t secret_bytes = 64;

/// An application credential as shown: with its roles' names and, when it is made, its secret.
struct Shown : ApplicationCredential {
    std::vector<Role> role_list;
    std::string secret;
    json::Value extra{json::Object{}};
};

void write_roles(json::Writer& out, const Shown& shown, const json::View&) {
    out.begin_array();
    for (const auto& role : shown.role_list) {
        out.begin_object().member("id", role.id.value).member("name", role.name);
        out.member_null("domain_id").end_object();
    }
    out.end_array();
}

void write_links(json::Writer& out, const Shown& shown, const json::View& view) {
    out.begin_object();
    out.member("self", view.base_url + "/users/" + shown.user_id.value +
                           "/application_credentials/" + shown.id.value);
    out.end_object();
}

const json::Fields<Shown> credential_fields{
    "application_credential",
    "application_credentials",
    {{"id", &Shown::id, json::read_only},
     {"name", &Shown::name, json::required, name_text(255)},
     {"description", &Shown::description, json::text(0, max_description)},
     {"secret", &Shown::secret, json::hidden_when_empty, json::text(1, max_password_bytes)},
     {"project_id", &Shown::project_id, json::read_only},
     {"user_id", &Shown::user_id, json::read_only},
     {"expires_at", &Shown::expires_at, json::time_bare},
     {"unrestricted", &Shown::unrestricted},
     {"roles", json::computed<Shown>(write_roles)},
     {"links", json::computed<Shown>(write_links)}},
    json::Unknown::ignore};

/// Roles as asked for, by id or name, out of those that the caller's token has; all if none.
std::vector<Role> chosen_roles(const json::Value& body, const Token& token) {
    const auto& wanted = body["roles"];
    if (wanted.is_null()) {
        return token.roles;
    }
    if (!wanted.is_array() || wanted.as_array().size() > token.roles.size()) {
        throw bad_request("'roles' must be a list of roles that your token has.");
    }
    std::vector<Role> chosen;
    for (const auto& reference : wanted.as_array()) {
        const auto found = std::ranges::find_if(token.roles, [&](const Role& role) {
            return role.id.value == reference.text("id") || role.name == reference.text("name");
        });
        if (found == token.roles.end()) {
            throw bad_request("'roles' names one that your token does not have.");
        }
        chosen.push_back(*found);
    }
    return chosen;
}

Shown shown_of(sql::Transaction& tx, const State& identity, ApplicationCredential credential) {
    Shown shown{std::move(credential), {}, {}};
    for (const auto& id : shown.roles) {
        if (auto role = identity.stores.roles.find(tx, RoleId(id))) {
            shown.role_list.push_back(*std::move(role));
        }
    }
    return shown;
}

Shown credential_in_path(sql::Transaction& tx, const State& identity, const Request& request) {
    const ApplicationCredentialId id(request.path_part("application_credential_id"));
    auto found = identity.stores.application_credentials.find(tx, id);
    if (!found || found->user_id.value != request.path_part("user_id")) {
        throw not_found("Could not find application credential: {}.", id);
    }
    return shown_of(tx, identity, *std::move(found));
}

auth::Owner owner_in_path(const Request& request) {
    return {.user = UserId(request.path_part("user_id"))};
}

}  // namespace

/// POST /users/{user_id}/application_credentials: for the project that the token is scoped to.
Task<Reply> create_application_credential(Request& request, State& identity) {
    const auto& body = request.json("application_credential");
    auto made = credential_fields.parse(body);
    request.authorize(owner_in_path(request));
    co_await refuse_restricted(request, identity);
    const auto token = co_await identity.tokens.check(request.caller().token);
    if (token->payload.scope != ScopeKind::project) {
        throw bad_request(
            "An application credential is for one project: use a token scoped to it.");
    }
    if (!body["access_rules"].is_null()) {
        throw bad_request("Access rules are not offered; leave access_rules out.");
    }
    if (made.expires_at && *made.expires_at <= identity.core.env.now()) {
        throw bad_request("'expires_at' must be in the future.");
    }

    made.id = ApplicationCredentialId(new_hex_uuid(identity.core.env));
    made.user_id = token->payload.user_id;
    made.project_id = token->caller.project_id;
    made.role_list = chosen_roles(body, *token);
    for (const auto& role : made.role_list) {
        made.roles.push_back(role.id.value);
    }
    if (made.secret.empty()) {
        made.secret = text::to_base64url(identity.core.env.random_bytes(secret_bytes));
        made.secret.erase(made.secret.find_last_not_of('=') + 1);
    }
    made.secret_hash = co_await identity.passwords.hash(made.secret);
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        identity.stores.application_credentials.insert(tx, made);
        identity.record(tx, request.author(), "application_credential", made.id.value, "create");
    });

    co_return http::created(show(credential_fields, made, request));
}

/// GET /users/{user_id}/application_credentials
Task<Reply> list_application_credentials(Request& request, State& identity) {
    const auto page = page_of(request, identity, {{.name = "name"}});
    request.authorize(owner_in_path(request));
    const auto all = co_await identity.core.database.read([&](sql::Transaction& tx) {
        std::vector<Shown> found;
        for (auto& one : identity.stores.application_credentials.list(
                 tx, UserId(request.path_part("user_id")), page)) {
            found.push_back(shown_of(tx, identity, std::move(one)));
        }
        return found;
    });
    co_return http::ok(show_list(credential_fields, all, request, page));
}

/// GET /users/{user_id}/application_credentials/{application_credential_id}
Task<Reply> show_application_credential(Request& request, State& identity) {
    request.authorize(owner_in_path(request));
    const auto found = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return credential_in_path(tx, identity, request); });
    co_return http::ok(show(credential_fields, found, request));
}

/// DELETE /users/{user_id}/application_credentials/{application_credential_id}
Task<Reply> delete_application_credential(Request& request, State& identity) {
    request.authorize(owner_in_path(request));
    co_await refuse_restricted(request, identity);
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto found = credential_in_path(tx, identity, request);
        identity.stores.application_credentials.erase(tx, found.id);
        identity.record(tx, request.author(), "application_credential", found.id.value, "delete");
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
