#include "network/host/linux/link_plan.h"

#include "network/host/linux/dhcp.h"
#include "network/host/names.h"

namespace welkin::network {

namespace {

/// Brings an interface into shape if it is not.
void settle(std::string& lines, const std::map<std::string, Link>& links, const std::string& name,
            const std::string& master, int mtu, bool up) {
    const auto known = links.find(name);
    const Link none;
    const auto& now = known == links.end() ? none : known->second;
    if (known == links.end()) {
        lines += fmt::format("link set dev {} addrgenmode none\n", name);
    }
    if (!master.empty() && now.master != master) {
        lines += fmt::format("link set dev {} master {}\n", name, master);
    }
    if (now.mtu != mtu) {
        lines += fmt::format("link set dev {} mtu {}\n", name, mtu);
    }
    if (now.up != up) {
        lines += fmt::format("link set dev {} {}\n", name, up ? "up" : "down");
    }
}

/// The MAC of our leg stays the same when it is made anew, so that guests need not learn it again.
std::string lan_mac(const HostNet& net) {
    if (net.dhcp) {
        return net.dhcp->mac_address;
    }
    const auto hex = short_id(net.id, 6);
    return fmt::format("fa:16:3f:{}:{}:{}", hex.substr(0, 2), hex.substr(2, 2), hex.substr(4, 2));
}

}  // namespace

std::string host_lines(const PlannedNet& planned, const std::map<std::string, Link>& links) {
    const auto& net = *planned.net;
    const auto bridge = bridge_name(net.id);
    const auto lan = lan_name(net.id);
    const auto ns = namespace_name(net.id);
    std::string lines;
    if (!links.contains(bridge)) {
        // Only our bridges' packets are to be seen by the IP hooks, whatever others want of theirs.
        lines += fmt::format(
            "link add name {} type bridge stp_state 0 forward_delay 0 mcast_snooping 0 "
            "nf_call_iptables 1 nf_call_ip6tables 1\n",
            bridge);
    }
    settle(lines, links, bridge, "", net.mtu, true);
    if (!links.contains(lan)) {
        lines += fmt::format("link add name {} type veth peer name lan0 address {} netns {}\n", lan,
                             lan_mac(net), ns);
    }
    settle(lines, links, lan, bridge, net.mtu, true);
    if (planned.uplink) {
        const auto up = uplink_name(net.id);
        if (!links.contains(up)) {
            lines += fmt::format("link add name {} type veth peer name up0 netns {}\n", up, ns);
        }
        settle(lines, links, up, "", 1500, true);
        lines += fmt::format("address replace {}/31 dev {}\n", planned.uplink->host.text(), up);
    }
    for (const auto& port : net.ports) {
        const auto tap = tap_name(port.id);
        if (!links.contains(tap)) {
            lines += fmt::format("tuntap add dev {} mode tap\n", tap);
        }
        settle(lines, links, tap, bridge, net.mtu, port.admin_state_up);
    }
    return lines;
}

std::string inside_lines(const PlannedNet& planned, const std::set<std::string>& present) {
    const auto& net = *planned.net;
    std::string lines = "link set dev lo up\naddress replace 169.254.169.254/32 dev lo\n";
    lines += fmt::format("link set dev lan0 mtu {} up\n", net.mtu);
    std::set<std::string> wanted;
    for (const auto& address : own_addresses(net)) {
        wanted.insert(address);
        if (!present.contains(address)) {
            // Nobody else can have it, so there is no need to wait for an answer to that question.
            const bool six = address.find(':') != std::string::npos;
            lines += fmt::format("address replace {} dev lan0{}\n", address, six ? " nodad" : "");
        }
    }
    for (const auto& address : present) {
        if (!wanted.contains(address)) {
            lines += fmt::format("address del {} dev lan0\n", address);
        }
    }
    if (planned.uplink) {
        lines += fmt::format("link set dev up0 up\naddress replace {}/31 dev up0\n",
                             planned.uplink->inside.text());
        lines += fmt::format("route replace default via {} dev up0\n", planned.uplink->host.text());
    }
    return lines;
}

std::string inside_rules() {
    return "add table inet welkin\ndelete table inet welkin\nadd table inet welkin\n"
           "add chain inet welkin out { type nat hook postrouting priority 100; policy accept; }\n"
           "add rule inet welkin out oifname \"up0\" masquerade\n";
}

}  // namespace welkin::network
