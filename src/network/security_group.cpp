#include "network/security_group.h"

#include "core/base/text.h"
#include "core/base/uuid.h"
#include "network/address.h"
#include "network/errors.h"

namespace welkin::network {

namespace {

// IANA protocol numbers of the names that Neutron takes.
constexpr std::pair<std::string_view, int> protocols[] = {
    {"ah", 51},        {"dccp", 33},       {"egp", 8},        {"esp", 50},       {"gre", 47},
    {"hopopt", 0},     {"icmp", 1},        {"icmpv6", 58},    {"igmp", 2},       {"ip", 0},
    {"ipip", 4},       {"ipv6-encap", 41}, {"ipv6-frag", 44}, {"ipv6-icmp", 58}, {"ipv6-nonxt", 59},
    {"ipv6-opts", 60}, {"ipv6-route", 43}, {"ospf", 89},      {"pgm", 113},      {"rsvp", 46},
    {"sctp", 132},     {"tcp", 6},         {"udp", 17},       {"udplite", 136},  {"vrrp", 112}};

Error bad_range(std::string_view why) {
    return bad_request("Invalid port range: {}", why).named("SecurityGroupInvalidPortRange");
}

void check_icmp(const SecurityGroupRule& rule) {
    const auto in_byte = [](const std::optional<int>& value) {
        return !value || (*value >= 0 && *value <= 255);
    };
    if (!in_byte(rule.port_range_min) || !in_byte(rule.port_range_max)) {
        throw bad_request("ICMP type (port_range_min) and code (port_range_max) must be 0 to 255.")
            .named("SecurityGroupInvalidIcmpValue");
    }
    if (rule.port_range_max && !rule.port_range_min) {
        throw bad_request(
            "ICMP code (port_range_max) {} is given without an ICMP type "
            "(port_range_min).",
            *rule.port_range_max)
            .named("SecurityGroupMissingIcmpType");
    }
}

void check_ports(const SecurityGroupRule& rule) {
    if (!rule.port_range_min && !rule.port_range_max) {
        return;
    }
    const auto number = rule.protocol ? protocol_number(*rule.protocol) : std::nullopt;
    const bool has_ports =
        number == 6 || number == 17 || number == 33 || number == 132 || number == 136;
    if (!has_ports) {
        throw bad_request("Port ranges need the protocol tcp, udp, udplite, dccp or sctp.")
            .named(rule.protocol ? "SecurityGroupInvalidProtocolForPort"
                                 : "SecurityGroupProtocolRequiredWithPorts");
    }
    if (!rule.port_range_min || !rule.port_range_max) {
        throw bad_range("port_range_min and port_range_max must be given together.");
    }
    for (const int port : {*rule.port_range_min, *rule.port_range_max}) {
        if (port < 1 || port > 65535) {
            throw bad_request("Invalid value for port {}: it must be 1 to 65535.", port)
                .named("SecurityGroupInvalidPortValue");
        }
    }
    if (*rule.port_range_min > *rule.port_range_max) {
        throw bad_range("port_range_min must be <= port_range_max.");
    }
}

void complete_protocol(SecurityGroupRule& rule) {
    if (!rule.protocol) {
        return;
    }
    auto protocol = text::lower(*rule.protocol);
    if (protocol == "any" || protocol.empty()) {
        rule.protocol.reset();
        return;
    }
    const auto number = protocol_number(protocol);
    if (!number) {
        throw bad_request(
            "Security group rule protocol {} not supported. Only a protocol name or "
            "a number from 0 to 255 is.",
            *rule.protocol)
            .named("SecurityGroupRuleInvalidProtocol");
    }
    const bool only_v6 = *number == 58 || protocol.starts_with("ipv6-");
    if (only_v6 && rule.ethertype == "IPv4") {
        throw bad_request("The protocol {} does not go with ethertype IPv4.", protocol)
            .named("SecurityGroupEthertypeConflictWithProtocol");
    }
    rule.protocol = std::move(protocol);
}

}  // namespace

std::optional<int> protocol_number(std::string_view protocol) {
    for (const auto& [name, number] : protocols) {
        if (name == protocol) {
            return number;
        }
    }
    const auto number = text::to_integer(protocol);
    if (number && *number >= 0 && *number <= 255) {
        return static_cast<int>(*number);
    }
    return std::nullopt;
}

bool is_icmp(const SecurityGroupRule& rule) {
    const auto number = rule.protocol ? protocol_number(*rule.protocol) : std::nullopt;
    return number == 1 || number == 58;
}

void complete(SecurityGroupRule& rule) {
    const auto ethertype = text::lower(rule.ethertype);
    rule.ethertype = ethertype == "ipv6" ? "IPv6" : "IPv4";
    if (ethertype != "ipv4" && ethertype != "ipv6") {
        throw bad_request(
            "Security group rule for ethertype '{}' not supported. Allowed are IPv4 "
            "and IPv6.",
            ethertype)
            .named("SecurityGroupRuleInvalidEtherType");
    }
    complete_protocol(rule);
    if (is_icmp(rule)) {
        check_icmp(rule);
    } else {
        check_ports(rule);
    }
    if (rule.remote_ip_prefix && rule.remote_group_id) {
        throw bad_request("Only remote_ip_prefix or remote_group_id may be provided.")
            .named("SecurityGroupRemoteGroupAndRemoteIpPrefix");
    }
    if (rule.remote_ip_prefix) {
        const auto cidr = Cidr::parse(*rule.remote_ip_prefix);
        if (!cidr) {
            throw bad_request("'{}' is not a valid remote_ip_prefix: give an address or a prefix.",
                              *rule.remote_ip_prefix)
                .named("InvalidCIDR");
        }
        if ((cidr->base.version == 4) != (rule.ethertype == "IPv4")) {
            throw bad_request("Conflicting value ethertype {} for CIDR {}", rule.ethertype,
                              *rule.remote_ip_prefix)
                .named("SecurityGroupRuleParameterConflict");
        }
        rule.remote_ip_prefix = cidr->text();
    }
}

bool same_rule(const SecurityGroupRule& a, const SecurityGroupRule& b) {
    const auto number = [](const SecurityGroupRule& rule) {
        return rule.protocol ? protocol_number(*rule.protocol) : std::optional<int>{};
    };
    const auto prefix = [](const SecurityGroupRule& rule) -> std::optional<std::string> {
        // Everything is the same as no limit.
        if (rule.remote_ip_prefix == "0.0.0.0/0" || rule.remote_ip_prefix == "::/0") {
            return std::nullopt;
        }
        return rule.remote_ip_prefix;
    };
    return a.security_group_id == b.security_group_id && a.direction == b.direction &&
           a.ethertype == b.ethertype && number(a) == number(b) &&
           a.port_range_min == b.port_range_min && a.port_range_max == b.port_range_max &&
           prefix(a) == prefix(b) && a.remote_group_id == b.remote_group_id;
}

std::vector<SecurityGroupRule> default_rules(const GroupId& group) {
    std::vector<SecurityGroupRule> rules;
    for (const char* ethertype : {"IPv4", "IPv6"}) {
        rules.push_back(
            {.security_group_id = group, .direction = "egress", .ethertype = ethertype});
        rules.push_back({.security_group_id = group,
                         .direction = "ingress",
                         .ethertype = ethertype,
                         .remote_group_id = group.value});
    }
    return rules;
}

}  // namespace welkin::network
