#include "network/api/networks.h"

#include "network/network_world.h"

namespace welkin::network {
namespace {

using http::Method;

class NetworksApi : public NetworkWorld {};

TEST_F(NetworksApi, ShowsANewNetworkAsNeutronDoes) {
    const auto answer = post("/networks", R"({"network": {"name": "blue", "mtu": 1400}})");
    ASSERT_EQ(answer.status, 201) << answer.body;
    const auto net = answer["network"];
    EXPECT_EQ(net.text("name"), "blue");
    EXPECT_EQ(net.text("project_id"), "p1");
    EXPECT_EQ(net.text("tenant_id"), "p1");
    EXPECT_EQ(net.text("status"), "ACTIVE");
    EXPECT_EQ(net.integer("mtu"), 1400);
    EXPECT_EQ(net.integer("revision_number"), 1);
    EXPECT_TRUE(net.boolean("admin_state_up"));
    EXPECT_FALSE(net.boolean("shared", true));
    EXPECT_FALSE(net.boolean("router:external", true));
    EXPECT_TRUE(net["subnets"].as_array().empty());
    EXPECT_EQ(net.find("provider:network_type"), nullptr) << "for administrators only";
    const auto id = net.text("id");
    EXPECT_EQ(show("networks", "network", id, "p0:admin").text("provider:network_type"), "local");
    EXPECT_EQ(show("networks", "network", id), net) << "created and shown alike";
}

TEST_F(NetworksApi, HidesOthersNetworksUnlessTheyAreShared) {
    const auto mine = make_net();
    const auto shared = make_net(R"("name": "shared", "shared": true)", "p0:admin");
    EXPECT_EQ(get("/networks/" + mine, "p2:member").status, 404);
    EXPECT_EQ(get("/networks/" + mine, "p2:member").error(), "NetworkNotFound");
    EXPECT_EQ(get("/networks/" + shared, "p2:member").status, 200);
    EXPECT_EQ(put("/networks/" + shared, R"({"network": {"name": "x"}})", "p2:member").status, 403);
    EXPECT_EQ(remove("/networks/" + mine, "p2:member").status, 404);
    EXPECT_EQ(get("/networks", "p2:member")["networks"].as_array().size(), 1u);
    EXPECT_EQ(get("/networks", "p0:admin")["networks"].as_array().size(), 2u);
    EXPECT_EQ(put("/networks/" + mine, R"({"network": {"name": "x"}})", "p1:reader").status, 403);
    EXPECT_EQ(get("/networks/" + mine, "p1:reader").status, 200);
}

TEST_F(NetworksApi, LetsAdministratorsAloneShareAndMakeExternal) {
    for (const auto* attribute : {"shared", "router:external"}) {
        const auto body = fmt::format(R"({{"network": {{"{}": true}}}})", attribute);
        EXPECT_EQ(post("/networks", body).status, 403) << attribute;
        EXPECT_EQ(post("/networks", body).error(), "PolicyNotAuthorized");
        EXPECT_EQ(post("/networks", body, "p0:admin").status, 201);
    }
    EXPECT_EQ(post("/networks", R"({"network": {"shared": false}})").status, 201);
    EXPECT_EQ(post("/networks", R"({"network": {"tenant_id": "p2"}})").status, 400);
    EXPECT_EQ(post("/networks", R"({"network": {"tenant_id": "p2"}})", "p0:admin")["network"].text(
                  "project_id"),
              "p2");
}

TEST_F(NetworksApi, MakesSeveralAtOnceOrNone) {
    const auto both = post("/networks", R"({"networks": [{"name": "a"}, {"name": "b"}]})");
    ASSERT_EQ(both.status, 201);
    EXPECT_EQ(both["networks"].as_array().size(), 2u);
    EXPECT_EQ(post("/networks", R"({"networks": [{"name": "c"}, {"mtu": 1}]})").status, 400);
    EXPECT_EQ(get("/networks")["networks"].as_array().size(), 2u);
}

TEST_F(NetworksApi, RefusesWhatItDoesNotKnow) {
    EXPECT_EQ(post("/networks", R"({"network": {"nonsense": 1}})").status, 400);
    EXPECT_EQ(post("/networks", R"({"network": {"id": "x"}})").status, 400);
    EXPECT_EQ(post("/networks", R"({"net": {}})").status, 400);
    EXPECT_EQ(post("/networks", "nonsense").status, 400);
    EXPECT_EQ(
        post("/networks", R"({"network": {"provider:network_type": "vlan"}})", "p0:admin").status,
        400);
    EXPECT_EQ(get("/networks/nonsense").status, 404);
}

TEST_F(NetworksApi, FiltersSortsPagesAndPicksFields) {
    for (const auto* name : {"a", "b", "c"}) {
        make_net(fmt::format(R"("name": "{}")", name));
    }
    EXPECT_EQ(get("/networks?name=b&name=c")["networks"].as_array().size(), 2u);
    EXPECT_EQ(get("/networks?router:external=True")["networks"].as_array().size(), 0u);
    EXPECT_EQ(get("/networks?admin_state_up=True&shared=False")["networks"].as_array().size(), 3u);
    const auto listed = get("/networks?fields=id&fields=name&sort_key=name&sort_dir=desc");
    const auto& nets = listed["networks"].as_array();
    EXPECT_EQ(nets.at(0).text("name"), "c");
    EXPECT_EQ(nets.at(0).as_object().size(), 2u);

    const auto first = get("/networks?limit=2&sort_key=name&sort_dir=asc");
    EXPECT_EQ(first["networks"].as_array().size(), 2u);
    const auto next = first["networks_links"].as_array().at(0);
    EXPECT_EQ(next.text("rel"), "next");
    const auto url = next.text("href");
    const auto second = get(url.substr(url.find("/networks?")));
    EXPECT_EQ(second["networks"].as_array().size(), 1u);
    EXPECT_EQ(second["networks"].as_array().at(0).text("name"), "c");
    EXPECT_EQ(second["networks_links"].as_array().at(0).text("rel"), "previous");
}

TEST_F(NetworksApi, ChangesOnlyTheRevisionThatWasSeen) {
    const auto id = make_net();
    http::Headers seen;
    seen.add("If-Match", "revision_number=1");
    const std::string body = R"({"network": {"name": "x"}})";
    EXPECT_EQ(ask(Method::PUT, "/networks/" + id, body, "p1:member", seen)["network"].integer(
                  "revision_number"),
              2);
    const auto late = ask(Method::PUT, "/networks/" + id, body, "p1:member", seen);
    EXPECT_EQ(late.status, 412);
    EXPECT_EQ(late.error(), "RevisionNumberConstraintFailed");
}

TEST_F(NetworksApi, DeletesWithSubnetsButNotWithPorts) {
    const auto id = make_net();
    const auto subnet = make_subnet(id);
    const auto port = make_port(id);
    EXPECT_EQ(remove("/networks/" + id).status, 409);
    EXPECT_EQ(remove("/networks/" + id).error(), "NetworkInUse");
    EXPECT_EQ(remove("/ports/" + port).status, 204);
    EXPECT_EQ(remove("/networks/" + id).status, 204);
    EXPECT_EQ(get("/subnets/" + subnet).status, 404);
    EXPECT_EQ(remove("/networks/" + id).status, 404);
}

TEST_F(NetworksApi, StaysSharedWhileOthersUseIt) {
    const auto id = make_net(R"("shared": true)", "p0:admin");
    make_subnet(id, "10.0.0.0/24", "", "p0:admin");
    const auto port = make_port(id, "", "p2:member");
    const std::string body = R"({"network": {"shared": false}})";
    EXPECT_EQ(put("/networks/" + id, body, "p0:admin").error(), "InvalidSharedSetting");
    EXPECT_EQ(remove("/ports/" + port, "p2:member").status, 204);
    EXPECT_EQ(put("/networks/" + id, body, "p0:admin").status, 200);
}

TEST_F(NetworksApi, AppendsEveryChangeToTheLog) {
    const auto id = make_net();
    put("/networks/" + id, R"({"network": {"name": "x"}})");
    remove("/networks/" + id);
    const auto entries = transact([&](sql::Transaction& tx) {
        return history::list(tx, {.service = "network", .resource = "network", .resource_id = id});
    });
    std::vector<std::string> actions;
    for (const auto& entry : entries) {
        actions.push_back(entry.action);
        EXPECT_EQ(entry.author.user_id.value, "user-p1");
    }
    EXPECT_EQ(actions, (std::vector<std::string>{"create", "update", "delete"}));
}

}  // namespace
}  // namespace welkin::network
