#include "compute/compute_world.h"

namespace welkin::compute {
namespace {

class Servers : public ComputeWorld {
protected:
    Servers() {
        add_flavor("1");
        image = add_image();
    }
    std::string image;
};

TEST_F(Servers, AreBuiltShownAndDeletedWithoutATrace) {
    const auto net = add_network();
    const auto made = post("/servers", server_body(image, R"([{"uuid": ")" + net + R"("}])"));
    ASSERT_EQ(made.status, 202) << made.body;
    const auto reply = made.json()["server"];
    const auto id = reply.text("id");
    EXPECT_FALSE(reply.text("adminPass").empty());
    EXPECT_TRUE(made.headers.get("Location").ends_with("/servers/" + id));
    settle();

    const auto server = show(id);
    EXPECT_EQ(server.text("status"), "ACTIVE") << json::to_string(server);
    EXPECT_EQ(server.integer("OS-EXT-STS:power_state"), 1);
    EXPECT_TRUE(server["OS-EXT-STS:task_state"].is_null());
    EXPECT_EQ(server["addresses"]["net"].as_array().size(), 1u);
    EXPECT_EQ(server["security_groups"].as_array()[0].text("name"), "default");
    EXPECT_EQ(server["flavor"].text("original_name"), "f-1");
    EXPECT_EQ(server["image"].text("id"), image);
    EXPECT_EQ(server.text("hostId").size(), 56u);
    EXPECT_EQ(guests(), 1u);
    EXPECT_EQ(leftovers(), 2);  // the claim and the port

    EXPECT_EQ(erase("/servers/" + id).status, 204);
    settle();
    EXPECT_EQ(get("/servers/" + id).status, 404);
    EXPECT_EQ(guests(), 0u);
    EXPECT_EQ(leftovers(), 0);
}

TEST_F(Servers, TheViewDependsOnTheVersionAndTheCaller) {
    const auto id = add_server(image);
    const auto oldest = get("/servers/" + id, member, "2.1").json()["server"];
    EXPECT_EQ(oldest["flavor"].text("id"), "1");
    for (const char* later :
         {"locked", "description", "tags", "host_status", "server_groups", "locked_reason",
          "trusted_image_certificates", "OS-EXT-SRV-ATTR:hostname", "OS-EXT-SRV-ATTR:host"}) {
        EXPECT_EQ(oldest.find(later), nullptr) << later;
    }
    const auto newest = show(id);
    for (const char* later : {"locked", "description", "tags", "server_groups", "locked_reason",
                              "trusted_image_certificates", "OS-EXT-SRV-ATTR:hostname"}) {
        EXPECT_NE(newest.find(later), nullptr) << later;
    }
    EXPECT_EQ(newest.find("OS-EXT-SRV-ATTR:host"), nullptr);
    const auto for_admin = show(id, admin);
    EXPECT_EQ(for_admin.text("OS-EXT-SRV-ATTR:host"), "host1");
    EXPECT_EQ(for_admin.text("host_status"), "UP");
    EXPECT_EQ(
        get("/servers/" + id, admin, "2.2").json()["server"].find("OS-EXT-SRV-ATTR:reservation_id"),
        nullptr);
}

TEST_F(Servers, OfAnotherProjectDoNotExist) {
    const auto id = add_server(image);
    EXPECT_EQ(get("/servers/" + id, other).status, 404);
    EXPECT_EQ(erase("/servers/" + id, other).status, 404);
    EXPECT_EQ(put("/servers/" + id, R"({"server": {"name": "x"}})", other).status, 404);
    EXPECT_EQ(act(id, R"({"os-stop": null})", other).status, 404);
    EXPECT_EQ(get("/servers/" + id + "/metadata", other).status, 404);
    EXPECT_EQ(get("/servers/" + id + "/os-instance-actions", other).status, 404);
    EXPECT_EQ(get("/servers", other).json()["servers"].as_array().size(), 0u);
    EXPECT_EQ(get("/servers?all_tenants=1", other).status, 403);
    EXPECT_EQ(get("/servers?all_tenants=1", admin).json()["servers"].as_array().size(), 1u);
    EXPECT_EQ(act(id, R"({"os-stop": null})", "p1:reader").status, 403);
}

TEST_F(Servers, WhatDoesNotFitTogetherIsRefusedBeforeAnythingIsMade) {
    const auto refused = [&](const std::string& body, std::string version = "2.93") {
        return post("/servers", body, member, version).status;
    };
    const std::string none = R"("none")";
    EXPECT_EQ(refused(server_body("not-an-id", none)), 400);
    EXPECT_EQ(refused(server_body("12345678-1234-1234-1234-123456789012", none)), 400);
    EXPECT_EQ(refused(server_body(image, none, R"(, "key_name": "nokey")")), 400);
    EXPECT_EQ(refused(server_body(image, none, R"(, "user_data": "not base64!")")), 400);
    EXPECT_EQ(refused(server_body(image, none, R"(, "metadata": {"a": 1})")), 400);
    EXPECT_EQ(refused(server_body(image, none, R"(, "min_count": 3, "max_count": 2)")), 400);
    EXPECT_EQ(refused(server_body(image, none, R"(, "availability_zone": "mars")")), 400);
    EXPECT_EQ(refused(server_body(image, none, R"(, "availability_zone": "nova:host1")")), 403);
    EXPECT_EQ(refused(server_body(image, none, R"(, "accessIPv4": "1.2.3")")), 400);
    EXPECT_EQ(refused(server_body(image, none, R"(, "unknown": 1)")), 400);
    EXPECT_EQ(refused(server_body(image, none, R"(, "tags": ["a/b"])")), 400);
    EXPECT_EQ(refused(server_body(image, none, R"(, "tags": ["a"])"), "2.51"), 400);
    EXPECT_EQ(refused(server_body(image, R"([{"uuid": "bad"}])")), 400);
    EXPECT_EQ(
        refused(R"({"server": {"name": "s", "imageRef": ")" + image + R"(", "flavorRef": "1"}})"),
        400);
    EXPECT_EQ(refused(R"({"server": {"name": "s", "imageRef": ")" + image +
                      R"(", "flavorRef": "none", "networks": "none"}})"),
              400);
    const auto large = add_image(R"(, "min_ram": 4096)");
    EXPECT_EQ(refused(server_body(large, none)), 400);
    EXPECT_EQ(get("/servers").json()["servers"].as_array().size(), 0u);
    EXPECT_EQ(leftovers(), 0);
}

TEST_F(Servers, WithoutAHostAreInErrorAndSayWhy) {
    add_flavor("big", R"("ram": 64000000, "vcpus": 1)");
    put("/os-quota-class-sets/default", R"({"quota_class_set": {"ram": -1}})", admin);
    const auto made = post("/servers", R"({"server": {"name": "s", "imageRef": ")" + image +
                                           R"(", "flavorRef": "big", "networks": "none"}})");
    ASSERT_EQ(made.status, 202) << made.body;
    const auto id = made.json()["server"].text("id");
    const auto server = show(id);
    EXPECT_EQ(server.text("status"), "ERROR");
    EXPECT_EQ(server["fault"].integer("code"), 500);
    EXPECT_TRUE(
        server["fault"].text("message").starts_with("No valid host was found. host1: RamFilter "))
        << server["fault"].text("message");
    EXPECT_EQ(leftovers(), 0);
    EXPECT_EQ(erase("/servers/" + id).status, 204);
    EXPECT_EQ(get("/servers/" + id).status, 404);
}

TEST_F(Servers, CountAgainstTheQuotaAndFreeIt) {
    put("/os-quota-class-sets/default", R"({"quota_class_set": {"instances": 2}})", admin);
    add_server(image);
    const auto more = post("/servers", server_body(image, R"("none")", R"(, "min_count": 2)"));
    EXPECT_EQ(more.status, 403);
    EXPECT_EQ(more.message(),
              "Quota exceeded for instances: Requested 2, but already used 1 of 2 instances");
    const auto fewer =
        post("/servers", server_body(image, R"("none")", R"(, "min_count": 1, "max_count": 5)"));
    ASSERT_EQ(fewer.status, 202) << fewer.body;
    settle();
    EXPECT_EQ(get("/limits").json()["limits"]["absolute"].integer("totalInstancesUsed"), 2);
    EXPECT_EQ(erase("/servers/" + fewer.json()["server"].text("id")).status, 204);
    settle();
    EXPECT_EQ(get("/limits").json()["limits"]["absolute"].integer("totalInstancesUsed"), 1);
}

TEST_F(Servers, SeveralAreNumbered) {
    const auto made = post("/servers", server_body(image, R"("none")",
                                                   R"(, "min_count": 3, )"
                                                   R"("return_reservation_id": true)"));
    ASSERT_EQ(made.status, 202) << made.body;
    const auto reservation = made.json().text("reservation_id");
    settle();
    const auto listed =
        get("/servers?reservation_id=" + reservation + "&sort_key=display_name&sort_dir=asc")
            .json()["servers"];
    ASSERT_EQ(listed.as_array().size(), 3u);
    EXPECT_EQ(listed.as_array()[0].text("name"), "s-1");
    EXPECT_EQ(listed.as_array()[2].text("name"), "s-3");
}

TEST_F(Servers, ListsFilterSortPageAndRefuseUnknownFilters) {
    for (const char* more :
         {R"(, "metadata": {"a": "1"}, "tags": ["x", "y"])", R"(, "tags": ["x"])", ""}) {
        add_server(image, R"("none")", more);
    }
    const auto count = [&](const std::string& query, std::string version = "2.93") {
        const auto answer = get("/servers/detail?" + query, member, version);
        EXPECT_EQ(answer.status, 200) << query << answer.body;
        return answer.json()["servers"].as_array().size();
    };
    EXPECT_EQ(count(""), 3u);
    EXPECT_EQ(count("status=ACTIVE"), 3u);
    EXPECT_EQ(count("status=shutoff"), 0u);
    EXPECT_EQ(count("name=^s$"), 3u);
    EXPECT_EQ(count("name=^x"), 0u);
    EXPECT_EQ(count("tags=x,y"), 1u);
    EXPECT_EQ(count("tags-any=x,y"), 2u);
    EXPECT_EQ(count("not-tags-any=x"), 1u);
    EXPECT_EQ(count("flavor=1&image=" + image), 3u);
    EXPECT_EQ(count("flavor=2"), 0u);
    EXPECT_EQ(count("changes-since=2199-01-01T00:00:00Z"), 0u);
    EXPECT_EQ(count("limit=2"), 2u);
    EXPECT_EQ(count("unknown=1", "2.1"), 3u);
    for (const char* bad : {"unknown=1", "status=nonsense", "limit=-1", "limit=x", "marker=none",
                            "sort_key=nonsense", "changes-since=yesterday", "services=x"}) {
        EXPECT_EQ(get(std::string("/servers?") + bad).status, 400) << bad;
    }
    const auto first = get("/servers?limit=2").json();
    const auto last = first["servers"].as_array().back().text("id");
    EXPECT_NE(first["servers_links"].as_array()[0].text("href").find("marker=" + last),
              std::string::npos);
    EXPECT_EQ(get("/servers?limit=2&marker=" + last).json()["servers"].as_array().size(), 1u);
}

TEST_F(Servers, AreRenamedAndDescribed) {
    const auto id = add_server(image);
    const auto changed =
        put("/servers/" + id, R"({"server": {"name": "new", "description": "d"}})");
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.json()["server"].text("name"), "new");
    EXPECT_EQ(show(id).text("description"), "d");
    EXPECT_EQ(put("/servers/" + id, R"({"server": {"name": ""}})").status, 400);
    EXPECT_EQ(put("/servers/" + id, R"({"server": {"status": "x"}})").status, 400);
    const auto old = put("/servers/" + id, R"({"server": {"name": "old"}})", member, "2.1");
    EXPECT_EQ(old.json()["server"].find("key_name"), nullptr);
}

TEST_F(Servers, MetadataAndTagsAreReadAndChanged) {
    const auto id = add_server(image, R"("none")", R"(, "metadata": {"a": "1"})");
    const auto path = "/servers/" + id + "/metadata";
    EXPECT_EQ(post(path, R"({"metadata": {"b": "2"}})").json()["metadata"].as_object().size(), 2u);
    EXPECT_EQ(put(path + "/b", R"({"meta": {"b": "3"}})").json()["meta"].text("b"), "3");
    EXPECT_EQ(put(path + "/b", R"({"meta": {"c": "3"}})").status, 400);
    EXPECT_EQ(put(path, R"({"metadata": {"z": "9"}})").status, 200);
    EXPECT_EQ(get(path + "/a").status, 404);
    EXPECT_EQ(erase(path + "/z").status, 204);
    EXPECT_EQ(erase(path + "/z").status, 404);

    const auto tags = "/servers/" + id + "/tags";
    EXPECT_EQ(put(tags, R"({"tags": ["b", "a", "a"]})").json()["tags"].as_array().size(), 2u);
    EXPECT_EQ(put(tags + "/c", "").status, 201);
    EXPECT_EQ(put(tags + "/c", "").status, 204);
    EXPECT_EQ(get(tags + "/c").status, 204);
    EXPECT_EQ(erase(tags + "/c").status, 204);
    EXPECT_EQ(get(tags + "/c").status, 404);
    EXPECT_EQ(get(tags, member, "2.25").status, 404);
    EXPECT_EQ(erase(tags).status, 204);
    EXPECT_EQ(get(tags).json()["tags"].as_array().size(), 0u);
}

TEST_F(Servers, WhatWasDoneIsListedEvenWhenTheyAreGone) {
    const auto id = add_server(image);
    act(id, R"({"os-stop": null})");
    settle();
    erase("/servers/" + id);
    settle();
    const auto path = "/servers/" + id + "/os-instance-actions";
    const auto actions = get(path).json()["instanceActions"].as_array();
    ASSERT_EQ(actions.size(), 3u);
    EXPECT_EQ(actions[0].text("action"), "delete");
    EXPECT_EQ(actions[1].text("action"), "stop");
    EXPECT_EQ(actions[2].text("action"), "create");
    const auto one = get(path + "/" + actions[1].text("request_id")).json()["instanceAction"];
    ASSERT_EQ(one["events"].as_array().size(), 1u) << json::to_string(one);
    EXPECT_EQ(one["events"].as_array()[0].text("result"), "Success");
    EXPECT_EQ(get(path, other).status, 404);
    EXPECT_EQ(get(path, member, "2.20").status, 404);
}

}  // namespace
}  // namespace welkin::compute
