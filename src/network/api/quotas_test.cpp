#include "network/api/quotas.h"

#include "network/network_world.h"

namespace welkin::network {
namespace {

class QuotasApi : public NetworkWorld {};

TEST_F(QuotasApi, AreTheDefaultsUntilAnAdministratorSaysOtherwise) {
    EXPECT_EQ(get("/quotas/p1")["quota"].integer("network"), 100);
    EXPECT_EQ(put("/quotas/p1", R"({"quota": {"network": 7}})").status, 403);
    EXPECT_EQ(get("/quotas/p1", "p2:member").status, 403);
    EXPECT_EQ(get("/quotas").status, 403);
    EXPECT_EQ(
        put("/quotas/p1", R"({"quota": {"network": 7}})", "p0:admin")["quota"].integer("network"),
        7);
    EXPECT_EQ(get("/quotas/p1")["quota"].integer("network"), 7);
    EXPECT_EQ(get("/quotas/p1/default")["quota"].integer("network"), 100);
    const auto all = get("/quotas", "p0:admin");
    EXPECT_EQ(all["quotas"].as_array().at(0).text("project_id"), "p1");
    EXPECT_EQ(remove("/quotas/p1", "p0:admin").status, 204);
    EXPECT_EQ(get("/quotas", "p0:admin")["quotas"].as_array().size(), 0u);
    EXPECT_EQ(remove("/quotas/p1", "p0:admin").error(), "TenantQuotaNotFound");
}

TEST_F(QuotasApi, CountWhatIsThere) {
    make_net();
    const auto details = get("/quotas/p1/details.json");
    EXPECT_EQ(details["quota"]["network"].integer("used"), 1);
    EXPECT_EQ(details["quota"]["network"].integer("limit"), 100);
    EXPECT_EQ(details["quota"]["network"].integer("reserved", -1), 0);
}

TEST_F(QuotasApi, RefuseWhatIsNoLimit) {
    for (const auto* body : {R"({"quota": {"network": -2}})", R"({"quota": {"network": "x"}})",
                             R"({"quota": {"nonsense": 1}})", R"({"quota": 5})"}) {
        EXPECT_EQ(put("/quotas/p1", body, "p0:admin").status, 400) << body;
    }
    EXPECT_EQ(put("/quotas/p1", R"({"quota": {"network": "-1"}})", "p0:admin").status, 200);
}

TEST_F(QuotasApi, HoldForEveryResource) {
    put("/quotas/p1",
        R"({"quota": {"network": 1, "subnet": 1, "security_group": 1, "security_group_rule": 6}})",
        "p0:admin");
    const auto net = make_net();
    EXPECT_EQ(post("/networks", R"({"network": {}})").error(), "OverQuota");
    make_subnet(net);
    EXPECT_EQ(post("/subnets", R"({"subnet": {"ip_version": 4, "cidr": "10.3.0.0/24",
                                   "network_id": ")" +
                                   net + "\"}}")
                  .error(),
              "OverQuota");
    EXPECT_EQ(post("/security-groups", R"({"security_group": {"name": "x"}})").error(), "OverQuota")
        << "the default group counts";
}

}  // namespace
}  // namespace welkin::network
