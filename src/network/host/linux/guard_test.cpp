#include "network/host/linux/guard.h"

#include <gtest/gtest.h>

#include "network/host/linux/connections.h"
#include "network/host/names.h"

namespace welkin::network {
namespace {

const std::string id = "aaaaaaaa-0000-0000-0000-00000000000";

SecurityGroupRule rule(std::string direction, std::string protocol, int first = 0, int last = 0) {
    SecurityGroupRule made{.direction = std::move(direction)};
    if (!protocol.empty()) {
        made.protocol = std::move(protocol);
    }
    if (first != 0) {
        made.port_range_min = first;
        made.port_range_max = last;
    }
    return made;
}

TEST(RuleText, SaysWhatTheRuleMeans) {
    EXPECT_EQ(rule_text(rule("ingress", "tcp", 22, 22)), "meta nfproto ipv4 tcp dport 22 accept");
    EXPECT_EQ(rule_text(rule("egress", "udp", 53, 80)),
              "meta nfproto ipv4 udp dport 53-80 goto arriving");
    EXPECT_EQ(rule_text(rule("ingress", "")), "meta nfproto ipv4 accept");
    EXPECT_EQ(rule_text(rule("ingress", "tcp")), "meta nfproto ipv4 meta l4proto tcp accept");
    EXPECT_EQ(rule_text(rule("ingress", "89")), "meta nfproto ipv4 meta l4proto 89 accept");
    auto ping = rule("ingress", "icmp", 8, 0);
    EXPECT_EQ(rule_text(ping), "meta nfproto ipv4 icmp type 8 icmp code 0 accept");
    ping.ethertype = "IPv6";
    ping.port_range_max.reset();
    EXPECT_EQ(rule_text(ping), "meta nfproto ipv6 icmpv6 type 8 accept");
    auto far = rule("ingress", "tcp", 22, 22);
    far.remote_ip_prefix = "10.0.0.0/8";
    EXPECT_EQ(rule_text(far), "meta nfproto ipv4 ip saddr 10.0.0.0/8 tcp dport 22 accept");
    far.direction = "egress";
    EXPECT_EQ(rule_text(far), "meta nfproto ipv4 ip daddr 10.0.0.0/8 tcp dport 22 goto arriving");
    far.remote_ip_prefix = "0.0.0.0/0";
    EXPECT_EQ(rule_text(far), "meta nfproto ipv4 tcp dport 22 goto arriving");
    auto group = rule("ingress", "");
    group.remote_group_id = id + "9";
    EXPECT_EQ(rule_text(group),
              "meta nfproto ipv4 ip saddr @members4_aaaaaaaa000000000000000000000009 accept");
}

HostDocument one_port() {
    HostDocument document;
    auto& net = document.networks.emplace_back();
    net.id = NetworkId(id + "1");
    auto& port = net.ports.emplace_back();
    port.id = PortId(id + "2");
    port.mac_address = "fa:16:3e:00:00:01";
    port.fixed_ips = {{SubnetId("s"), "10.0.0.2"}};
    port.security_groups = {id + "9"};
    auto own = rule("ingress", "");
    own.remote_group_id = id + "9";
    document.groups.push_back({GroupId(id + "9"), {own, rule("egress", "")}, {"10.0.0.2"}});
    return document;
}

GuardNames names() {
    return {.table = "welkin_t",
            .zones = {{NetworkId(id + "1"), 4096}},
            .numbers = {{PortId(id + "2"), 7}},
            .uplink_range = "100.64.0.0/16"};
}

bool has_rule(const Table& table, const std::string& chain, const std::string& text) {
    const auto& rules = table.chains.at(chain).rules;
    return std::find(rules.begin(), rules.end(), text) != rules.end();
}

TEST(Guard, LetsAPortSendFromItsOwnAddressesOnly) {
    const auto tap = tap_name(PortId(id + "2"));
    const auto table = guard_tables(one_port(), names()).bridge;
    const auto spoof = "spoof_" + tap;
    EXPECT_EQ(table.maps.at("senders").elements.at(tap), "jump " + spoof);
    EXPECT_TRUE(
        has_rule(table, spoof, "ether saddr fa:16:3e:00:00:01 ip saddr { 10.0.0.2 } return"));
    EXPECT_TRUE(has_rule(
        table, spoof, "ether saddr fa:16:3e:00:00:01 arp saddr ip { 0.0.0.0, 10.0.0.2 } return"));
    EXPECT_EQ(table.chains.at(spoof).rules.back(), "drop");
    EXPECT_TRUE(has_rule(table, "source_" + tap, "meta mark set 0x00070000"));
}

TEST(Guard, LetsTheAddressPairsOfAPortThrough) {
    auto document = one_port();
    document.networks[0].ports[0].allowed_address_pairs = {{"10.0.0.64/26", "fa:16:3e:00:00:01"},
                                                           {"10.0.0.9", "fa:16:3e:00:00:99"}};
    const auto table = guard_tables(document, names()).bridge;
    const auto spoof = "spoof_" + tap_name(PortId(id + "2"));
    EXPECT_TRUE(has_rule(
        table, spoof, "ether saddr fa:16:3e:00:00:01 ip saddr { 10.0.0.2, 10.0.0.64/26 } return"));
    EXPECT_TRUE(
        has_rule(table, spoof, "ether saddr fa:16:3e:00:00:99 ip saddr { 10.0.0.9 } return"));
}

TEST(Guard, AsksTheGroupsOfBothEndsAndDropsTheRest) {
    const auto tap = tap_name(PortId(id + "2"));
    const auto table = guard_tables(one_port(), names()).inet;
    EXPECT_EQ(table.maps.at("leaving_ports").elements.at("0x00070000"), "jump leaving_" + tap);
    EXPECT_EQ(table.maps.at("arriving_ports").elements.at("0x00000007"), "jump arriving_" + tap);
    EXPECT_TRUE(has_rule(table, "arriving_" + tap, "jump in_aaaaaaaa000000000000000000000009"));
    EXPECT_EQ(table.chains.at("arriving_" + tap).rules.back(), "drop");
    EXPECT_EQ(table.chains.at("leaving_" + tap).rules.back(), "drop");
    EXPECT_EQ(table.sets.at("members4_aaaaaaaa000000000000000000000009").elements,
              (std::set<std::string>{"10.0.0.2"}));
    EXPECT_TRUE(has_rule(table, "zone_4096", "ct zone set 4096"));
}

TEST(Guard, LeavesPortsWithoutPortSecurityAlone) {
    auto document = one_port();
    document.networks[0].ports[0].port_security_enabled = false;
    const auto tables = guard_tables(document, names());
    EXPECT_TRUE(tables.bridge.maps.at("senders").elements.empty());
    EXPECT_TRUE(tables.inet.maps.at("arriving_ports").elements.empty());
    const auto tap = tap_name(PortId(id + "2"));
    EXPECT_EQ(tables.bridge.maps.at("sources").elements.at(tap), "jump unguarded")
        << "a mark that the guest's packet happens to have must not be taken for a port's number";
}

const std::map<NetworkId, int> zones = {{NetworkId(id + "1"), 4096}};

TEST(Connections, AreCutWhenAPortLosesARuleOrLeaves) {
    const auto before = one_port();
    EXPECT_TRUE(addresses_to_cut(before, before, zones).empty());
    auto after = one_port();
    after.groups[0].rules.pop_back();
    EXPECT_EQ(addresses_to_cut(before, after, zones).at(4096), (std::set<std::string>{"10.0.0.2"}));
    EXPECT_TRUE(addresses_to_cut(after, before, zones).empty()) << "a rule more harms none";
    after = one_port();
    after.networks[0].ports.clear();
    EXPECT_EQ(addresses_to_cut(before, after, zones).at(4096), (std::set<std::string>{"10.0.0.2"}));
    after = one_port();
    after.networks[0].ports[0].security_groups.clear();
    EXPECT_FALSE(addresses_to_cut(before, after, zones).empty());
}

TEST(Connections, OfAMemberThatLeftItsGroupAreCutToo) {
    auto before = one_port();
    before.groups[0].members.emplace_back("10.0.0.77");
    EXPECT_EQ(addresses_to_cut(before, one_port(), zones).at(4096),
              (std::set<std::string>{"10.0.0.77"}));
}

}  // namespace
}  // namespace welkin::network
