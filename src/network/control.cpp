#include "network/control.h"

#include <set>

#include "core/base/uuid.h"
#include "core/bus/bus.h"
#include "core/observe/log.h"
#include "network/host/host_side.h"
#include "network/new_port.h"

namespace welkin::network {

namespace {

/// DHCP is for addresses that are given out, so SLAAC alone needs none of its own.
bool needs_dhcp_address(const Subnet& subnet) {
    return subnet.enable_dhcp && !subnet.automatic_addresses() &&
           (subnet.ip_version == 4 || subnet.ipv6_address_mode || subnet.ipv6_ra_mode);
}

struct DhcpPort {
    std::optional<Port> port;
    bool is_new = false;
    bool lacks = false;  ///< an address that is to be had
};

/// The network's own port for its DHCP server, with an address of each subnet that needs one. Where
/// none is left the server makes do with the gateway's.
DhcpPort find_dhcp_port(sql::Transaction& tx, Network::State& network, const VirtualNetwork& on,
                        const std::vector<Subnet>& subnets, Reserve reserve) {
    const Scope scope{"network_id = ? AND device_owner = ?",
                      {on.id.value, std::string(owner_dhcp)}};
    auto known = network.ports.select(tx, scope);
    DhcpPort found{.port = {}, .is_new = known.empty()};
    const auto kept = known.empty() ? std::vector<FixedAddress>{} : known.front().fixed_ips;
    std::vector<FixedAddress> addresses;
    for (const auto& subnet : subnets) {
        if (!needs_dhcp_address(subnet)) {
            continue;
        }
        const auto own = std::find_if(kept.begin(), kept.end(), [&](const auto& fixed) {
            return fixed.subnet_id == subnet.id;
        });
        if (own != kept.end()) {
            addresses.push_back(*own);
        } else if (reserve == Reserve::no) {
            found.lacks = true;
        } else if (const auto ip = network.addressing.next_free(tx, subnet)) {
            addresses.push_back({subnet.id, ip->text()});
            found.lacks = true;
        }
    }
    if (!known.empty()) {
        found.port = std::move(known.front());
    } else if (!addresses.empty()) {
        found.port = Port{.id = PortId(new_uuid(network.core.env)),
                          .project_id = on.project_id,
                          .network_id = on.id,
                          .status = "ACTIVE",
                          .mac_address = new_mac(network.core.env),
                          .device_id = "dhcp-" + on.id.value,
                          .device_owner = std::string(owner_dhcp)};
        found.port->port_security_enabled = false;
    }
    if (found.lacks && found.port) {
        found.port->fixed_ips = std::move(addresses);
    }
    return found;
}

void reserve_dhcp_port(sql::Transaction& tx, Network::State& network, DhcpPort& found) {
    const history::Author nobody;
    if (found.is_new) {
        network.ports.insert(tx, nobody, *found.port);
    } else {
        network.ports.update(tx, nobody, *found.port, {.fixed_ips = true});
    }
}

/// Groups of the ports, and those that their rules name, with the members of the latter.
std::vector<HostGroup> groups_of(sql::Transaction& tx, Network::State& network,
                                 const HostDocument& document) {
    std::set<std::string> own;
    for (const auto& net : document.networks) {
        for (const auto& port : net.ports) {
            own.insert(port.security_groups.begin(), port.security_groups.end());
        }
    }
    std::map<std::string, HostGroup> groups;
    for (const auto& id : own) {
        groups[id].id = GroupId(id);
    }
    std::set<std::string> remote;
    for (auto& rule : network.groups.rules_of(tx, {own.begin(), own.end()})) {
        if (rule.remote_group_id) {
            remote.insert(*rule.remote_group_id);
            groups[*rule.remote_group_id].id = GroupId(*rule.remote_group_id);
        }
        groups[rule.security_group_id.value].rules.push_back(std::move(rule));
    }
    if (!remote.empty()) {
        const auto in = any_of("g.security_group_id", {remote.begin(), remote.end()});
        for (const auto& row : tx.query_values(
                 "SELECT DISTINCT g.security_group_id, f.address FROM network_port_group g "
                 "JOIN network_fixed_ip f ON f.port_id = g.port_id WHERE " +
                     in.sql + " ORDER BY g.security_group_id, f.address",
                 in.args)) {
            groups[row.text(0)].members.push_back(row.text(1));
        }
    }
    std::vector<HostGroup> list;
    for (auto& [id, group] : groups) {
        list.push_back(std::move(group));
    }
    return list;
}

/// A gateway address that some port has belongs to the device behind that port.
std::vector<std::string> foreign_gateways(sql::Transaction& tx, Network::State& network,
                                          const std::vector<Subnet>& subnets) {
    std::vector<std::string> taken;
    for (const auto& subnet : subnets) {
        if (subnet.gateway_ip &&
            network.ports.is_used(tx, subnet.id, *Ip::parse(*subnet.gateway_ip))) {
            taken.push_back(*subnet.gateway_ip);
        }
    }
    return taken;
}

Task<json::Value> answer_document(Network::State& network, HostName host) {
    auto document = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return document_of(tx, network, host, Reserve::no); });
    if (!document) {
        document = co_await network.core.database.write(
            [&](sql::Transaction& tx) { return document_of(tx, network, host, Reserve::yes); });
    }
    co_return to_json(*document);
}

Task<json::Value> note_heartbeat(Network::State& network, json::Value message) {
    Agent agent{.id = new_uuid(network.core.env),
                .host = HostName(message.text("heartbeat_of")),
                .configurations = json::Object{{"driver", message.text("driver")}},
                .started_at = from_micros(message.integer("started_at"))};
    co_await network.core.database.write(
        [&](sql::Transaction& tx) { network.agents.heartbeat(tx, agent); });
    co_return json::Object{};
}

Task<json::Value> answer_host(Network::State& network, json::Value message) {
    if (message["document_of"].is_string()) {
        co_return co_await answer_document(network, HostName(message.text("document_of")));
    }
    if (message["heartbeat_of"].is_string()) {
        co_return co_await note_heartbeat(network, std::move(message));
    }
    throw bad_request("Network control answers document_of and heartbeat_of.");
}

}  // namespace

std::optional<HostDocument> document_of(sql::Transaction& tx, Network::State& network,
                                        const HostName& host, Reserve reserve) {
    HostDocument document{.dns_domain = network.settings.dns_domain};
    std::map<std::string, HostNet> nets;
    for (auto& port : network.ports.select(
             tx, {"host_id = ? AND device_owner LIKE 'compute:%' ESCAPE '!'", {host.value}})) {
        nets[port.network_id.value].ports.push_back(std::move(port));
    }
    if (nets.empty()) {
        return document;
    }
    std::vector<std::string> ids;
    for (const auto& [id, net] : nets) {
        ids.push_back(id);
    }
    auto subnets = network.subnets.of_networks(tx, ids);
    for (const auto& on : network.networks.list_rows(tx, any_of("id", ids))) {
        auto& net = nets[on.id.value];
        net.id = on.id;
        net.mtu = on.mtu;
        net.subnets = std::move(subnets[on.id]);
        auto dhcp = find_dhcp_port(tx, network, on, net.subnets, reserve);
        if (dhcp.lacks && reserve == Reserve::no) {
            return std::nullopt;
        }
        if (dhcp.lacks) {
            reserve_dhcp_port(tx, network, dhcp);
        }
        net.dhcp = std::move(dhcp.port);
        net.foreign_gateways = foreign_gateways(tx, network, net.subnets);
        document.networks.push_back(std::move(net));
    }
    document.groups = groups_of(tx, network, document);
    return document;
}

void serve_hosts(Network::State& network) {
    auto& core = network.core;
    core.bus.serve(control_topic, [&network](json::Value message) -> Task<json::Value> {
        return answer_host(network, std::move(message));
    });
    history::subscribe(core.database, "network", [&core](const history::Change& change) {
        // Heartbeats, quotas and status do not change what hosts carry.
        const bool status_only = change.resource == "port" && !change.detail["status"].is_null();
        if (change.resource != "quota" && change.resource != "agent" && !status_only) {
            core.bus.fanout(changed_topic, json::Object{{"resource", change.resource}});
        }
    });
}

}  // namespace welkin::network
