// networks: layer-2 segments of a project, or shared by all.
#include "network/api/networks.h"

#include "core/base/uuid.h"
#include "network/api/listing.h"
#include "network/errors.h"
#include "network/state.h"

namespace welkin::network {

namespace {

using http::Reply;
using http::Request;
using json::column;
using json::create_only;
using json::lenient;
using json::no_filter;
using json::no_sort;
using json::read_only;
using N = VirtualNetwork;

void write_zones(json::Writer& writer, const VirtualNetwork& network, const json::View&) {
    writer.begin_array();
    if (!network.subnet_ids.empty()) {
        writer.string("nova");
    }
    writer.end_array();
}

void write_null(json::Writer& writer, const VirtualNetwork&, const json::View&) { writer.null(); }

const json::Fields<N> fields{
    "network",
    "networks",
    {
        {"id", &N::id, read_only},
        {"name", &N::name, json::text(0, max_name)},
        {"tenant_id", &N::project_id, create_only, column("project_id")},
        {"project_id", &N::project_id, create_only},
        {"admin_state_up", &N::admin_state_up, lenient},
        {"mtu", &N::mtu, lenient, json::range(68, 65535)},
        {"status", &N::status, read_only},
        {"subnets", &N::subnet_ids, read_only},
        {"shared", &N::shared, lenient},
        {"router:external", &N::external, lenient, column("external")},
        {"is_default", &N::is_default, lenient},
        {"availability_zone_hints", &N::availability_zone_hints, create_only,
         json::strings(10, max_name)},
        {"availability_zones", json::computed<N>(write_zones)},
        {"ipv4_address_scope", json::computed<N>(write_null)},
        {"ipv6_address_scope", json::computed<N>(write_null)},
        {"description", &N::description, json::text(0, max_name)},
        {"port_security_enabled", &N::port_security_enabled, lenient},
        {"dns_domain", &N::dns_domain, json::text(0, max_name)},
        {"provider:network_type", &N::network_type, json::admin_only, no_filter, no_sort},
        {"provider:physical_network", &N::physical_network, json::admin_only, no_filter, no_sort},
        {"provider:segmentation_id", &N::segmentation_id, json::admin_only, no_filter, no_sort},
        {"tags", &N::tags, read_only},
        {"created_at", &N::created_at, read_only},
        {"updated_at", &N::updated_at, read_only},
        {"revision_number", &N::revision_number, read_only},
    }};

const Guarded guarded[] = {{"shared", false},
                           {"router:external", false},
                           {"is_default", false},
                           {"port_security_enabled", nullptr},
                           {"provider:network_type", nullptr},
                           {"provider:physical_network", nullptr},
                           {"provider:segmentation_id", nullptr}};

const json::PageRules page_rules{.known = {"tags", "tags-any", "not-tags", "not-tags-any"}};

void check_provider(const VirtualNetwork& wanted) {
    if (wanted.network_type != "local" || wanted.physical_network || wanted.segmentation_id) {
        throw invalid_input(
            "provider:network_type must be 'local', without physical_network and "
            "segmentation_id: this cloud makes its networks on each host.");
    }
}

void check_zone_hints(const VirtualNetwork& wanted, const Network::State& network) {
    for (const auto& zone : wanted.availability_zone_hints) {
        if (zone != network.settings.availability_zone) {
            throw not_found("AvailabilityZone {} could not be found.", zone)
                .named("AvailabilityZoneNotFound");
        }
    }
}

/// A network that others use cannot become private.
void check_unsharing(sql::Transaction& tx, const VirtualNetwork& network) {
    const auto foreign = tx.query_one(
        "SELECT id FROM network_port WHERE network_id = ? AND project_id <> ? AND "
        "device_owner NOT LIKE 'network:%' ESCAPE '!' LIMIT 1",
        network.id, network.project_id);
    if (foreign) {
        throw conflict(
            "Unable to reconfigure sharing settings for network {}. Multiple tenants "
            "are using it.",
            network.name)
            .named("InvalidSharedSetting");
    }
}

}  // namespace

auth::Owner owner_of(const VirtualNetwork& network) {
    auth::Owner owner{.project = network.project_id};
    owner.extra = {{"network:project_id", network.project_id.value},
                   {"shared", network.shared ? "True" : "False"},
                   {"external", network.external ? "True" : "False"}};
    return owner;
}

VirtualNetwork visible_network(sql::Transaction& tx, Network::State& network,
                               const Request& request, std::string_view id) {
    auto found = network.networks.find(tx, id);
    if (!found || !request.may("get_network", owner_of(*found))) {
        throw network_not_found(id);
    }
    return std::move(*found);
}

Scope visible_networks(const Request& request) {
    if (request.is_admin()) {
        return {};
    }
    return {"project_id = ? OR shared = 1 OR external = 1", {request.caller().project_id.value}};
}

/// POST /networks: one or several.
Task<Reply> create_network(Request& request, Network::State& network) {
    // Parse: what is said, completed by what this cloud does when nothing is.
    const auto bodies = bodies_of(request, "network", "networks");
    std::vector<VirtualNetwork> wanted;
    for (const auto* body : bodies.each) {
        auto one = fields.parse(*body, {}, {.mtu = network.settings.mtu});
        one.id = NetworkId(new_uuid(network.core.env));
        one.project_id = owning_project(request, one.project_id);
        check_provider(one);
        check_zone_hints(one, network);

        // Authorize: the rule of the route, and those of single attributes.
        request.authorize(owner_of(one));
        guard_attributes(request, "create_network", *body, owner_of(one), guarded);
        wanted.push_back(std::move(one));
    }

    // Act: all or none; over_limit() past the quota.
    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        for (auto& one : wanted) {
            network.quotas.check(tx, one.project_id, "network");
            network.networks.insert(tx, author, one);
        }
    });

    // Respond.
    co_return created_reply(fields, wanted, bodies.bulk, view_of(request));
}

/// GET /networks: the caller's own, shared and external ones; administrators see all.
Task<Reply> list_networks(Request& request, Network::State& network) {
    const auto view = view_of(request);
    const auto page = fields.page(request.query, page_rules, view);
    request.authorize();
    auto scope = visible_networks(request);
    TagStore::narrow(scope, request.query);

    const auto found = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return network.networks.list(tx, page, scope); });
    co_return list_reply(request, fields, found, page, view);
}

/// GET /networks/{id}
Task<Reply> show_network(Request& request, Network::State& network) {
    const auto found = co_await network.core.database.read([&](sql::Transaction& tx) {
        return visible_network(tx, network, request, request.path_part("id"));
    });
    request.authorize(owner_of(found));
    co_return http::ok(fields.show(found, view_of(request)));
}

/// PUT /networks/{id}
Task<Reply> update_network(Request& request, Network::State& network) {
    const auto& body = request.json("network");
    const auto author = request.author();
    const auto changed = co_await network.core.database.write([&](sql::Transaction& tx) {
        auto one = visible_network(tx, network, request, request.path_part("id"));
        request.authorize(owner_of(one));
        guard_attributes(request, "update_network", body, owner_of(one), guarded);
        check_revision(request, one.revision_number);

        const bool was_shared = one.shared;
        fields.update(one, body);
        check_provider(one);
        if (was_shared && !one.shared) {
            check_unsharing(tx, one);
        }
        network.networks.update(tx, author, one);
        return one;
    });
    co_return http::ok(fields.show(changed, view_of(request)));
}

/// DELETE /networks/{id}: with its subnets and what serves its addresses.
Task<Reply> delete_network(Request& request, Network::State& network) {
    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        const auto one = visible_network(tx, network, request, request.path_part("id"));
        request.authorize(owner_of(one));
        check_revision(request, one.revision_number);

        const Scope own{"network_id = ? AND device_owner = ?",
                        {one.id.value, std::string(owner_dhcp)}};
        for (const auto& port : network.ports.select(tx, own)) {
            network.ports.erase(tx, author, port);
        }
        if (!tx.query_one("SELECT id FROM network_port WHERE network_id = ? LIMIT 1", one.id)) {
            for (const auto& subnet : network.subnets.of_network(tx, one.id)) {
                network.subnets.erase(tx, author, subnet);
            }
        }
        network.networks.erase(tx, author, one);
    });
    co_return http::no_content();
}

}  // namespace welkin::network
