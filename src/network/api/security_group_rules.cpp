// security-group-rules: what one group lets through.
#include "core/base/uuid.h"
#include "network/api/listing.h"
#include "network/api/rule_fields.h"
#include "network/api/security_groups.h"
#include "network/errors.h"
#include "network/state.h"

namespace welkin::network {

namespace {

using http::Reply;
using http::Request;
using json::column;
using json::create_only;
using json::read_only;
using R = SecurityGroupRule;

void write_normalized(json::Writer& writer, const R& rule, const json::View&) {
    if (rule.remote_ip_prefix) {
        writer.string(*rule.remote_ip_prefix);
    } else {
        writer.null();
    }
}

void write_null(json::Writer& writer, const R&, const json::View&) { writer.null(); }

auth::Owner owner_of(const R& rule, const SecurityGroup& group) {
    return {.project = rule.project_id,
            .extra = {{"security_group:project_id", group.project_id.value}}};
}

struct Found {
    R rule;
    SecurityGroup group;
};

Found visible_rule(sql::Transaction& tx, Network::State& network, const Request& request) {
    const auto& id = request.path_part("id");
    auto rule = network.groups.find_rule(tx, id);
    if (!rule) {
        throw rule_not_found(id);
    }
    auto group = network.groups.get(tx, rule->security_group_id);
    if (!request.may("get_security_group_rule", owner_of(*rule, group))) {
        throw rule_not_found(id);
    }
    return {std::move(*rule), std::move(group)};
}

/// Protocols may come as numbers, and "any" means none.
json::Value tidy(const json::Value& body) {
    auto copy = body;
    if (const auto* protocol = copy.find("protocol"); protocol && protocol->is_integer()) {
        copy.set("protocol", std::to_string(protocol->as_integer()));
    }
    for (const char* text : {"remote_group_id", "remote_ip_prefix"}) {
        if (const auto* value = copy.find(text);
            value && value->is_string() && value->as_string().empty()) {
            copy.erase(text);
        }
    }
    for (const char* unused : {"remote_address_group_id", "normalized_cidr"}) {
        if (const auto* value = copy.find(unused); value && value->is_null()) {
            copy.erase(unused);
        }
    }
    if (const auto* description = copy.find("description"); description && description->is_null()) {
        copy.erase("description");
    }
    if (const auto* ethertype = copy.find("ethertype"); ethertype && ethertype->is_null()) {
        copy.erase("ethertype");
    }
    return copy;
}

}  // namespace

const json::Fields<R> rule_fields{
    "security_group_rule",
    "security_group_rules",
    {
        {"id", &R::id, read_only},
        {"tenant_id", &R::project_id, create_only, column("project_id")},
        {"project_id", &R::project_id, create_only},
        {"security_group_id", &R::security_group_id, create_only, json::required},
        {"ethertype", &R::ethertype, create_only},
        {"direction", &R::direction, create_only, json::required,
         json::one_of({"ingress", "egress"})},
        {"protocol", &R::protocol, create_only},
        {"port_range_min", &R::port_range_min, create_only, json::lenient},
        {"port_range_max", &R::port_range_max, create_only, json::lenient},
        {"remote_ip_prefix", &R::remote_ip_prefix, create_only},
        {"remote_group_id", &R::remote_group_id, create_only},
        {"remote_address_group_id", json::computed<R>(write_null)},
        {"normalized_cidr", json::computed<R>(write_normalized)},
        {"description", &R::description, create_only, json::text(0, max_name)},
        {"created_at", &R::created_at, read_only},
        {"updated_at", &R::updated_at, read_only},
        {"revision_number", &R::revision_number, read_only},
    }};

/// POST /security-group-rules: one or several.
Task<Reply> create_security_group_rule(Request& request, Network::State& network) {
    // Parse.
    const auto bodies = bodies_of(request, "security_group_rule", "security_group_rules");
    std::vector<R> wanted;
    for (const auto* body : bodies.each) {
        auto rule = rule_fields.parse(tidy(*body));
        complete(rule);
        rule.id = RuleId(new_uuid(network.core.env));
        wanted.push_back(std::move(rule));
    }

    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        for (auto& rule : wanted) {
            // Authorize: the group, and the remote one, must be visible.
            const auto group = network.groups.find(tx, rule.security_group_id);
            if (!group || !request.may("get_security_group", {.project = group->project_id})) {
                throw group_not_found(rule.security_group_id);
            }
            rule.project_id = rule.project_id.empty() && request.is_admin()
                                  ? group->project_id
                                  : owning_project(request, rule.project_id);
            request.authorize(owner_of(rule, *group));
            if (rule.remote_group_id && !network.groups.find(tx, *rule.remote_group_id)) {
                throw group_not_found(*rule.remote_group_id);
            }

            // Act.
            network.quotas.check(tx, rule.project_id, "security_group_rule");
            network.groups.insert_rule(tx, author, rule);
        }
    });
    co_return created_reply(rule_fields, wanted, bodies.bulk, view_of(request));
}

/// GET /security-group-rules: of the caller's groups.
Task<Reply> list_security_group_rules(Request& request, Network::State& network) {
    const auto view = view_of(request);
    const auto page = rule_fields.page(request.query, {}, view);
    request.authorize();
    co_await ensure_default_group(request, network);
    Scope scope;
    if (!request.is_admin()) {
        const auto& own = request.caller().project_id.value;
        scope.also(
            "project_id = ? OR security_group_id IN (SELECT id FROM network_security_group "
            "WHERE project_id = ?)",
            {own, own});
    }
    const auto found = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return network.groups.list_rules(tx, page, scope); });
    co_return list_reply(request, rule_fields, found, page, view);
}

/// GET /security-group-rules/{id}
Task<Reply> show_security_group_rule(Request& request, Network::State& network) {
    const auto found = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return visible_rule(tx, network, request); });
    request.authorize(owner_of(found.rule, found.group));
    co_return http::ok(rule_fields.show(found.rule, view_of(request)));
}

/// DELETE /security-group-rules/{id}
Task<Reply> delete_security_group_rule(Request& request, Network::State& network) {
    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        const auto found = visible_rule(tx, network, request);
        request.authorize(owner_of(found.rule, found.group));
        network.groups.erase_rule(tx, author, found.rule);
    });
    co_return http::no_content();
}

}  // namespace welkin::network
