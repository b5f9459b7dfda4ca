// subnets: address ranges of a network.
#include "network/api/subnets.h"

#include "core/base/uuid.h"
#include "network/api/listing.h"
#include "network/api/networks.h"
#include "network/errors.h"
#include "network/state.h"

namespace welkin::network {

namespace {

using http::Reply;
using http::Request;
using json::column;
using json::create_only;
using json::lenient;
using json::read_only;

void write_null(json::Writer& writer, const Subnet&, const json::View&) { writer.null(); }
void write_none(json::Writer& writer, const Subnet&, const json::View&) {
    writer.begin_array().end_array();
}

const json::Check ipv6_mode = json::one_of({"slaac", "dhcpv6-stateful", "dhcpv6-stateless"});

const json::Fields<Subnet> fields{
    "subnet",
    "subnets",
    {
        {"id", &Subnet::id, read_only},
        {"name", &Subnet::name, json::text(0, max_name)},
        {"tenant_id", &Subnet::project_id, create_only, column("project_id")},
        {"project_id", &Subnet::project_id, create_only},
        {"network_id", &Subnet::network_id, create_only, json::required, json::uuid()},
        {"ip_version", &Subnet::ip_version, create_only, lenient, json::required},
        {"enable_dhcp", &Subnet::enable_dhcp, lenient},
        {"ipv6_ra_mode", &Subnet::ipv6_ra_mode, create_only, ipv6_mode},
        {"ipv6_address_mode", &Subnet::ipv6_address_mode, create_only, ipv6_mode},
        {"gateway_ip", &Subnet::gateway_ip},
        {"cidr", &Subnet::cidr, create_only, json::required},
        {"allocation_pools", &Subnet::allocation_pools},
        {"host_routes", &Subnet::host_routes},
        {"dns_nameservers", &Subnet::dns_nameservers},
        {"description", &Subnet::description, json::text(0, max_name)},
        {"service_types", json::computed<Subnet>(write_none)},
        {"subnetpool_id", json::computed<Subnet>(write_null)},
        {"tags", &Subnet::tags, read_only},
        {"created_at", &Subnet::created_at, read_only},
        {"updated_at", &Subnet::updated_at, read_only},
        {"revision_number", &Subnet::revision_number, read_only},
    }};

const json::PageRules page_rules{
    .known = {"tags", "tags-any", "not-tags", "not-tags-any", "shared"}};

/// A body that is tidied up before the field table sees it: lists may be null, and clients send
/// these two even where the API has no more to say than null.
json::Value tidy(const json::Value& body) {
    auto copy = body;
    for (const char* list : {"dns_nameservers", "host_routes", "allocation_pools"}) {
        if (const auto* value = copy.find(list); value && value->is_null()) {
            copy.set(list, json::Array{});
        }
    }
    for (const char* unused : {"subnetpool_id", "segment_id"}) {
        if (const auto* value = copy.find(unused); value && value->is_null()) {
            copy.erase(unused);
        }
    }
    return copy;
}

void check_overlap(sql::Transaction& tx, Network::State& network, const Subnet& wanted) {
    const auto range = wanted.range();
    for (const auto& other : network.subnets.of_network(tx, wanted.network_id)) {
        if (other.id != wanted.id && other.range().overlaps(range)) {
            throw invalid_input(
                "Requested subnet with cidr: {} for network: {} overlaps with "
                "another subnet",
                wanted.cidr, wanted.network_id);
        }
    }
}

/// Ports that are there already get their own address of a subnet with automatic ones.
void add_automatic_addresses(sql::Transaction& tx, Network::State& network,
                             const history::Author& author, const Subnet& subnet) {
    if (!subnet.automatic_addresses()) {
        return;
    }
    for (auto& port : network.ports.select(tx, {"network_id = ?", {subnet.network_id.value}})) {
        port.fixed_ips.push_back({subnet.id, eui64(subnet.range(), port.mac_address).text()});
        network.ports.update(tx, author, port, {.fixed_ips = true});
    }
}

/// Gives back the addresses that may go with the subnet. Throws SubnetInUse for any other.
void release_addresses(sql::Transaction& tx, Network::State& network, const history::Author& author,
                       const Subnet& subnet) {
    const Scope users{"id IN (SELECT port_id FROM network_fixed_ip WHERE subnet_id = ?)",
                      {subnet.id.value}};
    for (auto& port : network.ports.select(tx, users)) {
        if (port.device_owner != owner_dhcp && !subnet.automatic_addresses()) {
            throw conflict(
                "Unable to complete operation on subnet {}: One or more ports have an "
                "IP allocation from this subnet.",
                subnet.id)
                .named("SubnetInUse");
        }
        std::erase_if(port.fixed_ips,
                      [&](const auto& fixed) { return fixed.subnet_id == subnet.id; });
        if (port.device_owner == owner_dhcp && port.fixed_ips.empty()) {
            network.ports.erase(tx, author, port);
        } else {
            network.ports.update(tx, author, port, {.fixed_ips = true});
        }
    }
}

struct Found {
    Subnet subnet;
    VirtualNetwork on;
};

Found visible_subnet(sql::Transaction& tx, Network::State& network, const Request& request) {
    const auto& id = request.path_part("id");
    auto subnet = network.subnets.find(tx, id);
    if (!subnet) {
        throw subnet_not_found(id);
    }
    auto on = network.networks.get(tx, subnet->network_id);
    if (!request.may("get_subnet", owner_of(*subnet, on))) {
        throw subnet_not_found(id);
    }
    return {std::move(*subnet), std::move(on)};
}

}  // namespace

auth::Owner owner_of(const Subnet& subnet, const VirtualNetwork& on) {
    auto owner = owner_of(on);
    owner.project = subnet.project_id;
    return owner;
}

/// POST /subnets: one or several.
Task<Reply> create_subnet(Request& request, Network::State& network) {
    // Parse: gateway and pools mean one thing when null or empty, another when not said.
    const auto bodies = bodies_of(request, "subnet", "subnets");
    std::vector<Subnet> wanted;
    for (const auto* each : bodies.each) {
        const auto body = tidy(*each);
        auto one = fields.parse(body);
        one.id = SubnetId(new_uuid(network.core.env));
        complete(one, body.find("gateway_ip") != nullptr, body.find("allocation_pools") != nullptr);
        wanted.push_back(std::move(one));
    }

    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        for (auto& one : wanted) {
            // Authorize: the network's owner makes subnets, which are theirs unless said otherwise.
            const auto on = visible_network(tx, network, request, one.network_id);
            one.project_id = one.project_id.empty() && request.is_admin()
                                 ? on.project_id
                                 : owning_project(request, one.project_id);
            request.authorize(owner_of(one, on));

            // Act.
            network.quotas.check(tx, one.project_id, "subnet");
            check_overlap(tx, network, one);
            network.subnets.insert(tx, author, one);
            add_automatic_addresses(tx, network, author, one);
        }
    });
    co_return created_reply(fields, wanted, bodies.bulk, view_of(request));
}

/// GET /subnets: of the networks that the caller sees.
Task<Reply> list_subnets(Request& request, Network::State& network) {
    const auto view = view_of(request);
    const auto page = fields.page(request.query, page_rules, view);
    request.authorize();
    Scope scope;
    if (!request.is_admin()) {
        scope.also(
            "project_id = ? OR network_id IN (SELECT id FROM network_network WHERE "
            "shared = 1)",
            {request.caller().project_id.value});
    }
    TagStore::narrow(scope, request.query);

    const auto found = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return network.subnets.list(tx, page, scope); });
    co_return list_reply(request, fields, found, page, view);
}

/// GET /subnets/{id}
Task<Reply> show_subnet(Request& request, Network::State& network) {
    const auto found = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return visible_subnet(tx, network, request); });
    request.authorize(owner_of(found.subnet, found.on));
    co_return http::ok(fields.show(found.subnet, view_of(request)));
}

/// PUT /subnets/{id}
Task<Reply> update_subnet(Request& request, Network::State& network) {
    const auto body = tidy(request.json("subnet"));
    const auto author = request.author();
    const auto changed = co_await network.core.database.write([&](sql::Transaction& tx) {
        auto [subnet, on] = visible_subnet(tx, network, request);
        request.authorize(owner_of(subnet, on));
        check_revision(request, subnet.revision_number);

        const auto old_gateway = subnet.gateway_ip;
        fields.update(subnet, body);
        check(subnet);
        if (old_gateway && subnet.gateway_ip != old_gateway &&
            network.ports.is_used(tx, subnet.id, *Ip::parse(*old_gateway))) {
            throw conflict("Current gateway ip {} already in use by a port. Unable to update.",
                           *old_gateway)
                .named("GatewayIpInUse");
        }
        network.subnets.update(tx, author, subnet);
        return subnet;
    });
    co_return http::ok(fields.show(changed, view_of(request)));
}

/// DELETE /subnets/{id}
Task<Reply> delete_subnet(Request& request, Network::State& network) {
    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        const auto [subnet, on] = visible_subnet(tx, network, request);
        request.authorize(owner_of(subnet, on));
        check_revision(request, subnet.revision_number);

        release_addresses(tx, network, author, subnet);
        network.subnets.erase(tx, author, subnet);
    });
    co_return http::no_content();
}

}  // namespace welkin::network
