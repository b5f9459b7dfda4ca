#include "network/api/ports.h"

#include "network/network_world.h"

namespace welkin::network {
namespace {

class PortsApi : public NetworkWorld {
protected:
    std::string net = make_net();
    std::string subnet = make_subnet(net);

    std::string refusal(const std::string& more, const std::string& token = "p1:member") {
        const auto answer =
            post("/ports", R"({"port": {"network_id": ")" + net + "\", " + more + "}}", token);
        return fmt::format("{} {}", answer.status, answer.status < 300 ? "" : answer.error());
    }
};

TEST_F(PortsApi, ShowsANewPortAsNeutronDoes) {
    const auto answer = post("/ports", R"({"port": {"name": "p", "network_id": ")" + net + "\"}}");
    ASSERT_EQ(answer.status, 201) << answer.body;
    const auto port = answer["port"];
    EXPECT_EQ(port.text("status"), "DOWN");
    EXPECT_EQ(port.text("device_id", "?"), "");
    EXPECT_EQ(port.text("mac_address").substr(0, 9), "fa:16:3e:");
    EXPECT_EQ(port["fixed_ips"].as_array().at(0).text("subnet_id"), subnet);
    EXPECT_EQ(port["security_groups"].as_array().size(), 1u) << "the project's default group";
    EXPECT_TRUE(port.boolean("port_security_enabled"));
    EXPECT_EQ(port.text("binding:vnic_type"), "normal");
    EXPECT_EQ(port.find("binding:host_id"), nullptr) << "for administrators only";
    EXPECT_EQ(show("ports", "port", port.text("id")), port) << "created and shown alike";
    const auto full = show("ports", "port", port.text("id"), "p0:admin");
    EXPECT_EQ(full.text("binding:vif_type"), "unbound");
    EXPECT_TRUE(full["binding:profile"].is_object());
}

TEST_F(PortsApi, KeepsMacAddressesApartOnANetwork) {
    EXPECT_EQ(refusal(R"("mac_address": "fa:16:3e:00:00:01")"), "201 ");
    EXPECT_EQ(refusal(R"("mac_address": "FA:16:3E:00:00:01")"), "409 MacAddressInUse");
    EXPECT_EQ(refusal(R"("mac_address": "nonsense")"), "400 HTTPBadRequest");
    EXPECT_EQ(refusal(R"("mac_address": "01:00:5e:00:00:01")"), "400 HTTPBadRequest");
    const auto other = make_net();
    EXPECT_EQ(make_port(other, R"("mac_address": "fa:16:3e:00:00:01")").size(), 36u);
}

TEST_F(PortsApi, ChangesAddressesAndGroupsInOneGo) {
    const auto second = make_subnet(net, "10.1.0.0/24");
    const auto group = make("/security-groups", "security_group", R"("name": "web")");
    const auto port = make_port(net);
    const auto answer =
        put("/ports/" + port,
            fmt::format(R"({{"port": {{"fixed_ips": [{{"subnet_id": "{}"}}, {{"subnet_id": "{}"}}],
                "security_groups": ["{}"], "admin_state_up": false}}}})",
                        subnet, second, group));
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto& ips = answer["port"]["fixed_ips"].as_array();
    ASSERT_EQ(ips.size(), 2u);
    EXPECT_EQ(ips[0].text("ip_address"), "10.0.0.2") << "kept, since it was asked for again";
    EXPECT_EQ(ips[1].text("subnet_id"), second);
    EXPECT_EQ(answer["port"]["security_groups"].as_array().at(0), json::Value(group));
    EXPECT_EQ(put("/ports/" + port, R"({"port": {"network_id": ")" + net + "\"}}").status, 400);
    EXPECT_EQ(show("ports", "port", port), answer["port"]);
}

TEST_F(PortsApi, GuardsPortSecurity) {
    EXPECT_EQ(refusal(R"("port_security_enabled": false)"), "201 ");
    const auto open = make_port(net, R"("port_security_enabled": false)");
    EXPECT_TRUE(show("ports", "port", open)["security_groups"].as_array().empty());
    EXPECT_EQ(refusal(R"("port_security_enabled": false,
                         "allowed_address_pairs": [{"ip_address": "10.0.0.9"}])"),
              "409 AddressPairAndPortSecurityRequired");
    EXPECT_EQ(refusal(R"("security_groups": ["nonsense"])"), "404 SecurityGroupNotFound");
    const auto foreign = make("/security-groups", "security_group", R"("name": "x")", "p2:member");
    EXPECT_EQ(refusal(R"("security_groups": [")" + foreign + "\"]"), "404 SecurityGroupNotFound");
    const auto port = make_port(net, R"("security_groups": [],
        "allowed_address_pairs": [{"ip_address": "10.0.0.9"}])");
    const auto pair = show("ports", "port", port)["allowed_address_pairs"].as_array().at(0);
    EXPECT_EQ(pair.text("mac_address"), show("ports", "port", port).text("mac_address"));
}

TEST_F(PortsApi, KeepsWhatIsTheNetworkOwnersFromOthers) {
    const auto shared = make_net(R"("shared": true)", "p0:admin");
    make_subnet(shared, "10.5.0.0/24", "", "p0:admin");
    const auto status = [&](const std::string& more) {
        return post("/ports", R"({"port": {"network_id": ")" + shared + "\"" + more + "}}").status;
    };
    EXPECT_EQ(status(""), 201);
    EXPECT_EQ(status(R"(, "mac_address": "fa:16:3e:00:00:09")"), 403);
    EXPECT_EQ(status(R"(, "port_security_enabled": false)"), 403);
    EXPECT_EQ(status(R"(, "allowed_address_pairs": [{"ip_address": "10.5.0.0/24"}])"), 403);
    EXPECT_EQ(status(R"(, "device_owner": "network:dhcp")"), 403);
    EXPECT_EQ(status(R"(, "binding:host_id": "host1")"), 403);
    EXPECT_EQ(refusal(R"("binding:host_id": "host1")", "p0:admin"), "201 ");
    EXPECT_EQ(get("/ports", "p0:reader")["ports"].as_array().size(), 2u)
        << "those on one's own network are seen";
}

TEST_F(PortsApi, KeepsDhcpOptionsAndTakesThemAway) {
    const auto port =
        make_port(net, R"("extra_dhcp_opts": [{"opt_name": "bootfile-name", "opt_value": "a"},
                                    {"opt_name": "66", "opt_value": "b"}])");
    EXPECT_EQ(show("ports", "port", port)["extra_dhcp_opts"].as_array().size(), 2u);
    put("/ports/" + port,
        R"({"port": {"extra_dhcp_opts": [{"opt_name": "66", "opt_value": null}]}})");
    const auto options = show("ports", "port", port)["extra_dhcp_opts"];
    ASSERT_EQ(options.as_array().size(), 1u);
    EXPECT_EQ(options.as_array().at(0).text("opt_value"), "a");
    EXPECT_EQ(refusal(R"("extra_dhcp_opts": [{"opt_name": "a\nb", "opt_value": "x"}])"),
              "400 HTTPBadRequest");
}

TEST_F(PortsApi, FindsPortsByAddressGroupAndDevice) {
    const auto first = make_port(net, R"("device_id": "d1")");
    make_port(net);
    EXPECT_EQ(get("/ports?fixed_ips=ip_address%3D10.0.0.2")["ports"].as_array().size(), 1u);
    EXPECT_EQ(get("/ports?fixed_ips=ip_address_substr%3D0.0.")["ports"].as_array().size(), 2u);
    EXPECT_EQ(get("/ports?fixed_ips=subnet_id%3D" + subnet)["ports"].as_array().size(), 2u);
    EXPECT_EQ(get("/ports?device_id=d1")["ports"].as_array().at(0).text("id"), first);
    EXPECT_EQ(get("/ports?device_id=")["ports"].as_array().size(), 1u);
    const auto group = show("ports", "port", first)["security_groups"].as_array().at(0);
    EXPECT_EQ(get("/ports?security_groups=" + group.as_string())["ports"].as_array().size(), 2u);
    EXPECT_EQ(get("/ports?fixed_ips=nonsense%3D1").status, 400);
}

TEST_F(PortsApi, StopsAtTheQuota) {
    EXPECT_EQ(put("/quotas/p1", R"({"quota": {"port": 1}})", "p0:admin").status, 200);
    make_port(net);
    EXPECT_EQ(refusal(R"("name": "x")"), "409 OverQuota");
    EXPECT_EQ(get("/ports")["ports"].as_array().size(), 1u);
}

TEST_F(PortsApi, MakesSeveralAtOnce) {
    const auto answer = post(
        "/ports",
        fmt::format(R"({{"ports": [{{"network_id": "{0}"}}, {{"network_id": "{0}"}}]}})", net));
    ASSERT_EQ(answer.status, 201) << answer.body;
    const auto& ports = answer["ports"].as_array();
    EXPECT_EQ(ports.size(), 2u);
    EXPECT_NE(ports[0]["fixed_ips"], ports[1]["fixed_ips"]);
}

}  // namespace
}  // namespace welkin::network
