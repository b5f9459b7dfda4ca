#include "identity/tokens/token.h"

#include "core/base/error.h"
#include "core/base/time.h"
#include "core/json/json.h"

namespace welkin::identity {

namespace {

Error void_token() { return unauthorized("The request you have made requires authentication."); }

struct Names {
    User user;
    Project user_domain;
    Project scope;         ///< project or domain
    Project scope_domain;  ///< of a project
    std::optional<ApplicationCredential> credential;
};

void check_user(sql::Transaction& tx, const Stores& stores, const Payload& payload, Names& names) {
    auto user = stores.users.find(tx, payload.user_id);
    if (!user || !user->enabled || static_cast<uint64_t>(user->epoch) != payload.user_epoch) {
        throw void_token();
    }
    auto domain = stores.projects.find_domain(tx, user->domain_id);
    if (!domain || !domain->enabled) {
        throw void_token();
    }
    names.user = *std::move(user);
    names.user_domain = *std::move(domain);
}

void check_scope(sql::Transaction& tx, const Stores& stores, const Payload& payload, Names& names) {
    if (payload.scope != ScopeKind::project && payload.scope != ScopeKind::domain) {
        return;
    }
    auto scope = payload.scope == ScopeKind::project
                     ? stores.projects.find(tx, ProjectId(payload.scope_id))
                     : stores.projects.find_domain(tx, DomainId(payload.scope_id));
    if (!scope || !scope->enabled || static_cast<uint64_t>(scope->epoch) != payload.scope_epoch) {
        throw void_token();
    }
    if (scope->domain_id) {
        auto domain = stores.projects.find_domain(tx, *scope->domain_id);
        if (!domain || !domain->enabled) {
            throw void_token();
        }
        names.scope_domain = *std::move(domain);
    }
    names.scope = *std::move(scope);
}

/// Leaves of the user's roles what the application credential may use.
void check_credential(sql::Transaction& tx, const Stores& stores, const Payload& payload,
                      Names& names, std::vector<Role>& roles) {
    if (payload.application_credential_id.empty()) {
        return;
    }
    const ApplicationCredentialId id(payload.application_credential_id);
    auto credential = stores.application_credentials.find(tx, id);
    if (!credential || credential->user_id != payload.user_id ||
        credential->project_id.value != payload.scope_id ||
        (credential->expires_at && *credential->expires_at <= tx.now())) {
        throw void_token();
    }
    std::set<RoleId> allowed;
    for (const auto& role : credential->roles) {
        allowed.insert(RoleId(role));
    }
    allowed = with_implied(std::move(allowed), stores.roles.implications(tx));
    std::erase_if(roles, [&](const Role& role) { return !allowed.contains(role.id); });
    names.credential = std::move(credential);
}

auth::Caller caller_of(const Payload& payload, const Names& names, const std::vector<Role>& roles) {
    auth::Caller caller;
    caller.user_id = names.user.id;
    caller.user_name = names.user.name;
    caller.user_domain_id = names.user.domain_id;
    caller.user_domain_name = names.user_domain.name;
    if (payload.scope == ScopeKind::project) {
        caller.project_id = names.scope.id;
        caller.project_name = names.scope.name;
        caller.project_domain_id = names.scope.domain_id.value_or(names.scope.as_domain());
    }
    if (payload.scope == ScopeKind::domain) {
        caller.domain_id = names.scope.as_domain();
    }
    caller.system = payload.scope == ScopeKind::system;
    for (const auto& role : roles) {
        caller.roles.push_back(role.name);
    }
    caller.expires = payload.expires_at;
    return caller;
}

void write_reference(json::Writer& out, std::string_view key, std::string_view id,
                     std::string_view name) {
    out.key(key).begin_object();
    out.member("id", id).member("name", name);
    out.end_object();
}

void write_scope(json::Writer& out, const Payload& payload, const Names& names) {
    if (payload.scope == ScopeKind::system) {
        out.key("system").begin_object().member("all", true).end_object();
    } else if (payload.scope == ScopeKind::domain) {
        write_reference(out, "domain", names.scope.id, names.scope.name);
    } else if (payload.scope == ScopeKind::project) {
        out.key("project").begin_object();
        if (names.scope.is_domain) {
            out.member_null("domain");
        } else {
            write_reference(out, "domain", names.scope_domain.id, names.scope_domain.name);
        }
        out.member("id", names.scope.id.value).member("name", names.scope.name);
        out.end_object();
        out.member("is_domain", names.scope.is_domain);
    }
}

std::string body_of(const Payload& payload, const Names& names, const std::vector<Role>& roles) {
    std::string text;
    json::Writer out(text);
    out.begin_object().key("token").begin_object();
    out.key("methods").begin_array();
    for (const auto& method : method_names(payload.methods)) {
        out.string(method);
    }
    out.end_array();
    out.key("user").begin_object();
    write_reference(out, "domain", names.user_domain.id, names.user_domain.name);
    out.member("id", names.user.id.value).member("name", names.user.name);
    out.member_null("password_expires_at");
    out.end_object();
    out.key("audit_ids").begin_array();
    for (const auto& id : payload.audit_ids) {
        out.string(audit_id_text(id));
    }
    out.end_array();
    out.member("expires_at", format_time_micros(payload.expires_at));
    out.member("issued_at", format_time_micros(payload.issued_at));
    write_scope(out, payload, names);
    if (names.credential) {
        out.key("application_credential").begin_object();
        out.member("id", names.credential->id.value).member("name", names.credential->name);
        out.member("restricted", !names.credential->unrestricted);
        out.end_object();
    }
    if (payload.scope != ScopeKind::none) {
        out.key("roles").begin_array();
        for (const auto& role : roles) {
            out.begin_object().member("id", role.id.value).member("name", role.name).end_object();
        }
        out.end_array();
    }
    return text;
}

}  // namespace

std::vector<Role> roles_on(sql::Transaction& tx, const Stores& stores, const UserId& user,
                           ScopeKind scope, const std::string& scope_id) {
    std::set<RoleId> ids;
    switch (scope) {
        case ScopeKind::none:
            return {};
        case ScopeKind::project: {
            const auto project = stores.projects.get(tx, ProjectId(scope_id));
            ids = stores.assignments.on_project(tx, user, project,
                                                stores.projects.ancestors(tx, project));
            break;
        }
        case ScopeKind::domain:
            ids = stores.assignments.on_domain(tx, user, DomainId(scope_id));
            break;
        case ScopeKind::system:
            ids = stores.assignments.on_system(tx, user);
            break;
    }
    const auto known = stores.roles.all(tx);
    std::vector<Role> roles;
    for (const auto& id : with_implied(std::move(ids), stores.roles.implications(tx))) {
        const auto role = known.find(id);
        if (role != known.end() && !role->second.domain_id) {
            roles.push_back(role->second);
        }
    }
    std::ranges::sort(roles, {}, &Role::name);
    return roles;
}

Token load_token(sql::Transaction& tx, const Stores& stores, Payload payload) {
    Names names;
    check_user(tx, stores, payload, names);
    check_scope(tx, stores, payload, names);
    auto roles = roles_on(tx, stores, payload.user_id, payload.scope, payload.scope_id);
    check_credential(tx, stores, payload, names, roles);
    if (payload.scope != ScopeKind::none && roles.empty()) {
        throw void_token();
    }
    if (stores.revocations.contains(tx, audit_id_text(payload.audit_ids.front()))) {
        throw void_token();
    }
    Token token;
    token.restricted = names.credential && !names.credential->unrestricted;
    if (names.credential && names.credential->expires_at) {
        payload.expires_at = std::min(payload.expires_at, *names.credential->expires_at);
    }
    token.caller = caller_of(payload, names, roles);
    token.is_domain = names.scope.is_domain && payload.scope == ScopeKind::project;
    token.body = body_of(payload, names, roles);
    token.payload = std::move(payload);
    token.roles = std::move(roles);
    return token;
}

}  // namespace welkin::identity
