#include "network/api/discovery.h"

#include "network/network_world.h"

namespace welkin::network {
namespace {

class DiscoveryApi : public NetworkWorld {
protected:
    Answer ask_plain(const std::string& target) {
        auto request = http::Request::make(http::Method::GET, target);
        const auto reply = loops.get(pipeline->handle(request));
        return {reply.status, reply.headers, std::string(reply.text())};
    }
};

TEST_F(DiscoveryApi, TellsItsVersionToAnybody) {
    for (const auto* path : {"/network", "/network/"}) {
        const auto answer = ask_plain(path);
        ASSERT_EQ(answer.status, 200) << path;
        const auto version = answer["versions"].as_array().at(0);
        EXPECT_EQ(version.text("id"), "v2.0");
        EXPECT_EQ(version.text("status"), "CURRENT");
        EXPECT_TRUE(version["links"].as_array().at(0).text("href").ends_with("/network/v2.0/"));
    }
    EXPECT_EQ(ask_plain("/network/v2.0").status, 200);
    EXPECT_EQ(ask_plain("/network/v2.0/networks").status, 401);
}

TEST_F(DiscoveryApi, AnnouncesOnlyWhatItHas) {
    const auto listed = get("/extensions");
    for (const auto& extension : listed["extensions"].as_array()) {
        const auto alone = get("/extensions/" + extension.text("alias"));
        EXPECT_EQ(alone["extension"], extension);
    }
    EXPECT_EQ(get("/extensions/router").status, 404);
    EXPECT_EQ(get("/routers").status, 404);
    EXPECT_EQ(get("/floatingips").status, 404);
}

TEST_F(DiscoveryApi, HasOneAvailabilityZone) {
    const auto zone = get("/availability_zones")["availability_zones"].as_array().at(0);
    EXPECT_EQ(zone.text("name"), "nova");
    EXPECT_EQ(zone.text("resource"), "network");
}

class TagsApi : public NetworkWorld {};

TEST_F(TagsApi, ArePutOnEveryResourceAndFilteredBy) {
    const auto net = make_net();
    const auto subnet = make_subnet(net);
    const auto port = make_port(net);
    const auto group = make("/security-groups", "security_group", R"("name": "x")");
    for (const auto& path : {"/networks/" + net, "/subnets/" + subnet, "/ports/" + port,
                             "/security-groups/" + group}) {
        EXPECT_EQ(put(path + "/tags", R"({"tags": ["b", "a", "a"]})").status, 200) << path;
        EXPECT_EQ(get(path + "/tags")["tags"].as_array().size(), 2u);
        EXPECT_EQ(put(path + "/tags/c", "").status, 201);
        EXPECT_EQ(get(path + "/tags/c").status, 204);
        EXPECT_EQ(remove(path + "/tags/a").status, 204);
        EXPECT_EQ(get(path + "/tags/a").error(), "TagNotFound");
        EXPECT_EQ(get(path + "/tags", "p2:member").status, 404);
        EXPECT_EQ(put(path + "/tags/x,y", "").status, 400);
    }
    EXPECT_EQ(get("/networks?tags=b,c")["networks"].as_array().size(), 1u);
    EXPECT_EQ(get("/networks?tags=a,c")["networks"].as_array().size(), 0u);
    EXPECT_EQ(get("/networks?tags-any=a,c")["networks"].as_array().size(), 1u);
    EXPECT_EQ(get("/networks?not-tags=b,c")["networks"].as_array().size(), 0u);
    EXPECT_EQ(get("/networks?not-tags-any=z")["networks"].as_array().size(), 1u);
    EXPECT_EQ(show("ports", "port", port)["tags"].as_array().size(), 2u);
    EXPECT_EQ(remove("/ports/" + port + "/tags").status, 204);
    EXPECT_EQ(get("/ports/" + port + "/tags")["tags"].as_array().size(), 0u);
    EXPECT_EQ(get("/routers/" + port + "/tags").status, 404);
}

class AgentsApi : public NetworkWorld {};

TEST_F(AgentsApi, ShowsTheHostThatWasHeardOf) {
    loops.run(network->start_host());
    const auto listed = get("/agents", "p0:admin");
    const auto& agents = listed["agents"].as_array();
    ASSERT_EQ(agents.size(), 1u) << listed.body;
    EXPECT_EQ(agents[0].text("host"), "host1");
    EXPECT_TRUE(agents[0].boolean("alive"));
    EXPECT_EQ(agents[0]["configurations"].text("driver"), "fake");
    EXPECT_EQ(get("/agents").status, 403);
    const auto path = "/agents/" + agents[0].text("id");
    EXPECT_EQ(get(path, "p0:admin")["agent"].text("id"), agents[0].text("id"));
    EXPECT_EQ(
        put(path, R"({"agent": {"description": "d"}})", "p0:admin")["agent"].text("description"),
        "d");
    EXPECT_EQ(remove(path, "p0:admin").status, 204);
    EXPECT_EQ(get(path, "p0:admin").error(), "AgentNotFound");
    loops.run(network->stop_host());
}

}  // namespace
}  // namespace welkin::network
