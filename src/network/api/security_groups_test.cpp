#include "network/api/security_groups.h"

#include "network/network_world.h"

namespace welkin::network {
namespace {

class SecurityGroupsApi : public NetworkWorld {
protected:
    Answer add_rule(const std::string& group, const std::string& more) {
        return post("/security-group-rules",
                    fmt::format(R"({{"security_group_rule": {{"security_group_id": "{}",
                                   "direction": "ingress", {}}}}})",
                                group, more));
    }
};

TEST_F(SecurityGroupsApi, MakesTheDefaultGroupOnTheFirstLook) {
    const auto listed = get("/security-groups");
    const auto& groups = listed["security_groups"].as_array();
    ASSERT_EQ(groups.size(), 1u);
    EXPECT_EQ(groups[0].text("name"), "default");
    EXPECT_EQ(groups[0]["security_group_rules"].as_array().size(), 4u);
    EXPECT_EQ(get("/security-groups")["security_groups"].as_array().size(), 1u);
    EXPECT_EQ(get("/security-groups", "p2:member")["security_groups"].as_array().size(), 1u);
    EXPECT_EQ(get("/security-group-rules")["security_group_rules"].as_array().size(), 4u);
}

TEST_F(SecurityGroupsApi, ProtectsTheDefaultGroup) {
    const auto id = get("/security-groups")["security_groups"].as_array().at(0).text("id");
    const auto create = post("/security-groups", R"({"security_group": {"name": "default"}})");
    EXPECT_EQ(create.error(), "SecurityGroupDefaultAlreadyExists");
    const auto rename = put("/security-groups/" + id, R"({"security_group": {"name": "x"}})");
    EXPECT_EQ(rename.error(), "SecurityGroupCannotUpdateDefault");
    EXPECT_EQ(remove("/security-groups/" + id).error(), "SecurityGroupCannotRemoveDefault");
    EXPECT_EQ(put("/security-groups/" + id, R"({"security_group": {"description": "d"}})").status,
              200);
}

TEST_F(SecurityGroupsApi, StartsANewGroupWithEverythingOut) {
    const auto id = make("/security-groups", "security_group", R"("name": "web")");
    const auto group = show("security-groups", "security_group", id);
    const auto& rules = group["security_group_rules"].as_array();
    ASSERT_EQ(rules.size(), 2u);
    EXPECT_EQ(rules[0].text("direction"), "egress");
    EXPECT_EQ(get("/security-groups/" + id, "p2:member").error(), "SecurityGroupNotFound");
    EXPECT_EQ(post("/security-groups", R"({"security_group": {"stateful": false}})").status, 400);
}

TEST_F(SecurityGroupsApi, TakesRulesOnceEach) {
    const auto id = make("/security-groups", "security_group", R"("name": "web")");
    const auto rule =
        add_rule(id, R"("protocol": "tcp", "port_range_min": 22, "port_range_max": 22)");
    ASSERT_EQ(rule.status, 201) << rule.body;
    const auto shown = rule["security_group_rule"];
    EXPECT_EQ(shown.text("ethertype"), "IPv4");
    EXPECT_EQ(shown.text("project_id"), "p1");
    EXPECT_TRUE(shown["remote_ip_prefix"].is_null());
    EXPECT_EQ(
        add_rule(id, R"("protocol": 6, "port_range_min": "22", "port_range_max": 22)").error(),
        "SecurityGroupRuleExists");
    EXPECT_EQ(add_rule(id, R"("protocol": "tcp", "remote_group_id": "nonsense")").error(),
              "SecurityGroupNotFound");
    EXPECT_EQ(add_rule("nonsense", R"("protocol": "tcp")").error(), "SecurityGroupNotFound");
    EXPECT_EQ(
        add_rule(id, R"("protocol": "icmp", "port_range_min": 8, "port_range_max": 0)").status,
        201);
    EXPECT_EQ(add_rule(id, R"("remote_group_id": ")" + id + "\"").status, 201);

    const auto rule_id = shown.text("id");
    EXPECT_EQ(show("security-group-rules", "security_group_rule", rule_id), shown);
    EXPECT_EQ(remove("/security-group-rules/" + rule_id, "p2:member").status, 404);
    EXPECT_EQ(remove("/security-group-rules/" + rule_id).status, 204);
    EXPECT_EQ(get("/security-group-rules/" + rule_id).error(), "SecurityGroupRuleNotFound");
}

TEST_F(SecurityGroupsApi, GoesWithTheRulesThatNameItButNotWhileInUse) {
    const auto net = make_net();
    const auto id = make("/security-groups", "security_group", R"("name": "a")");
    const auto other = make("/security-groups", "security_group", R"("name": "b")");
    const auto rule = add_rule(other, R"("remote_group_id": ")" + id + "\"");
    const auto port = make_port(net, R"("security_groups": [")" + id + "\"]");
    EXPECT_EQ(remove("/security-groups/" + id).error(), "SecurityGroupInUse");
    EXPECT_EQ(remove("/ports/" + port).status, 204);
    EXPECT_EQ(remove("/security-groups/" + id).status, 204);
    EXPECT_EQ(get("/security-group-rules/" + rule["security_group_rule"].text("id")).status, 404);
}

TEST_F(SecurityGroupsApi, FiltersByName) {
    make("/security-groups", "security_group", R"("name": "web")");
    EXPECT_EQ(get("/security-groups?name=web")["security_groups"].as_array().size(), 1u);
    EXPECT_EQ(
        get("/security-group-rules?direction=egress")["security_group_rules"].as_array().size(),
        4u);
}

}  // namespace
}  // namespace welkin::network
