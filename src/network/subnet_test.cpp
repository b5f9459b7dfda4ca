#include "network/subnet.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace welkin::network {
namespace {

Subnet v4(std::string cidr) { return {.ip_version = 4, .cidr = std::move(cidr)}; }

std::string refusal(Subnet subnet, bool gateway = false, bool pools = false) {
    try {
        complete(subnet, gateway, pools);
    } catch (const Error& error) {
        return error.type;
    }
    return "none";
}

TEST(Subnet, GetsTheFirstAddressAsGatewayAndTheRestAsPool) {
    auto subnet = v4("10.0.0.9/24");
    complete(subnet, false, false);
    EXPECT_EQ(subnet.cidr, "10.0.0.0/24");
    EXPECT_EQ(subnet.gateway_ip, "10.0.0.1");
    EXPECT_EQ(subnet.allocation_pools, (std::vector<AllocationPool>{{"10.0.0.2", "10.0.0.254"}}));
}

TEST(Subnet, LeavesAGatewayInTheMiddleOutOfThePools) {
    auto subnet = v4("10.0.0.0/29");
    subnet.gateway_ip = "10.0.0.4";
    complete(subnet, true, false);
    EXPECT_EQ(subnet.allocation_pools,
              (std::vector<AllocationPool>{{"10.0.0.1", "10.0.0.3"}, {"10.0.0.5", "10.0.0.6"}}));
}

TEST(Subnet, MayHaveNoGateway) {
    auto subnet = v4("10.0.0.0/30");
    complete(subnet, true, false);
    EXPECT_FALSE(subnet.gateway_ip);
    EXPECT_EQ(subnet.allocation_pools, (std::vector<AllocationPool>{{"10.0.0.1", "10.0.0.2"}}));
}

TEST(Subnet, RefusesWhatCannotBe) {
    EXPECT_EQ(refusal({.ip_version = 5, .cidr = "10.0.0.0/24"}), "InvalidInput");
    EXPECT_EQ(refusal({.ip_version = 6, .cidr = "10.0.0.0/24"}), "InvalidInput");
    EXPECT_EQ(refusal(v4("10.0.0.0/40")), "InvalidInput");
    auto subnet = v4("10.0.0.0/24");
    subnet.allocation_pools = {{"10.0.0.20", "10.0.0.10"}};
    EXPECT_EQ(refusal(subnet, false, true), "InvalidAllocationPool");
    subnet.allocation_pools = {{"10.0.0.2", "10.0.1.10"}};
    EXPECT_EQ(refusal(subnet, false, true), "OutOfBoundsAllocationPool");
    subnet.allocation_pools = {{"10.0.0.2", "10.0.0.9"}, {"10.0.0.9", "10.0.0.12"}};
    EXPECT_EQ(refusal(subnet, false, true), "OverlappingAllocationPools");
    subnet.allocation_pools = {{"10.0.0.1", "10.0.0.9"}};
    EXPECT_EQ(refusal(subnet, false, true), "GatewayConflictWithAllocationPools");
    subnet.allocation_pools.clear();
    subnet.gateway_ip = "10.0.0.255";
    EXPECT_EQ(refusal(subnet, true), "InvalidInput");
    subnet.gateway_ip = "fd00::1";
    EXPECT_EQ(refusal(subnet, true), "InvalidInput");
    subnet = v4("10.0.0.0/24");
    subnet.ipv6_ra_mode = "slaac";
    EXPECT_EQ(refusal(subnet), "InvalidInput");
    subnet = v4("10.0.0.0/24");
    subnet.dns_nameservers = {"1.1.1.1", "nonsense"};
    EXPECT_EQ(refusal(subnet), "InvalidInput");
    subnet.dns_nameservers = {"1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4", "1.1.1.5", "1.1.1.6"};
    EXPECT_EQ(refusal(subnet), "DNSNameServersExhausted");
}

TEST(Subnet, TakesIpv6ModesThatGoTogether) {
    Subnet subnet{.ip_version = 6, .cidr = "fd00::/64"};
    subnet.ipv6_ra_mode = subnet.ipv6_address_mode = "slaac";
    EXPECT_EQ(refusal(subnet), "none");
    EXPECT_TRUE(subnet.automatic_addresses());
    subnet.cidr = "fd00::/80";
    EXPECT_EQ(refusal(subnet), "InvalidInput") << "SLAAC needs a /64";
    subnet.cidr = "fd00::/64";
    subnet.ipv6_address_mode = "dhcpv6-stateful";
    EXPECT_EQ(refusal(subnet), "InvalidInput");
    subnet.ipv6_ra_mode.reset();
    EXPECT_EQ(refusal(subnet), "none");
    subnet.enable_dhcp = false;
    EXPECT_EQ(refusal(subnet), "InvalidInput");
}

}  // namespace
}  // namespace welkin::network
