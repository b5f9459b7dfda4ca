#include "network/addressing.h"

#include <set>

#include "network/network_world.h"

namespace welkin::network {
namespace {

class AddressingOfPorts : public NetworkWorld {
protected:
    static Task<void> create_one(http::Pipeline& pipeline, std::string net, int& status,
                                 std::atomic<int>& left, async::Event& done) {
        http::Headers headers;
        headers.add("X-Auth-Token", "p1:member");
        auto request = http::Request::make(http::Method::POST, "/network/v2.0/ports", headers,
                                           R"({"port": {"network_id": ")" + net + "\"}}");
        const auto reply = co_await pipeline.handle(request);
        status = reply.status;
        if (--left == 0) {
            done.set();
        }
    }
    std::string net = make_net();
};

TEST_F(AddressingOfPorts, TakesTheNextFreeOneOfThePool) {
    make_subnet(net);
    EXPECT_EQ(address_of(make_port(net)), "10.0.0.2");
    EXPECT_EQ(address_of(make_port(net)), "10.0.0.3");
}

TEST_F(AddressingOfPorts, PassesOverThoseThatWereAskedFor) {
    make_subnet(net);
    make_port(net, R"("fixed_ips": [{"ip_address": "10.0.0.3"}])");
    EXPECT_EQ(address_of(make_port(net)), "10.0.0.4");
    EXPECT_EQ(address_of(make_port(net)), "10.0.0.5");
}

TEST_F(AddressingOfPorts, GivesOutAllOfThePoolsThenSaysSoThenFindsWhatWasGivenBack) {
    make_subnet(net, "10.0.0.0/24",
                R"("allocation_pools": [{"start": "10.0.0.10", "end": "10.0.0.12"},
                                        {"start": "10.0.0.20", "end": "10.0.0.20"}])");
    std::set<std::string> given;
    std::string one;
    for (int i = 0; i < 4; ++i) {
        one = make_port(net);
        given.insert(address_of(one));
    }
    EXPECT_EQ(given, (std::set<std::string>{"10.0.0.10", "10.0.0.11", "10.0.0.12", "10.0.0.20"}));
    const auto full = post("/ports", R"({"port": {"network_id": ")" + net + "\"}}");
    EXPECT_EQ(full.status, 409);
    EXPECT_EQ(full.error(), "IpAddressGenerationFailure");
    const auto address = address_of(one);
    EXPECT_EQ(remove("/ports/" + one).status, 204);
    EXPECT_EQ(address_of(make_port(net)), address);
}

TEST_F(AddressingOfPorts, GoesOnBehindWhatIsUsedAfterARestart) {
    make_subnet(net);
    make_port(net);
    transact([&](sql::Transaction& tx) {
        TagStore tags;
        PortStore ports(tags);
        SubnetStore subnets(tags);
        Addressing fresh(ports);
        const auto subnet = subnets.of_network(tx, NetworkId(net)).front();
        EXPECT_EQ(fresh.next_free(tx, subnet)->text(), "10.0.0.3");
    });
}

TEST_F(AddressingOfPorts, WalksLongRunsOfUsedAddresses) {
    const auto subnet_id = make_subnet(net, "10.0.0.0/16");
    const auto port = make_port(net, R"("fixed_ips": [])");
    transact([&](sql::Transaction& tx) {
        Ip ip = *Ip::parse("10.0.0.2");
        for (int i = 0; i < 1000; ++i, ip = ip.plus(1)) {
            tx.execute(
                "INSERT INTO network_fixed_ip (subnet_id, address_key, address, port_id, position)"
                " VALUES (?, ?, ?, ?, 0)",
                subnet_id, ip.key(), ip.text(), port);
        }
        // Forgetting where it was, and with the end of the pool taken, it has to search.
        const Ip last = *Ip::parse("10.0.255.254");
        tx.execute(
            "INSERT INTO network_fixed_ip (subnet_id, address_key, address, port_id, position)"
            " VALUES (?, ?, ?, ?, 0)",
            subnet_id, last.key(), last.text(), port);
        TagStore tags;
        PortStore ports(tags);
        SubnetStore subnets(tags);
        Addressing fresh(ports);
        const auto subnet = subnets.of_network(tx, NetworkId(net)).front();
        EXPECT_EQ(fresh.next_free(tx, subnet)->text(), "10.0.3.234");
    });
}

TEST_F(AddressingOfPorts, NeverGivesOneAddressToTwoHoweverManyAskAtOnce) {
    make_subnet(net, "10.0.0.0/25");
    constexpr int count = 100;
    std::vector<int> statuses(count);
    async::Loops many(4);
    std::atomic<int> left{count};
    async::Event done;
    for (int i = 0; i < count; ++i) {
        async::spawn_on(many.at(static_cast<size_t>(i) % 4),
                        create_one(*pipeline, net, statuses[static_cast<size_t>(i)], left, done),
                        "port");
    }
    loops.run(done.wait());
    many.stop();
    EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 201), count);
    std::set<std::string> addresses;
    const auto listed = get("/ports");
    for (const auto& port : listed["ports"].as_array()) {
        addresses.insert(port["fixed_ips"].as_array().at(0).text("ip_address"));
    }
    EXPECT_EQ(addresses.size(), static_cast<size_t>(count));
}

TEST_F(AddressingOfPorts, TakesOneOfEachVersionAndEveryAutomaticOne) {
    make_subnet(net);
    const auto stateful =
        make_subnet(net, "fd01::/64", R"("ipv6_address_mode": "dhcpv6-stateful")");
    const auto slaac =
        make_subnet(net, "fd02::/64", R"("ipv6_address_mode": "slaac", "ipv6_ra_mode": "slaac")");
    const auto port =
        show("ports", "port", make_port(net, R"("mac_address": "fa:16:3e:12:34:56")"));
    const auto& ips = port["fixed_ips"].as_array();
    ASSERT_EQ(ips.size(), 3u);
    EXPECT_EQ(ips[0].text("ip_address"), "10.0.0.2");
    EXPECT_EQ(ips[1].text("subnet_id"), stateful);
    EXPECT_EQ(ips[2].text("subnet_id"), slaac);
    EXPECT_EQ(ips[2].text("ip_address"), "fd02::f816:3eff:fe12:3456");
}

TEST_F(AddressingOfPorts, RefusesAddressesThatAreNotToBeHad) {
    const auto subnet = make_subnet(net);
    const auto other_net = make_net();
    const auto other = make_subnet(other_net, "10.9.0.0/24");
    make_port(net, R"("fixed_ips": [{"ip_address": "10.0.0.9"}])");
    const auto refusal = [&](const std::string& ips) {
        const auto answer = post(
            "/ports", R"({"port": {"network_id": ")" + net + R"(", "fixed_ips": )" + ips + "}}");
        return fmt::format("{} {}", answer.status, answer.error());
    };
    EXPECT_EQ(refusal(R"([{"ip_address": "10.0.0.9"}])"), "409 IpAddressAlreadyAllocated");
    EXPECT_EQ(refusal(R"([{"ip_address": "10.0.1.9"}])"), "400 InvalidIpForNetwork");
    EXPECT_EQ(refusal(R"([{"ip_address": "10.0.0.255"}])"), "400 InvalidIpForSubnet");
    EXPECT_EQ(refusal(R"([{"subnet_id": ")" + other + "\"}]"), "400 InvalidInput");
    EXPECT_EQ(refusal(R"([{"subnet_id": ")" + subnet + R"(", "ip_address": "10.9.0.5"}])"),
              "400 InvalidIpForSubnet");
    EXPECT_EQ(refusal("[{}]"), "400 InvalidInput");
    EXPECT_EQ(refusal(R"([{"ip_address": "10.0.0.7"}, {"ip_address": "10.0.0.7"}])"),
              "400 InvalidInput");
    EXPECT_EQ(refusal(R"([{"ip_address": "nonsense"}])"), "400 HTTPBadRequest");
}

}  // namespace
}  // namespace welkin::network
