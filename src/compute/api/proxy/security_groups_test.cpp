#include "compute/compute_world.h"

namespace welkin::compute {
namespace {

class SecurityGroups : public ComputeWorld {
protected:
    json::Value add_group(const std::string& name) {
        const auto answer =
            post("/os-security-groups",
                 R"({"security_group": {"name": ")" + name + R"(", "description": "doors"}})",
                 member, "2.1");
        EXPECT_EQ(answer.status, 200) << answer.body;
        return answer.json()["security_group"];
    }
    Answer add_rule(const std::string& group, const std::string& more) {
        return post("/os-security-group-rules",
                    R"({"security_group_rule": {"parent_group_id": ")" + group + "\"" + more + "}}",
                    member, "2.1");
    }
};

TEST_F(SecurityGroups, AreThoseOfNetworkInTheOldShape) {
    const auto made = add_group("web");
    EXPECT_EQ(made["rules"], json::Value(json::Array{}));
    const auto id = made.text("id");
    const auto rule = add_rule(
        id, R"(, "ip_protocol": "tcp", "from_port": 80, "to_port": 81, "cidr": "10.0.0.0/8")");
    ASSERT_EQ(rule.status, 200) << rule.body;
    const auto shown = get("/os-security-groups/" + id, member, "2.1").json()["security_group"];
    ASSERT_EQ(shown["rules"].as_array().size(), 1u);
    const auto& first = shown["rules"].as_array().front();
    EXPECT_EQ(first.text("ip_protocol"), "tcp");
    EXPECT_EQ(first.integer("from_port"), 80);
    EXPECT_EQ(first["ip_range"].text("cidr"), "10.0.0.0/8");
    EXPECT_EQ(first["group"], json::Value(json::Object{}));
    const auto names = get("/os-security-groups", member, "2.1").json()["security_groups"];
    EXPECT_EQ(names.as_array().size(), 2u) << "the default one and ours";
    EXPECT_EQ(
        ask(http::Method::GET, "/security-groups/" + id, {}, member, "", "/network/v2.0").status,
        200);
    EXPECT_EQ(erase("/os-security-group-rules/" + first.text("id"), member, "2.1").status, 202);
    EXPECT_EQ(erase("/os-security-groups/" + id, member, "2.1").status, 202);
}

TEST_F(SecurityGroups, RefuseInTheOldWay) {
    const auto id = add_group("web").text("id");
    const auto tcp = [&](const char* ports) {
        return add_rule(id, std::string(R"(, "ip_protocol": "tcp")") + ports).status;
    };
    EXPECT_EQ(tcp(R"(, "from_port": 80, "to_port": 80)"), 200);
    EXPECT_EQ(tcp(R"(, "from_port": 80, "to_port": 80)"), 400) << "the same again";
    EXPECT_EQ(tcp(R"(, "from_port": 90, "to_port": 80)"), 400);
    EXPECT_EQ(tcp(R"(, "from_port": -1, "to_port": 80)"), 400);
    EXPECT_EQ(add_rule(id, R"(, "ip_protocol": "gre", "from_port": 1, "to_port": 2)").status, 400);
    EXPECT_EQ(tcp(R"(, "from_port": 81, "to_port": 81, "cidr": ["10.0.0.0/8"])"), 400);
    EXPECT_EQ(
        post("/os-security-groups", R"({"security_group": {"name": " "}})", member, "2.1").status,
        400);
    EXPECT_EQ(get("/os-security-groups/" + id, other, "2.1").status, 404);
    EXPECT_EQ(get("/os-security-groups", member, "2.36").status, 404);
}

TEST_F(SecurityGroups, OfAServerAreThoseOfItsPorts) {
    add_flavor("1");
    add_group("web");
    const auto id = add_server(add_image(), R"([{"uuid": ")" + add_network() + R"("}])",
                               R"(, "security_groups": [{"name": "web"}])");
    const auto groups =
        get("/servers/" + id + "/os-security-groups").json()["security_groups"].as_array();
    ASSERT_EQ(groups.size(), 1u);
    EXPECT_EQ(groups[0].text("name"), "web");
    // A group in use is not deleted: 400 here, where network says 409.
    EXPECT_EQ(erase("/os-security-groups/" + groups[0].text("id"), member, "2.1").status, 400);
}

}  // namespace
}  // namespace welkin::compute
