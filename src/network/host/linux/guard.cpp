#include "network/host/linux/guard.h"

#include "network/host/names.h"

namespace welkin::network {

namespace {

std::string joined(const std::set<std::string>& items) {
    std::string text;
    for (const auto& item : items) {
        text += (text.empty() ? "" : ", ") + item;
    }
    return text;
}

std::string group_chain(std::string_view direction, std::string_view group) {
    return fmt::format("{}_{}", direction == "ingress" ? "in" : "out", short_id(group, 32));
}

std::string member_set(int version, std::string_view group) {
    return fmt::format("members{}_{}", version, short_id(group, 32));
}

std::string jump(std::string_view chain) { return fmt::format("jump {}", chain); }

// ---- anti-spoofing
// ---------------------------------------------------------------------------------

/// What a port may send from, by MAC.
struct Sources {
    std::set<std::string> v4;
    std::set<std::string> v6;
};

std::map<std::string, Sources> sources_of(const Port& port) {
    std::map<std::string, Sources> sources;
    const auto add = [&](const std::string& mac, const std::string& cidr) {
        auto& from = sources[mac];
        (cidr.find(':') == std::string::npos ? from.v4 : from.v6).insert(cidr);
    };
    sources[port.mac_address];
    for (const auto& fixed : port.fixed_ips) {
        add(port.mac_address, fixed.ip_address);
    }
    for (const auto& pair : port.allowed_address_pairs) {
        add(pair.mac_address.empty() ? port.mac_address : pair.mac_address, pair.ip_address);
    }
    static const auto link_local = *Cidr::parse("fe80::/64");
    for (auto& [mac, from] : sources) {
        from.v6.insert(eui64(link_local, mac).text());
    }
    return sources;
}

std::string hex(const Ip& ip) { return "0x" + ip.key(); }

/// A port may advertise its own addresses only. The target of an advertisement lies 8 bytes into
/// ICMPv6 (RFC 4861, section 4.4); nft of Debian 12 has no name for it.
void add_neighbour_rules(std::vector<std::string>& rules, const std::string& sender,
                         const std::set<std::string>& own) {
    const auto advert = fmt::format(
        "{}ip6 saddr {{ {} }} icmpv6 type nd-neighbor-advert @th,64,128 ", sender, joined(own));
    for (const auto& text : own) {
        const auto cidr = *Cidr::parse(text);
        if (cidr.prefix == 128) {
            rules.push_back(fmt::format("{}{} return", advert, hex(cidr.base)));
        } else {
            const Ip mask{6, cidr.last().bits ^ cidr.base.bits};
            rules.push_back(
                fmt::format("{}and {} == {} return", advert, hex({6, ~mask.bits}), hex(cidr.base)));
        }
    }
    rules.push_back(sender + "icmpv6 type nd-neighbor-advert drop");
}

Chain spoof_chain(const Port& port) {
    Chain chain;
    auto& rules = chain.rules;
    // Servers of addresses are the network's own business.
    rules.push_back("ip protocol udp udp sport 67 drop");
    rules.push_back("ip6 nexthdr udp udp sport 547 drop");
    rules.push_back("icmpv6 type { nd-router-advert, nd-redirect } drop");
    for (const auto& [mac, from] : sources_of(port)) {
        const auto sender = "ether saddr " + mac + " ";
        rules.push_back(fmt::format("{}arp saddr ether != {} drop", sender, mac));
        if (!from.v4.empty()) {
            rules.push_back(
                fmt::format("{}arp saddr ip {{ 0.0.0.0, {} }} return", sender, joined(from.v4)));
            rules.push_back(fmt::format("{}ip saddr {{ {} }} return", sender, joined(from.v4)));
        }
        rules.push_back(sender + "ip saddr 0.0.0.0 udp sport 68 udp dport 67 return");
        add_neighbour_rules(rules, sender, from.v6);
        rules.push_back(fmt::format("{}ip6 saddr {{ {} }} return", sender, joined(from.v6)));
        // Before it has an address: is it free, who routes, which groups.
        rules.push_back(sender +
                        "ip6 saddr :: icmpv6 type { nd-neighbor-solicit, nd-router-solicit, "
                        "mld-listener-report, mld2-listener-report } return");
    }
    rules.push_back("drop");
    return chain;
}

Table bridge_table(const HostDocument& document, const GuardNames& names) {
    Table table{.family = "bridge", .name = names.table};
    table.maps["senders"] = {.type = "ifname", .elements = {}};
    table.maps["sources"] = {.type = "ifname", .elements = {}};
    table.maps["targets"] = {.type = "ifname", .elements = {}};
    table.chains["spoof"] = {"type filter hook prerouting priority -310; policy accept;",
                             {"iifname vmap @senders"}};
    table.chains["ends"] = {"type filter hook forward priority -200; policy accept;",
                            {"iifname vmap @sources", "oifname vmap @targets"}};
    table.chains["unguarded"] = {"", {"meta mark set 0"}};
    for (const auto& net : document.networks) {
        // Whatever mark a packet from inside the network's namespace has, it is none of ours.
        table.maps["sources"].elements[lan_name(net.id)] = jump("unguarded");
        for (const auto& port : net.ports) {
            const auto tap = tap_name(port.id);
            if (!port.port_security_enabled) {
                table.maps["sources"].elements[tap] = jump("unguarded");
                continue;
            }
            const int number = names.numbers.at(port.id);
            const auto spoof = fmt::format("spoof_{}", tap);
            const auto source = fmt::format("source_{}", tap);
            const auto target = fmt::format("target_{}", tap);
            table.chains[spoof] = spoof_chain(port);
            table.chains[source] = {"", {fmt::format("meta mark set {:#010x}", number << 16)}};
            table.chains[target] = {"", {fmt::format("meta mark set mark or {:#010x}", number)}};
            table.maps["senders"].elements[tap] = jump(spoof);
            table.maps["sources"].elements[tap] = jump(source);
            table.maps["targets"].elements[tap] = jump(target);
        }
    }
    return table;
}

// ---- security groups
// -------------------------------------------------------------------------------

std::string port_match(const char* protocol, const SecurityGroupRule& rule) {
    if (!rule.port_range_min) {
        return fmt::format("meta l4proto {} ", protocol);
    }
    return *rule.port_range_min == *rule.port_range_max
               ? fmt::format("{} dport {} ", protocol, *rule.port_range_min)
               : fmt::format("{} dport {}-{} ", protocol, *rule.port_range_min,
                             *rule.port_range_max);
}

std::string icmp_match(const SecurityGroupRule& rule) {
    const char* protocol = rule.ethertype == "IPv6" ? "icmpv6" : "icmp";
    if (!rule.port_range_min) {
        return fmt::format("meta l4proto {} ", rule.ethertype == "IPv6" ? "ipv6-icmp" : "icmp");
    }
    auto text = fmt::format("{} type {} ", protocol, *rule.port_range_min);
    if (rule.port_range_max) {
        text += fmt::format("{} code {} ", protocol, *rule.port_range_max);
    }
    return text;
}

std::string protocol_match(const SecurityGroupRule& rule) {
    if (!rule.protocol) {
        return {};
    }
    const auto number = protocol_number(*rule.protocol);
    CHECK(number.has_value());
    switch (*number) {
        case 1:
        case 58:
            return icmp_match(rule);
        case 6:
            return port_match("tcp", rule);
        case 17:
            return port_match("udp", rule);
        case 33:
            return port_match("dccp", rule);
        case 132:
            return port_match("sctp", rule);
        case 136:
            return port_match("udplite", rule);
        default:
            return fmt::format("meta l4proto {} ", *number);
    }
}

constexpr const char* neighbours_in =
    "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert, nd-redirect, "
    "mld-listener-query, mld-listener-report, mld2-listener-report } accept";
constexpr const char* neighbours_out =
    "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, "
    "mld-listener-report, mld-listener-done, mld2-listener-report } goto arriving";

Chain leaving_chain(const Port& port) {
    Chain chain;
    chain.rules = {neighbours_out, "udp sport 68 udp dport 67 goto arriving",
                   "udp sport 546 udp dport 547 goto arriving"};
    for (const auto& group : port.security_groups) {
        chain.rules.push_back(jump(group_chain("egress", group)));
    }
    chain.rules.push_back("drop");
    return chain;
}

Chain arriving_chain(const Port& port) {
    Chain chain;
    chain.rules = {neighbours_in, "udp sport 67 udp dport 68 accept",
                   "udp sport 547 udp dport 546 accept"};
    for (const auto& group : port.security_groups) {
        chain.rules.push_back(jump(group_chain("ingress", group)));
    }
    chain.rules.push_back("drop");
    return chain;
}

void add_groups(Table& table, const HostDocument& document) {
    std::set<std::string> remote;
    for (const auto& group : document.groups) {
        auto& in = table.chains[group_chain("ingress", group.id)];
        auto& out = table.chains[group_chain("egress", group.id)];
        for (const auto& rule : group.rules) {
            (rule.direction == "ingress" ? in : out).rules.push_back(rule_text(rule));
            if (rule.remote_group_id) {
                remote.insert(*rule.remote_group_id);
            }
        }
    }
    for (const auto& id : remote) {
        table.sets[member_set(4, id)] = {.type = "ipv4_addr", .elements = {}};
        table.sets[member_set(6, id)] = {.type = "ipv6_addr", .elements = {}};
    }
    for (const auto& group : document.groups) {
        if (!remote.contains(group.id.value)) {
            continue;
        }
        for (const auto& member : group.members) {
            const int version = member.find(':') == std::string::npos ? 4 : 6;
            table.sets[member_set(version, group.id)].elements.insert(member);
        }
    }
}

Table inet_table(const HostDocument& document, const GuardNames& names) {
    Table table{.family = "inet", .name = names.table};
    table.maps["bridges"] = {.type = "ifname", .elements = {}};
    table.maps["guarded"] = {.type = "ifname", .elements = {}};
    table.maps["leaving_ports"] = {.type = "mark", .elements = {}};
    table.maps["arriving_ports"] = {.type = "mark", .elements = {}};
    table.chains["zones"] = {"type filter hook prerouting priority -300; policy accept;",
                             {"iifname vmap @bridges"}};
    table.chains["forward"] = {
        "type filter hook forward priority 0; policy accept;",
        {"iifname vmap @guarded",
         // Networks are reached from this host, and answer what they asked; nobody else gets in.
         "oifname \"wup-*\" ct state established,related accept", "oifname \"wup-*\" drop"}};
    table.chains["outside"] = {
        "type nat hook postrouting priority 100; policy accept;",
        {fmt::format("ip saddr {} oifname != \"wup-*\" oifname != \"wbr-*\" masquerade",
                     names.uplink_range)}};
    table.chains["guard"] = {"",
                             {"ct state established,related accept", "ct state invalid drop",
                              "meta mark and 0xffff0000 vmap @leaving_ports", "goto arriving"}};
    table.chains["arriving"] = {"", {"meta mark and 0x0000ffff vmap @arriving_ports", "accept"}};
    add_groups(table, document);
    for (const auto& net : document.networks) {
        const auto zone = fmt::format("zone_{}", names.zones.at(net.id));
        table.chains[zone] = {"", {fmt::format("ct zone set {}", names.zones.at(net.id))}};
        table.maps["bridges"].elements[bridge_name(net.id)] = jump(zone);
        table.maps["guarded"].elements[bridge_name(net.id)] = "goto guard";
        for (const auto& port : net.ports) {
            if (!port.port_security_enabled) {
                continue;
            }
            const int number = names.numbers.at(port.id);
            const auto leaving = fmt::format("leaving_{}", tap_name(port.id));
            const auto arriving = fmt::format("arriving_{}", tap_name(port.id));
            table.chains[leaving] = leaving_chain(port);
            table.chains[arriving] = arriving_chain(port);
            table.maps["leaving_ports"].elements[fmt::format("{:#010x}", number << 16)] =
                jump(leaving);
            table.maps["arriving_ports"].elements[fmt::format("{:#010x}", number)] = jump(arriving);
        }
    }
    return table;
}

}  // namespace

std::string rule_text(const SecurityGroupRule& rule) {
    const bool ingress = rule.direction == "ingress";
    const bool six = rule.ethertype == "IPv6";
    std::string text = six ? "meta nfproto ipv6 " : "meta nfproto ipv4 ";
    const auto far_end = fmt::format("{} {} ", six ? "ip6" : "ip", ingress ? "saddr" : "daddr");
    if (rule.remote_group_id) {
        text += fmt::format("{}@{} ", far_end, member_set(six ? 6 : 4, *rule.remote_group_id));
    } else if (rule.remote_ip_prefix && !rule.remote_ip_prefix->ends_with("/0")) {
        text += far_end + *rule.remote_ip_prefix + " ";
    }
    text += protocol_match(rule);
    text += ingress ? "accept" : "goto arriving";
    return text;
}

GuardTables guard_tables(const HostDocument& document, const GuardNames& names) {
    return {bridge_table(document, names), inet_table(document, names)};
}

}  // namespace welkin::network
