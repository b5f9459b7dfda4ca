#include "identity/api/login.h"

namespace welkin::identity {

namespace {

constexpr size_t max_reference_characters = 255;

/// The member as an object; throws bad_request() if it is missing or something else.
const json::Value& object_in(const json::Value& parent, const char* name, const std::string& path) {
    const auto& member = parent[name];
    if (!member.is_object()) {
        throw bad_request("Invalid input for field {}/{}: it must be an object, and it is {}.",
                          path, name, member.kind());
    }
    return member;
}

std::string text_in(const json::Value& parent, const char* name, const std::string& path,
                    size_t max_bytes) {
    const auto& member = parent[name];
    if (member.is_null()) {
        return {};
    }
    if (!member.is_string() || member.as_string().size() > max_bytes) {
        throw bad_request("Invalid input for field {}/{}: it must be a string of at most {} bytes.",
                          path, name, max_bytes);
    }
    return member.as_string();
}

/// `needs_domain`: a name alone would not do.
Reference reference_in(const json::Value& object, const std::string& path, bool needs_domain) {
    const auto text = [&](const json::Value& parent, const char* name) {
        return text_in(parent, name, path, 4 * max_reference_characters);
    };
    Reference found{.id = text(object, "id"), .name = text(object, "name")};
    if (found.id.empty() && found.name.empty()) {
        throw bad_request("Invalid input for field {}: id or name must be present.", path);
    }
    if (!object["domain"].is_null()) {
        const auto& domain = object_in(object, "domain", path);
        found.domain_id = text(domain, "id");
        found.domain_name = text(domain, "name");
    }
    if (needs_domain && found.id.empty() && found.domain_id.empty() && found.domain_name.empty()) {
        throw bad_request(
            "Invalid input for field {}/domain: a name needs its domain, by id or "
            "name.",
            path);
    }
    return found;
}

void parse_method(const json::Value& identity, const std::string& method, Login& login) {
    const std::string path = "identity/" + method;
    if (method == "password") {
        const auto& user = object_in(object_in(identity, "password", "identity"), "user", path);
        login.methods |= static_cast<uint8_t>(AuthMethod::password);
        login.user = reference_in(user, path + "/user", true);
        login.password = text_in(user, "password", path + "/user", max_password_bytes);
        return;
    }
    if (method == "token") {
        login.methods |= static_cast<uint8_t>(AuthMethod::token);
        login.token = text_in(object_in(identity, "token", "identity"), "id", path, 8192);
        return;
    }
    if (method == "application_credential") {
        const auto& given = object_in(identity, "application_credential", "identity");
        login.methods |= static_cast<uint8_t>(AuthMethod::application_credential);
        login.credential_id = text_in(given, "id", path, 4 * max_reference_characters);
        login.credential_name = text_in(given, "name", path, 4 * max_reference_characters);
        login.secret = text_in(given, "secret", path, max_password_bytes);
        if (login.credential_id.empty()) {
            login.user = reference_in(object_in(given, "user", path), path + "/user", true);
        }
        return;
    }
    throw unauthorized(
        "The authentication method '{}' is not offered; password, token and "
        "application_credential are.",
        method);
}

void parse_scope(const json::Value& scope, Login& login) {
    if (scope.is_null()) {
        return;
    }
    if (scope.is_string() ? scope.as_string() == "unscoped" : scope.find("unscoped") != nullptr) {
        login.scope = Login::Scope::unscoped;
        return;
    }
    if (!scope.is_object()) {
        throw bad_request("Invalid input for field scope: it must be an object or 'unscoped'.");
    }
    const int kinds = (scope.find("project") != nullptr) + (scope.find("domain") != nullptr) +
                      (scope.find("system") != nullptr);
    if (kinds != 1) {
        throw bad_request(
            "Invalid input for field scope: it must have one of project, domain and "
            "system.");
    }
    if (scope.find("project") != nullptr) {
        login.scope = Login::Scope::project;
        login.scoped_to = reference_in(object_in(scope, "project", "scope"), "scope/project", true);
    } else if (scope.find("domain") != nullptr) {
        login.scope = Login::Scope::domain;
        login.scoped_to = reference_in(object_in(scope, "domain", "scope"), "scope/domain", false);
    } else if (object_in(scope, "system", "scope").boolean("all")) {
        login.scope = Login::Scope::system;
    } else {
        throw bad_request("Invalid input for field scope/system: only {{\"all\": true}} is known.");
    }
}

Error refused() { return unauthorized("The request you have made requires authentication."); }

std::optional<Project> find_domain(sql::Transaction& tx, const Stores& stores,
                                   const std::string& id, const std::string& name) {
    return id.empty() ? stores.projects.find_by_name(tx, std::nullopt, name)
                      : stores.projects.find_domain(tx, DomainId(id));
}

std::optional<User> find_user(sql::Transaction& tx, const Stores& stores, const Reference& user) {
    if (!user.id.empty()) {
        return stores.users.find(tx, UserId(user.id));
    }
    const auto domain = find_domain(tx, stores, user.domain_id, user.domain_name);
    return domain ? stores.users.find_by_name(tx, domain->as_domain(), user.name) : std::nullopt;
}

std::optional<Project> find_project(sql::Transaction& tx, const Stores& stores,
                                    const Reference& project) {
    if (!project.id.empty()) {
        return stores.projects.find(tx, ProjectId(project.id));
    }
    const auto domain = find_domain(tx, stores, project.domain_id, project.domain_name);
    return domain ? stores.projects.find_by_name(tx, domain->as_domain(), project.name)
                  : std::nullopt;
}

/// Sets the scope of the payload to what the user named. Whether the user may have it is for
/// load_token() to say.
void choose_scope(sql::Transaction& tx, const Stores& stores, const Login& login, const User& user,
                  Payload& payload) {
    std::optional<Project> target;
    switch (login.scope) {
        case Login::Scope::unscoped:
            return;
        case Login::Scope::system:
            payload.scope = ScopeKind::system;
            return;
        case Login::Scope::project:
            payload.scope = ScopeKind::project;
            target = find_project(tx, stores, login.scoped_to);
            break;
        case Login::Scope::domain:
            payload.scope = ScopeKind::domain;
            target = find_domain(tx, stores, login.scoped_to.id, login.scoped_to.name);
            break;
        case Login::Scope::by_default: {
            if (!user.default_project_id) {
                return;
            }
            target = stores.projects.find(tx, *user.default_project_id);
            // A default that cannot be had any more gives an unscoped token.
            if (!target || !target->enabled ||
                roles_on(tx, stores, user.id, ScopeKind::project, target->id.value).empty()) {
                return;
            }
            payload.scope = ScopeKind::project;
            break;
        }
    }
    if (!target) {
        throw refused();
    }
    payload.scope_id = target->id.value;
    payload.scope_epoch = static_cast<uint64_t>(target->epoch);
}

Task<std::optional<User>> check_password(State& identity, const Login& login) {
    const auto user = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return find_user(tx, identity.stores, login.user); });
    const bool right =
        co_await identity.passwords.matches(login.password, user ? user->password_hash : "");
    co_return right ? user : std::nullopt;
}

std::optional<ApplicationCredential> find_credential(sql::Transaction& tx, const Stores& stores,
                                                     const Login& login) {
    if (!login.credential_id.empty()) {
        return stores.application_credentials.find(tx,
                                                   ApplicationCredentialId(login.credential_id));
    }
    const auto user = find_user(tx, stores, login.user);
    return user ? stores.application_credentials.find_by_name(tx, user->id, login.credential_name)
                : std::nullopt;
}

/// A program's login: the credential says who and where, so nothing else may be asked for.
Task<Payload> log_in_by_credential(State& identity, Login login, Payload payload) {
    const auto only = static_cast<uint8_t>(AuthMethod::application_credential);
    const auto credential = co_await identity.core.database.read(
        [&](sql::Transaction& tx) { return find_credential(tx, identity.stores, login); });
    const bool right = co_await identity.passwords.matches(
        login.secret, credential ? credential->secret_hash : "");
    if (!right || login.methods != only || login.scope != Login::Scope::by_default) {
        throw refused();
    }
    payload.user_id = credential->user_id;
    payload.scope = ScopeKind::project;
    payload.scope_id = credential->project_id.value;
    payload.application_credential_id = credential->id.value;
    payload.audit_ids = identity.tokens.new_audit_ids(nullptr);
    co_await identity.core.database.read([&](sql::Transaction& tx) {
        const auto user = identity.stores.users.find(tx, payload.user_id);
        const auto project = identity.stores.projects.find(tx, credential->project_id);
        if (!user || !project) {
            throw refused();
        }
        payload.user_epoch = static_cast<uint64_t>(user->epoch);
        payload.scope_epoch = static_cast<uint64_t>(project->epoch);
    });
    co_return payload;
}

}  // namespace

Login parse_login(const json::Value& auth) {
    const auto& identity = object_in(auth, "identity", "auth");
    const auto& methods = identity["methods"];
    if (!methods.is_array() || methods.as_array().empty() || methods.as_array().size() > 8) {
        throw bad_request(
            "Invalid input for field identity/methods: it must be a list of methods, "
            "such as [\"password\"].");
    }
    Login login;
    for (const auto& method : methods.as_array()) {
        if (!method.is_string()) {
            throw bad_request(
                "Invalid input for field identity/methods: it must be a list of "
                "strings.");
        }
        parse_method(identity, method.as_string(), login);
    }
    parse_scope(auth["scope"], login);
    return login;
}

Task<Payload> log_in(State& identity, Login login) {
    const auto now = identity.core.env.now();
    Payload payload{.methods = login.methods,
                    .issued_at = now,
                    .expires_at = now + identity.settings.token_ttl};
    const auto has = [&](AuthMethod method) {
        return (login.methods & static_cast<uint8_t>(method)) != 0;
    };
    if (has(AuthMethod::application_credential)) {
        co_return co_await log_in_by_credential(identity, std::move(login), payload);
    }
    std::shared_ptr<const Token> parent;
    if (has(AuthMethod::token)) {
        parent = co_await identity.tokens.check(login.token);
        if (!parent->payload.application_credential_id.empty()) {
            throw refused();
        }
        payload.user_id = parent->payload.user_id;
        payload.user_epoch = parent->payload.user_epoch;
        payload.methods |= parent->payload.methods;
        payload.expires_at = parent->payload.expires_at;
    }
    if (has(AuthMethod::password)) {
        const auto user = co_await check_password(identity, login);
        if (!user || (parent && parent->payload.user_id != user->id)) {
            throw refused();
        }
        payload.user_id = user->id;
        payload.user_epoch = static_cast<uint64_t>(user->epoch);
    }
    payload.audit_ids = identity.tokens.new_audit_ids(parent ? &parent->payload : nullptr);
    co_return co_await identity.core.database.read([&](sql::Transaction& tx) {
        const auto user = identity.stores.users.find(tx, payload.user_id);
        if (!user) {
            throw refused();
        }
        auto scoped = payload;
        choose_scope(tx, identity.stores, login, *user, scoped);
        return scoped;
    });
}

}  // namespace welkin::identity
