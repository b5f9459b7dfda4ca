#include "image/api/members.h"

#include "image/image_test_world.h"

namespace welkin::image {
namespace {

using http::Method;

class MembersApi : public ImageWorld {
protected:
    Answer set(const std::string& member, const std::string& status, std::string token) {
        return ask(Method::PUT, members + "/" + member, R"({"status": ")" + status + "\"}",
                   std::move(token));
    }

    std::string id = create();
    std::string members = "/images/" + id + "/members";
};

TEST_F(MembersApi, AreAddedByTheOwnerAndAcceptThemselves) {
    const auto added = post(members, R"({"member": "p2"})");
    ASSERT_EQ(added.status, 200) << added.body;
    EXPECT_EQ(added["member_id"], json::Value("p2"));
    EXPECT_EQ(added["image_id"], json::Value(id));
    EXPECT_EQ(added["status"], json::Value("pending"));
    EXPECT_EQ(added["schema"], json::Value("/v2/schemas/member"));
    EXPECT_EQ(post(members, R"({"member": "p2"})").status, 409);

    EXPECT_EQ(set("p2", "accepted", "p1:member").status, 403) << "not the owner's to say";
    EXPECT_EQ(set("p2", "happy", "p2:member").status, 400);
    EXPECT_EQ(set("p2", "accepted", "p2:reader").status, 403);
    EXPECT_EQ(set("p2", "accepted", "p2:member")["status"], json::Value("accepted"));
    EXPECT_EQ(set("p2", "rejected", "p0:admin")["status"], json::Value("rejected"));
    EXPECT_EQ(set("p3", "accepted", "p2:member").status, 404);
}

TEST_F(MembersApi, AreSeenByTheOwnerAndEachByItself) {
    post(members, R"({"member": "p2"})");
    post(members, R"({"member": "p3"})");
    EXPECT_EQ(get(members).json()["members"].as_array().size(), 2u);
    EXPECT_EQ(get(members)["schema"], json::Value("/v2/schemas/members"));
    EXPECT_EQ(get(members, "p2:member").json()["members"].as_array().size(), 1u);
    EXPECT_EQ(get(members, "p4:member").status, 404);
    EXPECT_EQ(get(members + "/p3").status, 200);
    EXPECT_EQ(get(members + "/p3", "p3:member").status, 200);
    EXPECT_EQ(get(members + "/p3", "p2:member").status, 404);
    EXPECT_EQ(get(members + "/p4").status, 404);
}

TEST_F(MembersApi, AreRemovedByTheOwnerOnly) {
    post(members, R"({"member": "p2"})");
    EXPECT_EQ(ask(Method::DELETE, members + "/p2", "", "p2:member").status, 403);
    EXPECT_EQ(ask(Method::DELETE, members + "/p2").status, 204);
    EXPECT_EQ(ask(Method::DELETE, members + "/p2").status, 404);
    EXPECT_EQ(get("/images/" + id, "p2:member").status, 404);
}

TEST_F(MembersApi, CannotShareOnWhatIsSharedWithThem) {
    post(members, R"({"member": "p2"})");
    EXPECT_EQ(post(members, R"({"member": "p3"})", "p2:member").status, 403);
    EXPECT_EQ(post(members, R"({"member": "p3"})", "p4:member").status, 404);
}

TEST_F(MembersApi, NeedASharedImageAndAName) {
    EXPECT_EQ(post(members, R"({})").status, 400);
    EXPECT_EQ(post(members, R"({"member": ""})").status, 400);
    EXPECT_EQ(post(members, R"([])").status, 400);
    const auto mine = "/images/" + create(R"("visibility": "private")") + "/members";
    EXPECT_EQ(post(mine, R"({"member": "p2"})").status, 403);
    EXPECT_EQ(get(mine).status, 403);
}

TEST_F(MembersApi, GoWithTheirImage) {
    post(members, R"({"member": "p2"})");
    EXPECT_EQ(ask(Method::DELETE, "/images/" + id).status, 204);
    EXPECT_EQ(transact([](sql::Transaction& tx) {
                  return tx.query("SELECT member FROM image_member").size();
              }),
              0u);
}

}  // namespace
}  // namespace welkin::image
