#include "network/attach.h"

#include "network/network_world.h"

namespace welkin::network {
namespace {

class Attaching : public NetworkWorld {
protected:
    std::vector<PortView> attach(AttachRequest wanted, const std::string& token = "p1:member") {
        wanted.project_id = ProjectId(token.substr(0, token.find(':')));
        wanted.host = HostName("host1");
        wanted.availability_zone = "nova";
        return transact([&](sql::Transaction& tx) {
            return network->attach(tx, PlainTokens::caller(token), {}, wanted);
        });
    }
    std::string refusal(AttachRequest wanted) {
        try {
            attach(std::move(wanted));
        } catch (const Error& error) {
            return fmt::format("{} {}", http_status(error.fault), error.type);
        }
        return "none";
    }
    static AttachRequest on(const std::string& net) {
        return {.server_id = ServerId("s1"),
                .server_name = "My Server!",
                .nics = {{.network_id = NetworkId(net)}}};
    }
    static AttachRequest with_port(const std::string& port) {
        return {.server_id = ServerId("s1"), .nics = {{.port_id = PortId(port)}}};
    }
};

TEST_F(Attaching, MakesAPortWithAllThatAGuestNeeds) {
    const auto net = make_net(R"("name": "blue", "mtu": 1400)");
    make_subnet(net, "10.0.0.0/24",
                R"("dns_nameservers": ["9.9.9.9"],
                   "host_routes": [{"destination": "10.7.0.0/16", "nexthop": "10.0.0.5"}])");
    auto wanted = on(net);
    wanted.nics[0].tag = "front";
    const auto views = attach(wanted);
    ASSERT_EQ(views.size(), 1u);
    const auto& view = views[0];
    EXPECT_EQ(view.network_name, "blue");
    EXPECT_EQ(view.mtu, 1400);
    EXPECT_EQ(view.tag, "front");
    EXPECT_TRUE(view.created_for_server);
    EXPECT_EQ(view.security_groups, (std::vector<std::string>{"default"}));
    ASSERT_EQ(view.fixed_ips.size(), 1u);
    EXPECT_EQ(view.fixed_ips[0].address, "10.0.0.2");
    EXPECT_EQ(view.fixed_ips[0].prefix_length, 24);
    EXPECT_EQ(view.fixed_ips[0].gateway, "10.0.0.1");
    EXPECT_EQ(view.fixed_ips[0].host_routes.at(0).second, "10.0.0.5");
    const auto port = show("ports", "port", view.id.value, "p0:admin");
    EXPECT_EQ(port.text("device_owner"), "compute:nova");
    EXPECT_EQ(port.text("device_id"), "s1");
    EXPECT_EQ(port.text("binding:host_id"), "host1");
    EXPECT_EQ(port.text("dns_name"), "my-server");
}

TEST_F(Attaching, FindsTheOneNetworkMeantBySayingNothing) {
    const AttachRequest wanted{.server_id = ServerId("s1"), .automatic = true};
    EXPECT_TRUE(attach(wanted).empty()) << "none is none";
    const auto shared = make_net(R"("name": "shared", "shared": true)", "p0:admin");
    make_subnet(shared, "10.1.0.0/24", "", "p0:admin");
    EXPECT_EQ(attach(wanted).at(0).network_name, "shared");
    const auto own = make_net(R"("name": "own")");
    EXPECT_EQ(attach(wanted).at(0).network_name, "shared") << "one without subnet does not count";
    make_subnet(own);
    EXPECT_EQ(attach(wanted).at(0).network_name, "own");
    make_subnet(make_net(), "10.2.0.0/24");
    EXPECT_EQ(refusal(wanted), "409 NetworkAmbiguous");
}

TEST_F(Attaching, SaysWhatComputeShouldSay) {
    const auto net = make_net();
    EXPECT_EQ(refusal(on("nonsense")), "400 NetworkNotFound");
    EXPECT_EQ(refusal(on(net)), "400 NetworkRequiresSubnet");
    make_subnet(net);
    const auto hidden = make_net(R"("name": "x")", "p2:member");
    EXPECT_EQ(refusal(on(hidden)), "400 NetworkNotFound");
    EXPECT_EQ(refusal(with_port("nonsense")), "400 PortNotFound");
    auto wanted = on(net);
    wanted.security_groups = {"nonsense"};
    EXPECT_EQ(refusal(wanted), "400 SecurityGroupNotFound");
    wanted = on(net);
    wanted.nics[0].fixed_ip = "10.9.0.1";
    EXPECT_EQ(refusal(wanted), "400 InvalidIpForNetwork");
    put("/quotas/p1", R"({"quota": {"port": 0}})", "p0:admin");
    EXPECT_EQ(refusal(on(net)), "403 OverQuota");
}

TEST_F(Attaching, BindsPortsThatAreThereAndGivesThemBack) {
    const auto net = make_net();
    make_subnet(net);
    const auto port = make_port(net);
    EXPECT_FALSE(attach(with_port(port)).at(0).created_for_server);
    EXPECT_EQ(refusal(with_port(port)), "409 PortInUse");
    const auto made = attach(on(net)).at(0).id.value;
    transact([&](sql::Transaction& tx) {
        EXPECT_EQ(network->ports_of(tx, ServerId("s1")).size(), 2u);
        network->set_port_status(tx, PortId(port), "ACTIVE");
    });
    EXPECT_EQ(show("ports", "port", port).text("status"), "ACTIVE");
    transact([&](sql::Transaction& tx) { network->detach(tx, {}, ServerId("s1")); });
    EXPECT_EQ(get("/ports/" + made).status, 404) << "it was made for the server";
    const auto free = show("ports", "port", port, "p0:admin");
    EXPECT_EQ(free.text("device_id", "?"), "");
    EXPECT_EQ(free.text("binding:host_id", "?"), "");
    EXPECT_EQ(free.text("status"), "DOWN");
}

TEST_F(Attaching, KeepsTheOrderOfInterfacesAndGroupsThemByServer) {
    const auto a = make_net(R"("name": "a")");
    const auto b = make_net(R"("name": "b")");
    make_subnet(a);
    make_subnet(b, "10.1.0.0/24");
    auto wanted = on(b);
    wanted.nics.push_back({.network_id = NetworkId(a)});
    attach(wanted);
    attach(on(a));
    transact([&](sql::Transaction& tx) {
        const ServerId ids[] = {ServerId("s1"), ServerId("s2")};
        const auto ports = network->ports_of(tx, ids);
        std::vector<std::string> names;
        for (const auto& view : ports.at(ServerId("s1"))) {
            names.push_back(view.network_name);
        }
        EXPECT_EQ(names, (std::vector<std::string>{"b", "a", "a"}));
        EXPECT_FALSE(ports.contains(ServerId("s2")));
    });
}

TEST_F(Attaching, FindsTheServerBehindAnAddress) {
    const auto net = make_net();
    make_subnet(net);
    attach(on(net));
    make_port(net);
    transact([&](sql::Transaction& tx) {
        EXPECT_EQ(network->server_at(tx, NetworkId(net), "10.0.0.2"), ServerId("s1"));
        EXPECT_FALSE(network->server_at(tx, NetworkId(net), "10.0.0.3")) << "a port without server";
        EXPECT_FALSE(network->server_at(tx, NetworkId("x"), "10.0.0.2"));
    });
}

TEST_F(Attaching, PutsGroupsOnAllPortsOfAServerAndTakesThemOff) {
    const auto net = make_net();
    make_subnet(net);
    make("/security-groups", "security_group", R"("name": "web")");
    attach(on(net));
    const auto caller = PlainTokens::caller("p1:member");
    const ServerId server("s1");
    transact([&](sql::Transaction& tx) {
        network->add_security_group(tx, {}, caller, server, "web");
        network->add_security_group(tx, {}, caller, server, "web");
        EXPECT_EQ(network->ports_of(tx, server).at(0).security_groups,
                  (std::vector<std::string>{"default", "web"}));
        network->remove_security_group(tx, {}, caller, server, "default");
        EXPECT_EQ(network->ports_of(tx, server).at(0).security_groups,
                  (std::vector<std::string>{"web"}));
        EXPECT_THROW(network->remove_security_group(tx, {}, caller, server, "default"), Error);
        EXPECT_THROW(network->add_security_group(tx, {}, caller, server, "nonsense"), Error);
    });
}

TEST_F(Attaching, PlugsOnTheFakeHostWithoutTouchingIt) {
    const auto net = make_net();
    make_subnet(net);
    loops.run(network->start_host());
    const auto port = attach(on(net)).at(0).id;
    const auto plugged = loops.get(network->plug(HostName("host1"), port));
    EXPECT_EQ(plugged.tap.substr(0, 4), "wtap");
    EXPECT_LE(plugged.tap.size(), 15u);
    loops.run(network->unplug(HostName("host1"), port));
    // A host that does not answer may do so later.
    EXPECT_THROW(loops.get(network->plug(HostName("elsewhere"), port)), work::DriverError);
    loops.run(network->stop_host());
}

}  // namespace
}  // namespace welkin::network
