#include "network/api/subnets.h"

#include "network/network_world.h"

namespace welkin::network {
namespace {

class SubnetsApi : public NetworkWorld {
protected:
    std::string net = make_net();
};

TEST_F(SubnetsApi, ShowsANewSubnetAsNeutronDoes) {
    const auto id = make_subnet(net, "10.0.0.0/24",
                                R"("dns_nameservers": ["9.9.9.9"],
           "host_routes": [{"destination": "10.7.0.0/16", "nexthop": "10.0.0.5"}])");
    const auto subnet = show("subnets", "subnet", id);
    EXPECT_EQ(subnet.text("gateway_ip"), "10.0.0.1");
    EXPECT_EQ(subnet.integer("ip_version"), 4);
    EXPECT_TRUE(subnet.boolean("enable_dhcp"));
    EXPECT_TRUE(subnet["ipv6_ra_mode"].is_null());
    EXPECT_EQ(subnet["allocation_pools"].as_array().at(0).text("end"), "10.0.0.254");
    EXPECT_EQ(subnet["host_routes"].as_array().at(0).text("nexthop"), "10.0.0.5");
    EXPECT_TRUE(subnet["subnetpool_id"].is_null());
    EXPECT_EQ(show("networks", "network", net)["subnets"].as_array().at(0), json::Value(id));
}

TEST_F(SubnetsApi, DistinguishesNoGatewayFromNothingSaid) {
    const auto none = make_subnet(net, "10.0.0.0/24", R"("gateway_ip": null)");
    EXPECT_TRUE(show("subnets", "subnet", none)["gateway_ip"].is_null());
    const auto changed = put("/subnets/" + none, R"({"subnet": {"gateway_ip": "10.0.0.1"}})");
    EXPECT_EQ(changed.error(), "GatewayConflictWithAllocationPools");
    EXPECT_EQ(put("/subnets/" + none,
                  R"({"subnet": {"gateway_ip": "10.0.0.1", "dns_nameservers": null,
                      "allocation_pools": [{"start": "10.0.0.2", "end": "10.0.0.9"}]}})")
                  .status,
              200);
}

TEST_F(SubnetsApi, RefusesOverlapsOnOneNetworkButNotOnTwo) {
    make_subnet(net, "10.0.0.0/24");
    const auto body = [](const std::string& on) {
        return R"({"subnet": {"network_id": ")" + on + R"(", "cidr": "10.0.0.128/25",
                "ip_version": 4}})";
    };
    EXPECT_EQ(post("/subnets", body(net)).error(), "InvalidInput");
    EXPECT_EQ(post("/subnets", body(make_net())).status, 201);
}

TEST_F(SubnetsApi, AreForTheNetworksOwnerToMake) {
    const auto shared = make_net(R"("shared": true)", "p0:admin");
    const auto body = R"({"subnet": {"network_id": ")" + shared +
                      R"(", "cidr": "10.0.0.0/24", "ip_version": 4}})";
    EXPECT_EQ(post("/subnets", body).status, 403);
    EXPECT_EQ(post("/subnets", body, "p0:admin").status, 201);
    EXPECT_EQ(get("/subnets")["subnets"].as_array().size(), 1u) << "a shared one is seen by all";
    const auto hidden =
        R"({"subnet": {"network_id": ")" + net + R"(", "cidr": "10.0.0.0/24", "ip_version": 4}})";
    EXPECT_EQ(post("/subnets", hidden, "p2:member").error(), "NetworkNotFound");
}

TEST_F(SubnetsApi, CannotGoWhileAddressesAreInUse) {
    const auto subnet = make_subnet(net);
    const auto port = make_port(net);
    EXPECT_EQ(remove("/subnets/" + subnet).error(), "SubnetInUse");
    EXPECT_EQ(remove("/ports/" + port).status, 204);
    EXPECT_EQ(remove("/subnets/" + subnet).status, 204);
}

TEST_F(SubnetsApi, GivesPortsTheirAutomaticAddressAndTakesItAgain) {
    const auto port = make_port(net);
    const auto slaac =
        make_subnet(net, "fd00::/64", R"("ipv6_address_mode": "slaac", "ipv6_ra_mode": "slaac")");
    EXPECT_EQ(show("ports", "port", port)["fixed_ips"].as_array().size(), 1u);
    EXPECT_EQ(remove("/subnets/" + slaac).status, 204);
    EXPECT_EQ(show("ports", "port", port)["fixed_ips"].as_array().size(), 0u);
}

TEST_F(SubnetsApi, NeedsItsThreeFields) {
    EXPECT_EQ(post("/subnets", R"({"subnet": {"network_id": ")" + net + "\"}}").status, 400);
    EXPECT_EQ(post("/subnets", R"({"subnet": {"cidr": "10.0.0.0/24", "ip_version": 4}})").status,
              400);
    EXPECT_EQ(put("/subnets/" + make_subnet(net), R"({"subnet": {"cidr": "10.1.0.0/24"}})").status,
              400);
}

}  // namespace
}  // namespace welkin::network
