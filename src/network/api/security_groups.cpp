// security-groups: named sets of rules that ports carry.
#include "network/api/security_groups.h"

#include "core/base/text.h"
#include "core/base/uuid.h"
#include "network/api/listing.h"
#include "network/api/rule_fields.h"
#include "network/errors.h"
#include "network/state.h"

namespace welkin::network {

namespace {

using http::Reply;
using http::Request;
using json::column;
using json::create_only;
using json::read_only;
using G = SecurityGroup;

void write_rules(json::Writer& writer, const G& group, const json::View& view) {
    json::View inner = view;
    inner.only.clear();
    writer.begin_array();
    for (const auto& rule : group.rules) {
        rule_fields.write(writer, rule, inner);
    }
    writer.end_array();
}

void write_shared(json::Writer& writer, const G&, const json::View&) { writer.boolean(false); }

const json::Fields<G> fields{"security_group",
                             "security_groups",
                             {
                                 {"id", &G::id, read_only},
                                 {"name", &G::name, json::text(0, max_name)},
                                 {"stateful", &G::stateful, json::lenient},
                                 {"tenant_id", &G::project_id, create_only, column("project_id")},
                                 {"project_id", &G::project_id, create_only},
                                 {"description", &G::description, json::text(0, max_name)},
                                 {"security_group_rules", json::computed<G>(write_rules)},
                                 {"shared", json::computed<G>(write_shared)},
                                 {"tags", &G::tags, read_only},
                                 {"created_at", &G::created_at, read_only},
                                 {"updated_at", &G::updated_at, read_only},
                                 {"revision_number", &G::revision_number, read_only},
                             }};

const json::PageRules page_rules{.known = {"tags", "tags-any", "not-tags", "not-tags-any"}};

auth::Owner owner_of(const G& group) { return {.project = group.project_id}; }

void check_stateful(const G& group) {
    if (!group.stateful) {
        throw invalid_input("stateless security groups are not supported.");
    }
}

G visible_group(sql::Transaction& tx, Network::State& network, const Request& request) {
    const auto& id = request.path_part("id");
    auto found = network.groups.find(tx, id);
    if (!found || !request.may("get_security_group", owner_of(*found))) {
        throw group_not_found(id);
    }
    return std::move(*found);
}

}  // namespace

Task<void> ensure_default_group(Request& request, Network::State& network) {
    const auto project = request.caller().project_id;
    if (project.empty()) {
        co_return;
    }
    const bool there = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return network.groups.find_default(tx, project).has_value(); });
    if (!there) {
        const auto author = request.author();
        co_await network.core.database.write(
            [&](sql::Transaction& tx) { network.groups.ensure_default(tx, author, project); });
    }
}

/// POST /security-groups: with rules that let everything out.
Task<Reply> create_security_group(Request& request, Network::State& network) {
    // Parse.
    const auto bodies = bodies_of(request, "security_group", "security_groups");
    std::vector<G> wanted;
    for (const auto* body : bodies.each) {
        auto group = fields.parse(*body);
        check_stateful(group);
        group.id = GroupId(new_uuid(network.core.env));
        group.project_id = owning_project(request, group.project_id);

        // Authorize.
        request.authorize(owner_of(group));
        if (text::lower(group.name) == "default") {
            throw conflict("Default security group already exists.")
                .named("SecurityGroupDefaultAlreadyExists");
        }
        auto rules = default_rules(group.id);
        std::erase_if(rules, [](const auto& rule) { return rule.direction == "ingress"; });
        group.rules = std::move(rules);
        wanted.push_back(std::move(group));
    }

    // Act.
    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        for (auto& group : wanted) {
            network.groups.ensure_default(tx, author, group.project_id);
            network.quotas.check(tx, group.project_id, "security_group");
            network.groups.insert(tx, author, group);
        }
    });
    co_return created_reply(fields, wanted, bodies.bulk, view_of(request));
}

/// GET /security-groups: the first look of a project makes its group "default".
Task<Reply> list_security_groups(Request& request, Network::State& network) {
    const auto view = view_of(request);
    const auto page = fields.page(request.query, page_rules, view);
    request.authorize();
    co_await ensure_default_group(request, network);
    Scope scope;
    if (!request.is_admin()) {
        scope.also("project_id = ?", {request.caller().project_id.value});
    }
    TagStore::narrow(scope, request.query);

    const auto found = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return network.groups.list(tx, page, scope); });
    co_return list_reply(request, fields, found, page, view);
}

/// GET /security-groups/{id}
Task<Reply> show_security_group(Request& request, Network::State& network) {
    const auto found = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return visible_group(tx, network, request); });
    request.authorize(owner_of(found));
    co_return http::ok(fields.show(found, view_of(request)));
}

/// PUT /security-groups/{id}: "default" keeps its name.
Task<Reply> update_security_group(Request& request, Network::State& network) {
    const auto& body = request.json("security_group");
    const auto author = request.author();
    const auto changed = co_await network.core.database.write([&](sql::Transaction& tx) {
        auto group = visible_group(tx, network, request);
        request.authorize(owner_of(group));
        check_revision(request, group.revision_number);

        const auto old_name = group.name;
        fields.update(group, body);
        check_stateful(group);
        const bool is_default = network.groups.find_default(tx, group.project_id) == group.id;
        if (group.name != old_name && is_default) {
            throw conflict("Updating default security group not allowed.")
                .named("SecurityGroupCannotUpdateDefault");
        }
        if (group.name != old_name && text::lower(group.name) == "default") {
            throw conflict("Default security group already exists.")
                .named("SecurityGroupDefaultAlreadyExists");
        }
        network.groups.update(tx, author, group);
        return group;
    });
    co_return http::ok(fields.show(changed, view_of(request)));
}

/// DELETE /security-groups/{id}
Task<Reply> delete_security_group(Request& request, Network::State& network) {
    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        const auto group = visible_group(tx, network, request);
        request.authorize(owner_of(group));
        check_revision(request, group.revision_number);
        const bool is_default = network.groups.find_default(tx, group.project_id) == group.id;
        if (is_default && !request.is_admin()) {
            throw conflict("Insufficient rights for removing default security group.")
                .named("SecurityGroupCannotRemoveDefault");
        }
        network.groups.erase(tx, author, group);
    });
    co_return http::no_content();
}

}  // namespace welkin::network
