#include "network/security_group.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace welkin::network {
namespace {

SecurityGroupRule tcp(int first, int last) {
    return {
        .direction = "ingress", .protocol = "tcp", .port_range_min = first, .port_range_max = last};
}

std::string refusal(SecurityGroupRule rule) {
    try {
        complete(rule);
    } catch (const Error& error) {
        return error.type;
    }
    return "none";
}

TEST(SecurityGroupRule, IsMadeCanonical) {
    SecurityGroupRule rule{.direction = "ingress", .ethertype = "ipv4", .protocol = "TCP"};
    rule.remote_ip_prefix = "10.0.0.7/24";
    complete(rule);
    EXPECT_EQ(rule.ethertype, "IPv4");
    EXPECT_EQ(rule.protocol, "tcp");
    EXPECT_EQ(rule.remote_ip_prefix, "10.0.0.0/24");
    rule.protocol = "any";
    complete(rule);
    EXPECT_FALSE(rule.protocol);
}

TEST(SecurityGroupRule, RefusesWhatNeutronRefuses) {
    EXPECT_EQ(refusal(tcp(80, 22)), "SecurityGroupInvalidPortRange");
    EXPECT_EQ(refusal(tcp(0, 22)), "SecurityGroupInvalidPortValue");
    EXPECT_EQ(refusal(tcp(1, 65536)), "SecurityGroupInvalidPortValue");
    auto rule = tcp(22, 22);
    rule.port_range_max.reset();
    EXPECT_EQ(refusal(rule), "SecurityGroupInvalidPortRange");
    rule = tcp(22, 22);
    rule.protocol.reset();
    EXPECT_EQ(refusal(rule), "SecurityGroupProtocolRequiredWithPorts");
    rule.protocol = "esp";
    EXPECT_EQ(refusal(rule), "SecurityGroupInvalidProtocolForPort");
    rule.protocol = "nonsense";
    EXPECT_EQ(refusal(rule), "SecurityGroupRuleInvalidProtocol");
    rule.protocol = "256";
    EXPECT_EQ(refusal(rule), "SecurityGroupRuleInvalidProtocol");
    rule = tcp(22, 22);
    rule.ethertype = "bad";
    EXPECT_EQ(refusal(rule), "SecurityGroupRuleInvalidEtherType");
    rule = tcp(22, 22);
    rule.remote_ip_prefix = "fd00::/64";
    EXPECT_EQ(refusal(rule), "SecurityGroupRuleParameterConflict");
    rule.remote_ip_prefix = "nonsense";
    EXPECT_EQ(refusal(rule), "InvalidCIDR");
    rule.remote_ip_prefix = "10.0.0.0/8";
    rule.remote_group_id = "x";
    EXPECT_EQ(refusal(rule), "SecurityGroupRemoteGroupAndRemoteIpPrefix");
    rule = {.direction = "ingress", .protocol = "icmp", .port_range_max = 1};
    EXPECT_EQ(refusal(rule), "SecurityGroupMissingIcmpType");
    rule = {.direction = "ingress", .protocol = "icmp", .port_range_min = 256};
    EXPECT_EQ(refusal(rule), "SecurityGroupInvalidIcmpValue");
    rule = {.direction = "ingress", .protocol = "icmp", .port_range_min = 0, .port_range_max = 0};
    EXPECT_EQ(refusal(rule), "none");
    rule = {.direction = "ingress", .protocol = "ipv6-icmp"};
    EXPECT_EQ(refusal(rule), "SecurityGroupEthertypeConflictWithProtocol");
}

TEST(SecurityGroupRule, IsTheSameUnderAnotherSpelling) {
    auto number = tcp(22, 22);
    number.protocol = "6";
    EXPECT_TRUE(same_rule(tcp(22, 22), number));
    auto everywhere = tcp(22, 22);
    everywhere.remote_ip_prefix = "0.0.0.0/0";
    EXPECT_TRUE(same_rule(tcp(22, 22), everywhere));
    EXPECT_FALSE(same_rule(tcp(22, 22), tcp(22, 23)));
    auto out = tcp(22, 22);
    out.direction = "egress";
    EXPECT_FALSE(same_rule(tcp(22, 22), out));
}

TEST(DefaultRules, LetEverythingOutAndTheGroupsOwnMembersIn) {
    const auto rules = default_rules(GroupId("g"));
    ASSERT_EQ(rules.size(), 4u);
    for (const auto& rule : rules) {
        EXPECT_EQ(rule.direction == "ingress", rule.remote_group_id == "g");
    }
}

}  // namespace
}  // namespace welkin::network
