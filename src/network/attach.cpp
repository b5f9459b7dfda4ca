#include "network/attach.h"

#include "core/base/text.h"
#include "network/errors.h"
#include "network/new_port.h"

namespace welkin::network {

namespace {

bool is_admin(const auth::Caller& caller) { return caller.has_role("admin"); }

/// Our errors in the words of compute's API, where what a body names and is not there is a 400.
Error for_compute(Error error) {
    if (error.fault == Fault::not_found || error.type == "IpAddressGenerationFailure" ||
        error.type == "IpAddressAlreadyAllocated") {
        error.fault = Fault::bad_request;
    }
    return error;
}

/// A DHCP host name of what users call their server.
std::string host_name_of(std::string_view server_name) {
    std::string name;
    for (const char c : text::lower(server_name)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain || (!name.empty() && name.back() != '-')) {
            name += plain ? c : '-';
        }
    }
    name = name.substr(0, 63);
    while (name.ends_with('-')) {
        name.pop_back();
    }
    return name;
}

/// The one network meant by saying nothing; nothing if there is none.
std::optional<VirtualNetwork> automatic_network(sql::Transaction& tx, Network::State& network,
                                                const ProjectId& project) {
    const auto only = [&](std::string_view condition,
                          std::vector<sql::Value> args) -> std::optional<VirtualNetwork> {
        Scope scope{std::string(condition), std::move(args)};
        scope.also("external = 0 AND id IN (SELECT network_id FROM network_subnet)");
        auto found = network.networks.list_rows(tx, scope);
        if (found.size() > 1) {
            throw conflict(
                "Multiple possible networks found, use a Network ID to be more specific.")
                .named("NetworkAmbiguous");
        }
        return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
    };
    if (auto own = only("project_id = ?", {project.value})) {
        return own;
    }
    return only("shared = 1", {});
}

GroupId find_group(sql::Transaction& tx, Network::State& network, const ProjectId& project,
                   std::string_view name) {
    const Scope scope{"project_id = ? AND (id = ? OR name = ?)",
                      {project.value, std::string(name), std::string(name)}};
    const auto found = network.groups.list_rows(tx, scope);
    if (found.empty()) {
        throw not_found("Security group {} not found for project {}.", name, project)
            .named("SecurityGroupNotFound");
    }
    for (const auto& group : found) {
        if (group.id.value == name) {
            return group.id;
        }
    }
    if (found.size() > 1) {
        throw conflict(
            "Multiple security groups found matching '{}'. Use an ID to be more "
            "specific.",
            name)
            .named("NoUniqueMatch");
    }
    return found.front().id;
}

std::vector<std::string> find_groups(sql::Transaction& tx, Network::State& network,
                                     const history::Author& author, const AttachRequest& wanted) {
    std::vector<std::string> groups;
    for (const auto& name : wanted.security_groups) {
        if (name == "default") {
            groups.push_back(network.groups.ensure_default(tx, author, wanted.project_id).value);
        } else {
            groups.push_back(find_group(tx, network, wanted.project_id, name).value);
        }
    }
    return groups;
}

struct Attaching {
    sql::Transaction& tx;
    Network::State& network;
    const auth::Caller& caller;
    const history::Author& author;
    const AttachRequest& wanted;
    std::optional<std::vector<std::string>> groups = {};
};

void bind_to_server(const Attaching& in, Port& port, int order, const std::string& tag) {
    port.device_id = in.wanted.server_id.value;
    port.device_owner = "compute:" + in.wanted.availability_zone;
    port.host_id = in.wanted.host;
    port.nic_order = order;
    port.nic_tag = tag;
    if (port.dns_name.empty()) {
        port.dns_name = host_name_of(in.wanted.server_name);
    }
}

VirtualNetwork usable_network(const Attaching& in, const NetworkId& id) {
    auto found = in.network.networks.find_row(in.tx, id);
    const bool visible = found && (found->project_id == in.wanted.project_id || found->shared ||
                                   found->external || is_admin(in.caller));
    if (!visible) {
        throw bad_request("Network {} could not be found.", id).named("NetworkNotFound");
    }
    if (found->external && !found->shared && !is_admin(in.caller)) {
        throw forbidden("It is not allowed to create an interface on external network {}", id)
            .named("ExternalNetworkAttachForbidden");
    }
    return std::move(*found);
}

Port attach_new(Attaching& in, const VirtualNetwork& on, const NicRequest& nic, int order) {
    const auto subnets = in.network.subnets.of_network(in.tx, on.id);
    if (subnets.empty()) {
        throw bad_request("Network {} requires a subnet in order to boot instances on.", on.id)
            .named("NetworkRequiresSubnet");
    }
    Port port{.project_id = in.wanted.project_id};
    port.created_for_server = true;
    bind_to_server(in, port, order, nic.tag);
    PortWishes wishes;
    if (on.port_security_enabled && !in.wanted.security_groups.empty()) {
        if (!in.groups) {
            in.groups = find_groups(in.tx, in.network, in.author, in.wanted);
        }
        wishes.security_groups = in.groups;
    }
    if (!nic.fixed_ip.empty()) {
        const auto ip = Ip::parse(nic.fixed_ip);
        if (!ip) {
            throw bad_request("Fixed IP {} is not a valid IP address.", nic.fixed_ip);
        }
        wishes.fixed_ips = std::vector<FixedAddress>{{.ip_address = ip->text()}};
    }
    create_port(in.tx, in.network, in.author, on, subnets, port, wishes);
    return port;
}

Port attach_existing(Attaching& in, const NicRequest& nic, int order) {
    auto port = in.network.ports.find(in.tx, nic.port_id);
    if (!port || (port->project_id != in.wanted.project_id && !is_admin(in.caller))) {
        throw bad_request("Port id {} could not be found.", nic.port_id).named("PortNotFound");
    }
    if (!port->device_id.empty()) {
        throw conflict("Port {} is still in use.", nic.port_id).named("PortInUse");
    }
    if (port->fixed_ips.empty()) {
        throw bad_request("Port {} requires a FixedIP in order to be used.", nic.port_id)
            .named("PortRequiresFixedIP");
    }
    bind_to_server(in, *port, order, nic.tag);
    in.network.ports.update(in.tx, in.author, *port, {});
    return std::move(*port);
}

int next_order(sql::Transaction& tx, const ServerId& server) {
    const auto row = tx.query_one(
        "SELECT COALESCE(MAX(nic_order) + 1, 0) FROM network_port WHERE device_id = ?", server);
    return static_cast<int>(row->integer(0));
}

void release(sql::Transaction& tx, Network::State& network, const history::Author& author,
             Port& port) {
    if (port.created_for_server) {
        network.ports.erase(tx, author, port);
        return;
    }
    port.device_id.clear();
    port.device_owner.clear();
    port.host_id = HostName();
    port.status = "DOWN";
    port.nic_order = 0;
    port.nic_tag.clear();
    network.ports.update(tx, author, port, {});
}

}  // namespace

std::vector<PortView> attach_server(sql::Transaction& tx, Network::State& network,
                                    const auth::Caller& caller, const history::Author& author,
                                    const AttachRequest& wanted) {
    Attaching in{tx, network, caller, author, wanted};
    std::vector<Port> made;
    try {
        auto nics = wanted.nics;
        if (wanted.automatic && nics.empty()) {
            const auto found = automatic_network(tx, network, wanted.project_id);
            if (!found) {
                // Names are checked even when there is no port to carry them.
                find_groups(tx, network, author, wanted);
                return {};
            }
            made.push_back(attach_new(in, *found, {}, next_order(tx, wanted.server_id)));
            return port_views(tx, network, made);
        }
        int order = nics.empty() ? 0 : next_order(tx, wanted.server_id);
        for (const auto& nic : nics) {
            made.push_back(nic.port_id.empty()
                               ? attach_new(in, usable_network(in, nic.network_id), nic, order)
                               : attach_existing(in, nic, order));
            ++order;
        }
    } catch (const Error& error) {
        throw for_compute(error);
    }
    return port_views(tx, network, made);
}

void detach_server(sql::Transaction& tx, Network::State& network, const history::Author& author,
                   const ServerId& server) {
    const ServerId one[] = {server};
    for (auto& port : server_ports(tx, network, one)) {
        release(tx, network, author, port);
    }
}

void detach_port(sql::Transaction& tx, Network::State& network, const history::Author& author,
                 const PortId& id) {
    if (auto port = network.ports.find(tx, id)) {
        release(tx, network, author, *port);
    }
}

std::vector<Port> server_ports(sql::Transaction& tx, Network::State& network,
                               std::span<const ServerId> servers) {
    std::vector<std::string> ids;
    for (const auto& server : servers) {
        ids.push_back(server.value);
    }
    auto scope = any_of("device_id", ids);
    scope.also("device_owner LIKE 'compute:%' ESCAPE '!'");
    return network.ports.select(tx, scope, "device_id, nic_order, created_at, id");
}

namespace {

FixedIp fixed_view(const FixedAddress& fixed, const Subnet& subnet) {
    FixedIp view{.subnet_id = subnet.id,
                 .address = fixed.ip_address,
                 .prefix_length = subnet.range().prefix,
                 .gateway = subnet.gateway_ip.value_or(""),
                 .dns_nameservers = subnet.dns_nameservers,
                 .host_routes = {},
                 .dhcp = subnet.enable_dhcp,
                 .ip_version = subnet.ip_version};
    for (const auto& route : subnet.host_routes) {
        view.host_routes.emplace_back(route.destination, route.nexthop);
    }
    return view;
}

/// The rows that views refer to, read at once.
struct Related {
    std::map<std::string, VirtualNetwork> networks;
    std::map<std::string, Subnet> subnets;
    std::map<std::string, std::string> group_names;
};

Related related_to(sql::Transaction& tx, Network::State& network, const std::vector<Port>& ports) {
    std::set<std::string> networks;
    std::set<std::string> groups;
    for (const auto& port : ports) {
        networks.insert(port.network_id.value);
        groups.insert(port.security_groups.begin(), port.security_groups.end());
    }
    Related related;
    const std::vector<std::string> network_ids(networks.begin(), networks.end());
    for (auto& found : network.networks.list_rows(tx, any_of("id", network_ids))) {
        const auto id = found.id.value;
        related.networks.emplace(id, std::move(found));
    }
    for (auto& [on, subnets] : network.subnets.of_networks(tx, network_ids)) {
        for (auto& subnet : subnets) {
            const auto id = subnet.id.value;
            related.subnets.emplace(id, std::move(subnet));
        }
    }
    if (!groups.empty()) {
        for (const auto& group :
             network.groups.list_rows(tx, any_of("id", {groups.begin(), groups.end()}))) {
            related.group_names.emplace(group.id.value, group.name);
        }
    }
    return related;
}

}  // namespace

std::vector<PortView> port_views(sql::Transaction& tx, Network::State& network,
                                 const std::vector<Port>& ports) {
    std::vector<PortView> views;
    if (ports.empty()) {
        return views;
    }
    const auto related = related_to(tx, network, ports);
    for (const auto& port : ports) {
        const auto& on = related.networks.at(port.network_id.value);
        auto& view = views.emplace_back();
        view.id = port.id;
        view.network_id = port.network_id;
        view.network_name = on.name;
        view.mac_address = port.mac_address;
        view.mtu = on.mtu;
        view.status = port.status;
        view.server_id = ServerId(port.device_id);
        view.created_for_server = port.created_for_server;
        view.tag = port.nic_tag;
        for (const auto& fixed : port.fixed_ips) {
            view.fixed_ips.push_back(fixed_view(fixed, related.subnets.at(fixed.subnet_id.value)));
        }
        for (const auto& group : port.security_groups) {
            view.security_groups.push_back(related.group_names.at(group));
        }
    }
    return views;
}

void add_server_group(sql::Transaction& tx, Network::State& network, const history::Author& author,
                      const auth::Caller& caller, const ServerId& server, std::string_view group) {
    const ServerId one[] = {server};
    const auto ports = server_ports(tx, network, one);
    const auto project = ports.empty() ? caller.project_id : ports.front().project_id;
    const auto id = find_group(tx, network, project, group);
    for (auto port : ports) {
        auto& groups = port.security_groups;
        if (port.port_security_enabled &&
            std::find(groups.begin(), groups.end(), id.value) == groups.end()) {
            groups.push_back(id.value);
            network.ports.update(tx, author, port, {.security_groups = true});
        }
    }
}

void remove_server_group(sql::Transaction& tx, Network::State& network,
                         const history::Author& author, const auth::Caller& caller,
                         const ServerId& server, std::string_view group) {
    const ServerId one[] = {server};
    const auto ports = server_ports(tx, network, one);
    const auto project = ports.empty() ? caller.project_id : ports.front().project_id;
    const auto id = find_group(tx, network, project, group);
    bool found = false;
    for (auto port : ports) {
        if (std::erase(port.security_groups, id.value) > 0) {
            found = true;
            network.ports.update(tx, author, port, {.security_groups = true});
        }
    }
    if (!found) {
        throw not_found("Security group {} is not associated with server {}.", group, server)
            .named("SecurityGroupNotExistsForInstance");
    }
}

}  // namespace welkin::network
