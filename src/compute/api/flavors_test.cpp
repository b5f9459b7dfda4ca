#include "compute/compute_world.h"

namespace welkin::compute {
namespace {

using Flavors = ComputeWorld;

TEST_F(Flavors, AreMadeShownAndDeletedByAdmins) {
    const auto made = post("/flavors",
                           R"({"flavor": {"id": "7", "name": "tiny", "ram": "64", "vcpus": 1,)"
                           R"( "disk": 0, "description": "d"}})",
                           admin);
    ASSERT_EQ(made.status, 200) << made.body;
    const auto flavor = made.json()["flavor"];
    EXPECT_EQ(flavor.integer("ram"), 64);
    EXPECT_EQ(flavor.integer("swap", -1), 0);
    EXPECT_EQ(flavor.text("description"), "d");
    EXPECT_TRUE(flavor["extra_specs"].is_object());
    EXPECT_EQ(flavor["links"].as_array().size(), 2u);

    const auto old = get("/flavors/7", member, "2.1").json()["flavor"];
    EXPECT_EQ(old.text("swap", "missing"), "");
    EXPECT_EQ(old.find("description"), nullptr);
    EXPECT_EQ(old.find("extra_specs"), nullptr);

    EXPECT_EQ(erase("/flavors/7", member).status, 403);
    EXPECT_EQ(erase("/flavors/7", admin).status, 202);
    const auto gone = get("/flavors/7");
    EXPECT_EQ(gone.status, 404);
    EXPECT_EQ(gone.message(), "Flavor 7 could not be found.");
}

TEST_F(Flavors, BadOnesAreRefused) {
    const auto refused = [&](const char* body) { return post("/flavors", body, admin).status; };
    EXPECT_EQ(refused(R"({"flavor": {"name": "x", "ram": 0, "vcpus": 1, "disk": 1}})"), 400);
    EXPECT_EQ(refused(R"({"flavor": {"name": "x", "ram": 1, "vcpus": 1}})"), 400);
    EXPECT_EQ(refused(R"({"flavor": {"name": "", "ram": 1, "vcpus": 1, "disk": 1}})"), 400);
    EXPECT_EQ(refused(R"({"flavor": {"name": "x", "ram": 1, "vcpus": 1, "disk": 1, "y": 1}})"),
              400);
    add_flavor("1");
    EXPECT_EQ(refused(R"({"flavor": {"id": "1", "name": "z", "ram": 1, "vcpus": 1, "disk": 1}})"),
              409);
    EXPECT_EQ(refused(R"({"flavor": {"id": "2", "name": "f-1", "ram": 1, "vcpus": 1, "disk": 1}})"),
              409);
}

TEST_F(Flavors, ListsFilterSortAndPage) {
    add_flavor("1", R"("ram": 64, "vcpus": 1)");
    add_flavor("2", R"("ram": 512, "vcpus": 1)");
    add_flavor("3", R"("ram": 256, "vcpus": 1)");
    EXPECT_EQ(get("/flavors?minRam=256").json()["flavors"].as_array().size(), 2u);
    EXPECT_EQ(get("/flavors?minRam=x").status, 400);
    EXPECT_EQ(get("/flavors?nonsense=1").status, 400);
    EXPECT_EQ(get("/flavors?nonsense=1", member, "2.1").status, 200);
    const auto page = get("/flavors/detail?limit=2&sort_key=memory_mb&sort_dir=desc").json();
    ASSERT_EQ(page["flavors"].as_array().size(), 2u);
    EXPECT_EQ(page["flavors"].as_array()[0].text("id"), "2");
    EXPECT_NE(page.find("flavors_links"), nullptr);
    const auto rest = get("/flavors?limit=2&marker=3&sort_key=memory_mb&sort_dir=desc").json();
    ASSERT_EQ(rest["flavors"].as_array().size(), 1u);
    EXPECT_EQ(rest["flavors"].as_array()[0].text("id"), "1");
}

TEST_F(Flavors, PrivateOnesAreSeenByThoseWithAccess) {
    add_flavor("9", R"("ram": 64, "vcpus": 1, "os-flavor-access:is_public": false)");
    EXPECT_EQ(get("/flavors/9").status, 404);
    EXPECT_EQ(get("/flavors").json()["flavors"].as_array().size(), 0u);
    const auto added = post("/flavors/9/action", R"({"addTenantAccess": {"tenant": "p1"}})", admin);
    ASSERT_EQ(added.status, 200) << added.body;
    EXPECT_EQ(added.json()["flavor_access"].as_array()[0].text("tenant_id"), "p1");
    EXPECT_EQ(get("/flavors/9").status, 200);
    EXPECT_EQ(get("/flavors").json()["flavors"].as_array().size(), 1u);
    EXPECT_EQ(post("/flavors/9/action", R"({"addTenantAccess": {"tenant": "p1"}})", admin).status,
              409);
    EXPECT_EQ(
        post("/flavors/9/action", R"({"removeTenantAccess": {"tenant": "p1"}})", admin).status,
        200);
    EXPECT_EQ(
        post("/flavors/9/action", R"({"removeTenantAccess": {"tenant": "p1"}})", admin).status,
        404);
}

TEST_F(Flavors, ExtraSpecsAreSetAndRemovedOneByOne) {
    add_flavor("1");
    const std::string path = "/flavors/1/os-extra_specs";
    EXPECT_EQ(post(path, R"({"extra_specs": {"hw:a": "1", "b": 2}})", admin).status, 200);
    EXPECT_EQ(get(path).json()["extra_specs"].text("b"), "2");
    EXPECT_EQ(put(path + "/b", R"({"b": "3"})", admin).status, 200);
    EXPECT_EQ(get(path + "/b").json().text("b"), "3");
    EXPECT_EQ(put(path + "/b", R"({"c": "3"})", admin).status, 400);
    EXPECT_EQ(erase(path + "/b", admin).status, 200);
    EXPECT_EQ(erase(path + "/b", admin).status, 404);
    EXPECT_EQ(post(path, R"({"extra_specs": {"k/k": "1"}})", admin).status, 400);
}

TEST_F(Flavors, KeypairsBelongToTheirUser) {
    const auto made = post("/os-keypairs", R"({"keypair": {"name": "k"}})", member, "2.2");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_TRUE(made.json()["keypair"].text("private_key").starts_with("-----BEGIN RSA"));
    EXPECT_EQ(made.json()["keypair"].text("user_id"), "user-p1");
    EXPECT_EQ(post("/os-keypairs", R"({"keypair": {"name": "k"}})", member, "2.2").status, 409);
    EXPECT_EQ(post("/os-keypairs", R"({"keypair": {"name": "n"}})", member, "2.92").status, 400);
    EXPECT_EQ(post("/os-keypairs", R"({"keypair": {"name": "n", "public_key": "x"}})").status, 400);
    const auto shown = get("/os-keypairs/k").json()["keypair"];
    EXPECT_EQ(shown.text("type"), "ssh");
    EXPECT_EQ(shown.find("private_key"), nullptr);
    EXPECT_EQ(get("/os-keypairs", member, "2.1").json()["keypairs"].as_array().size(), 1u);
    EXPECT_EQ(get("/os-keypairs", other).json()["keypairs"].as_array().size(), 0u);
    EXPECT_EQ(get("/os-keypairs?user_id=user-p1", other).status, 403);
    EXPECT_EQ(get("/os-keypairs/k?user_id=user-p1", admin).status, 200);
    EXPECT_EQ(erase("/os-keypairs/k").status, 204);
    EXPECT_EQ(erase("/os-keypairs/k").status, 404);
}

}  // namespace
}  // namespace welkin::compute
