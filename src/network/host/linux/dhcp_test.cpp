#include "network/host/linux/dhcp.h"

#include <gtest/gtest.h>

namespace welkin::network {
namespace {

class DhcpOfANetwork : public testing::Test {
protected:
    DhcpOfANetwork() {
        net.id = NetworkId("n1");
        net.mtu = 1400;
        Subnet subnet{.id = SubnetId("s4"), .ip_version = 4, .cidr = "10.0.0.0/24"};
        subnet.gateway_ip = "10.0.0.1";
        net.subnets.push_back(subnet);
        Port port{.id = PortId("p1"), .mac_address = "fa:16:3e:00:00:01"};
        port.fixed_ips = {{SubnetId("s4"), "10.0.0.5"}};
        net.ports.push_back(port);
        net.dhcp = Port{.id = PortId("d"), .mac_address = "fa:16:3e:00:00:0d"};
        net.dhcp->fixed_ips = {{SubnetId("s4"), "10.0.0.2"}};
    }
    DhcpPlan plan() const { return dhcp_plan(net, "/f", "cloud", {"9.9.9.9"}); }
    bool told(const std::string& argument) const {
        const auto command = plan().command;
        return std::find(command.begin(), command.end(), argument) != command.end();
    }
    bool optioned(const std::string& line) const {
        return ("\n" + plan().options).find("\n" + line + "\n") != std::string::npos;
    }

    HostNet net;
};

TEST_F(DhcpOfANetwork, GivesEachPortItsAddressNameAndWay) {
    EXPECT_EQ(plan().hosts, "fa:16:3e:00:00:01,host-10-0-0-5,10.0.0.5\n");
    EXPECT_TRUE(told("--dhcp-range=set:s0,10.0.0.0,static,255.255.255.0,86400s"));
    EXPECT_TRUE(told("--server=9.9.9.9"));
    EXPECT_TRUE(optioned("tag:s0,option:router,10.0.0.1"));
    EXPECT_TRUE(optioned("tag:s0,option:mtu,1400"));
    EXPECT_TRUE(optioned("tag:s0,option:dns-server,10.0.0.2"));
    EXPECT_TRUE(
        optioned("tag:s0,option:classless-static-route,169.254.169.254/32,10.0.0.1,"
                 "0.0.0.0/0,10.0.0.1"));
    EXPECT_FALSE(told("--enable-ra"));
}

TEST_F(DhcpOfANetwork, HasNoDefaultRouteWithoutGateway) {
    net.subnets[0].gateway_ip.reset();
    net.subnets[0].host_routes = {{"10.7.0.0/16", "10.0.0.9"}};
    EXPECT_TRUE(optioned("tag:s0,option:router"));
    EXPECT_TRUE(
        optioned("tag:s0,option:classless-static-route,169.254.169.254/32,10.0.0.2,"
                 "10.7.0.0/16,10.0.0.9"));
    EXPECT_EQ(own_addresses(net), (std::vector<std::string>{"10.0.0.2/24"}));
}

TEST_F(DhcpOfANetwork, LeavesAGatewayToThePortThatHasIt) {
    net.foreign_gateways = {"10.0.0.1"};
    EXPECT_EQ(own_addresses(net), (std::vector<std::string>{"10.0.0.2/24"}));
    EXPECT_TRUE(
        optioned("tag:s0,option:classless-static-route,169.254.169.254/32,10.0.0.2,"
                 "0.0.0.0/0,10.0.0.1"));
}

TEST_F(DhcpOfANetwork, TakesNameServersAndOptionsThatWereSaid) {
    net.subnets[0].dns_nameservers = {"8.8.8.8", "8.8.4.4"};
    net.ports[0].dns_name = "web";
    net.ports[0].extra_dhcp_opts = {{"bootfile-name", "pxe", 4}, {"66", "10.0.0.9", 4}};
    EXPECT_TRUE(optioned("tag:s0,option:dns-server,8.8.8.8,8.8.4.4"));
    EXPECT_EQ(plan().hosts, "fa:16:3e:00:00:01,set:pp1,web,10.0.0.5\n");
    EXPECT_TRUE(optioned("tag:pp1,option:bootfile-name,pxe"));
    EXPECT_TRUE(optioned("tag:pp1,66,10.0.0.9"));
}

TEST_F(DhcpOfANetwork, NeedsNoServerWhereDhcpIsOff) {
    net.subnets[0].enable_dhcp = false;
    EXPECT_TRUE(plan().command.empty());
}

TEST_F(DhcpOfANetwork, AdvertisesIpv6AsTheSubnetSays) {
    Subnet six{.id = SubnetId("s6"), .ip_version = 6, .cidr = "fd00::/64"};
    six.gateway_ip = "fd00::1";
    six.ipv6_ra_mode = six.ipv6_address_mode = "slaac";
    net.subnets.push_back(six);
    EXPECT_TRUE(told("--enable-ra"));
    EXPECT_TRUE(told("--dhcp-range=set:s1,fd00::,ra-only,64,86400s"));
    net.subnets[1].ipv6_ra_mode = net.subnets[1].ipv6_address_mode = "dhcpv6-stateful";
    net.ports[0].fixed_ips.push_back({SubnetId("s6"), "fd00::5"});
    EXPECT_TRUE(told("--dhcp-range=set:s1,fd00::,static,64,86400s"));
    EXPECT_NE(plan().hosts.find("fa:16:3e:00:00:01,host-fd00--5,[fd00::5]\n"), std::string::npos);
    EXPECT_TRUE(optioned("tag:s1,option6:dns-server,[fd00::1]"));
    EXPECT_EQ(own_addresses(net),
              (std::vector<std::string>{"10.0.0.1/24", "10.0.0.2/24", "fd00::1/64"}));
}

}  // namespace
}  // namespace welkin::network
