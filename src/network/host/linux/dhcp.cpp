#include "network/host/linux/dhcp.h"

#include <set>

#include "core/base/text.h"
#include "network/host/names.h"

namespace welkin::network {

namespace {

constexpr const char* lease_time = "86400s";
constexpr const char* metadata_address = "169.254.169.254/32";

/// Whether its servers learn their addresses from DHCP.
bool gives_addresses(const Subnet& subnet) {
    return subnet.enable_dhcp &&
           (subnet.ip_version == 4 || subnet.ipv6_address_mode == "dhcpv6-stateful");
}

bool advertises(const Subnet& subnet) {
    return subnet.ip_version == 6 && subnet.enable_dhcp && subnet.ipv6_ra_mode.has_value();
}

std::optional<std::string> dhcp_address(const HostNet& net, const Subnet& subnet) {
    if (net.dhcp) {
        for (const auto& fixed : net.dhcp->fixed_ips) {
            if (fixed.subnet_id == subnet.id) {
                return fixed.ip_address;
            }
        }
    }
    return std::nullopt;
}

/// Where the subnet's servers find us: our own address, else the gateway that we are.
std::optional<std::string> server_address(const HostNet& net, const Subnet& subnet) {
    const auto own = dhcp_address(net, subnet);
    return own ? own : own_gateway(net, subnet);
}

std::string tag_of(size_t index) { return fmt::format("s{}", index); }

std::string range_argument(const Subnet& subnet, size_t index) {
    const auto cidr = subnet.range();
    const auto tag = tag_of(index);
    if (subnet.ip_version == 4) {
        return fmt::format("--dhcp-range=set:{},{},static,{},{}", tag, cidr.base.text(),
                           netmask(cidr.prefix), lease_time);
    }
    std::string mode = "static";
    if (subnet.ipv6_address_mode == "slaac") {
        mode = "ra-only";
    } else if (subnet.ipv6_address_mode == "dhcpv6-stateless") {
        mode = "ra-stateless";
    }
    return fmt::format("--dhcp-range=set:{},{},{},{},{}", tag, cidr.base.text(), mode, cidr.prefix,
                       lease_time);
}

bool is_served(const Subnet& subnet) {
    return subnet.ip_version == 4
               ? subnet.enable_dhcp
               : subnet.enable_dhcp && (advertises(subnet) || gives_addresses(subnet) ||
                                        subnet.ipv6_address_mode == "dhcpv6-stateless");
}

std::string host_name_of(const Port& port, const std::string& address) {
    if (!port.dns_name.empty()) {
        return port.dns_name;
    }
    return "host-" + text::replace_all(text::replace_all(address, ".", "-"), ":", "-");
}

std::string routes_option(const HostNet& net, const Subnet& subnet) {
    std::string routes;
    const auto add = [&](std::string_view destination, std::string_view hop) {
        routes += fmt::format("{}{},{}", routes.empty() ? "" : ",", destination, hop);
    };
    if (const auto us = server_address(net, subnet)) {
        const auto gateway = own_gateway(net, subnet);
        add(metadata_address, gateway ? *gateway : *us);
    }
    for (const auto& route : subnet.host_routes) {
        add(route.destination, route.nexthop);
    }
    if (subnet.gateway_ip && !routes.empty()) {
        // Who understands this option ignores the router option (RFC 3442).
        add("0.0.0.0/0", *subnet.gateway_ip);
    }
    return routes;
}

void add_v4_options(std::string& out, const HostNet& net, const Subnet& subnet,
                    const std::string& tag) {
    const auto option = [&](std::string_view name, std::string_view value) {
        out += fmt::format("tag:{},option:{}{}{}\n", tag, name, value.empty() ? "" : ",", value);
    };
    option("router", subnet.gateway_ip.value_or(""));
    if (const auto routes = routes_option(net, subnet); !routes.empty()) {
        option("classless-static-route", routes);
    }
    option("mtu", std::to_string(net.mtu));
    std::vector<std::string> servers = subnet.dns_nameservers;
    if (const auto us = server_address(net, subnet); servers.empty() && us) {
        servers.push_back(*us);
    }
    option("dns-server", text::join(servers, ","));
}

void add_v6_options(std::string& out, const HostNet& net, const Subnet& subnet,
                    const std::string& tag) {
    std::vector<std::string> servers;
    for (const auto& server : subnet.dns_nameservers) {
        servers.push_back("[" + server + "]");
    }
    if (const auto us = server_address(net, subnet); servers.empty() && us) {
        servers.push_back("[" + *us + "]");
    }
    if (!servers.empty()) {
        out += fmt::format("tag:{},option6:dns-server,{}\n", tag, text::join(servers, ","));
    }
}

std::string port_tag(const Port& port) { return "p" + short_id(port.id, 32); }

void add_port(DhcpPlan& plan, const Port& port,
              const std::map<std::string, const Subnet*>& served) {
    const bool tagged = !port.extra_dhcp_opts.empty();
    for (const auto& fixed : port.fixed_ips) {
        const auto subnet = served.find(fixed.subnet_id.value);
        if (subnet == served.end() || !gives_addresses(*subnet->second)) {
            continue;
        }
        const bool six = fixed.ip_address.find(':') != std::string::npos;
        plan.hosts += fmt::format(
            "{},{}{},{}{}{}\n", port.mac_address, tagged ? "set:" + port_tag(port) + "," : "",
            host_name_of(port, fixed.ip_address), six ? "[" : "", fixed.ip_address, six ? "]" : "");
    }
    for (const auto& option : port.extra_dhcp_opts) {
        const bool numeric = text::to_integer(option.opt_name).has_value();
        plan.options += fmt::format("tag:{},{}{},{}\n", port_tag(port),
                                    numeric                  ? ""
                                    : option.ip_version == 6 ? "option6:"
                                                             : "option:",
                                    option.opt_name, option.opt_value.value_or(""));
    }
}

}  // namespace

std::optional<std::string> own_gateway(const HostNet& net, const Subnet& subnet) {
    if (!subnet.gateway_ip || !subnet.range().contains(*Ip::parse(*subnet.gateway_ip))) {
        return std::nullopt;
    }
    const auto& foreign = net.foreign_gateways;
    if (std::find(foreign.begin(), foreign.end(), *subnet.gateway_ip) != foreign.end()) {
        return std::nullopt;
    }
    return subnet.gateway_ip;
}

std::vector<std::string> own_addresses(const HostNet& net) {
    std::vector<std::string> addresses;
    for (const auto& subnet : net.subnets) {
        const int prefix = subnet.range().prefix;
        if (const auto gateway = own_gateway(net, subnet)) {
            addresses.push_back(fmt::format("{}/{}", *gateway, prefix));
        }
        if (const auto own = dhcp_address(net, subnet)) {
            addresses.push_back(fmt::format("{}/{}", *own, prefix));
        }
    }
    return addresses;
}

DhcpPlan dhcp_plan(const HostNet& net, const std::string& folder, const std::string& dns_domain,
                   const std::vector<std::string>& servers) {
    DhcpPlan plan;
    std::map<std::string, const Subnet*> served;
    std::vector<std::string> ranges;
    bool routers = false;
    for (size_t i = 0; i < net.subnets.size(); ++i) {
        const auto& subnet = net.subnets[i];
        if (!is_served(subnet) || !server_address(net, subnet)) {
            continue;
        }
        served[subnet.id.value] = &subnet;
        ranges.push_back(range_argument(subnet, i));
        routers |= advertises(subnet);
        if (subnet.ip_version == 4) {
            add_v4_options(plan.options, net, subnet, tag_of(i));
        } else {
            add_v6_options(plan.options, net, subnet, tag_of(i));
        }
    }
    if (served.empty()) {
        return plan;
    }
    for (const auto& port : net.ports) {
        add_port(plan, port, served);
    }
    plan.command = {"dnsmasq",
                    "--keep-in-foreground",
                    "--conf-file=/dev/null",
                    "--no-hosts",
                    "--no-resolv",
                    "--bind-dynamic",
                    "--interface=lan0",
                    "--except-interface=lo",
                    "--dhcp-authoritative",
                    "--log-facility=-",
                    "--quiet-dhcp",
                    "--quiet-dhcp6",
                    "--quiet-ra",
                    "--user=root",
                    "--group=root",
                    "--pid-file",
                    "--dhcp-lease-max=65536",
                    "--dhcp-hostsfile=" + folder + "/hosts",
                    "--dhcp-optsfile=" + folder + "/options",
                    "--dhcp-leasefile=" + folder + "/leases"};
    if (!dns_domain.empty()) {
        plan.command.push_back("--domain=" + dns_domain);
        plan.command.push_back("--local=/" + dns_domain + "/");
    }
    for (const auto& server : servers) {
        plan.command.push_back("--server=" + server);
    }
    if (routers) {
        plan.command.emplace_back("--enable-ra");
        plan.command.push_back(fmt::format("--ra-param=lan0,mtu:{},10,1800", net.mtu));
    }
    plan.command.insert(plan.command.end(), ranges.begin(), ranges.end());
    return plan;
}

}  // namespace welkin::network
