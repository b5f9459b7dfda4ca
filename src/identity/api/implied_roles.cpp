// Which roles imply others.
#include "identity/api/handlers.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

struct Pair {
    Role prior;
    Role implied;
    Implication ids() const { return {prior.id, implied.id}; }
};

Pair pair_in_path(sql::Transaction& tx, State& identity, const Request& request) {
    return {identity.stores.roles.get(tx, RoleId(request.path_part("prior_id"))),
            identity.stores.roles.get(tx, RoleId(request.path_part("implied_id")))};
}

Error no_implication(const Pair& pair) {
    return not_found("Role {} does not imply role {}.", pair.prior.id, pair.implied.id);
}

void write_role(json::Writer& out, const Role& role, const std::string& base) {
    out.begin_object();
    out.member("id", role.id.value).member("name", role.name);
    out.key("links").begin_object();
    out.member("self", base + "/roles/" + role.id.value);
    out.end_object().end_object();
}

/// {"prior_role": {...}, "implies": [...]} or, for one pair, "implies": {...}.
void write_inference(json::Writer& out, const Role& prior, const std::vector<Role>& implied,
                     const std::string& base) {
    out.begin_object().key("prior_role");
    write_role(out, prior, base);
    out.key("implies").begin_array();
    for (const auto& role : implied) {
        write_role(out, role, base);
    }
    out.end_array().end_object();
}

json::Text pair_text(const Pair& pair, const Request& request) {
    json::Text text;
    json::Writer out(text.value);
    out.begin_object().key("role_inference").begin_object().key("prior_role");
    write_role(out, pair.prior, url_of(request));
    out.key("implies");
    write_role(out, pair.implied, url_of(request));
    out.end_object();
    out.key("links").begin_object();
    out.member("self", request.base_url + request.target);
    out.end_object().end_object();
    return text;
}

}  // namespace

/// GET /role_inferences: every role with what it implies directly.
Task<Reply> list_inferences(Request& request, State& identity) {
    request.authorize();
    std::map<RoleId, Role> roles;
    std::map<RoleId, std::vector<Role>> implied;
    co_await identity.core.database.read([&](sql::Transaction& tx) {
        roles = identity.stores.roles.all(tx);
        for (const auto& implication : identity.stores.roles.implications(tx)) {
            implied[implication.prior].push_back(roles.at(implication.implied));
        }
    });
    json::Text text;
    json::Writer out(text.value);
    out.begin_object().key("role_inferences").begin_array();
    for (const auto& [prior, list] : implied) {
        write_inference(out, roles.at(prior), list, url_of(request));
    }
    out.end_array();
    text.value += list_links(request, "") + "}";
    co_return http::ok(std::move(text));
}

/// GET /roles/{prior_id}/implies
Task<Reply> list_implied_roles(Request& request, State& identity) {
    request.authorize();
    Role prior;
    std::vector<Role> implied;
    co_await identity.core.database.read([&](sql::Transaction& tx) {
        prior = identity.stores.roles.get(tx, RoleId(request.path_part("prior_id")));
        for (const auto& implication : identity.stores.roles.implications(tx)) {
            if (implication.prior == prior.id) {
                implied.push_back(identity.stores.roles.get(tx, implication.implied));
            }
        }
    });
    json::Text text;
    json::Writer out(text.value);
    out.begin_object().key("role_inference");
    write_inference(out, prior, implied, url_of(request));
    text.value += list_links(request, "") + "}";
    co_return http::ok(std::move(text));
}

/// GET /roles/{prior_id}/implies/{implied_id}
Task<Reply> show_implied_role(Request& request, State& identity) {
    request.authorize();
    const auto pair = co_await identity.core.database.read([&](sql::Transaction& tx) {
        auto found = pair_in_path(tx, identity, request);
        if (!identity.stores.roles.implies(tx, found.ids())) {
            throw no_implication(found);
        }
        return found;
    });
    co_return http::ok(pair_text(pair, request));
}

/// HEAD /roles/{prior_id}/implies/{implied_id}
Task<Reply> check_implied_role(Request& request, State& identity) {
    co_await show_implied_role(request, identity);
    co_return http::no_content();
}

/// PUT /roles/{prior_id}/implies/{implied_id}
Task<Reply> create_implied_role(Request& request, State& identity) {
    request.authorize();
    const auto pair = co_await identity.core.database.write([&](sql::Transaction& tx) {
        auto found = pair_in_path(tx, identity, request);
        const auto reachable =
            with_implied({found.implied.id}, identity.stores.roles.implications(tx));
        if (found.implied.name == "admin" || reachable.contains(found.prior.id)) {
            throw forbidden(
                "Role {} must not imply role {}: nothing may imply admin, and roles "
                "must not imply each other in a circle.",
                found.prior.name, found.implied.name);
        }
        identity.stores.roles.add_implication(tx, found.ids());
        identity.record(tx, request.author(), "role", found.prior.id.value, "imply",
                        json::Object{{"implied_id", found.implied.id.value}});
        return found;
    });
    co_return http::created(pair_text(pair, request));
}

/// DELETE /roles/{prior_id}/implies/{implied_id}
Task<Reply> delete_implied_role(Request& request, State& identity) {
    request.authorize();
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        const auto pair = pair_in_path(tx, identity, request);
        if (!identity.stores.roles.remove_implication(tx, pair.ids())) {
            throw no_implication(pair);
        }
        identity.record(tx, request.author(), "role", pair.prior.id.value, "stop_implying",
                        json::Object{{"implied_id", pair.implied.id.value}});
    });
    co_return http::no_content();
}

}  // namespace welkin::identity
