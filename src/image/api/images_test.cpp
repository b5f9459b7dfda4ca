#include "image/api/images.h"

#include "image/image_test_world.h"

namespace welkin::image {
namespace {

using http::Method;

class ImagesApi : public ImageWorld {
protected:
    std::vector<std::string> names(const std::string& query, std::string token = "p1:member") {
        const auto answer = get("/images" + query, std::move(token));
        EXPECT_EQ(answer.status, 200) << answer.body;
        std::vector<std::string> found;
        for (const auto& image : answer.json()["images"].as_array()) {
            found.push_back(image.text("name"));
        }
        return found;
    }
    std::string create_named(const std::string& name, std::string more = "",
                             std::string token = "p1:member") {
        return create("\"name\": \"" + name + "\"" + (more.empty() ? "" : ", " + more),
                      std::move(token));
    }
};

using Names = std::vector<std::string>;

TEST_F(ImagesApi, MakesAQueuedImageWithItsDefaults) {
    const auto answer =
        post("/images", R"({"name": "a", "hw_disk_bus": "scsi", "tags": ["y", "x", "y"]})");
    ASSERT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(answer["status"], json::Value("queued"));
    EXPECT_EQ(answer["visibility"], json::Value("shared"));
    EXPECT_EQ(answer["owner"], json::Value("p1"));
    EXPECT_EQ(answer["hw_disk_bus"], json::Value("scsi"));
    EXPECT_EQ(answer["tags"], json::Value(json::Array{"x", "y"}));
    EXPECT_EQ(answer["protected"], json::Value(false));
    EXPECT_TRUE(answer["size"].is_null());
    EXPECT_TRUE(answer["disk_format"].is_null());
    EXPECT_TRUE(answer["os_hash_algo"].is_null());
    const auto id = answer["id"].as_string();
    EXPECT_EQ(answer["file"], json::Value("/v2/images/" + id + "/file"));
    EXPECT_EQ(answer.headers.get("Location"), "http://localhost/image/v2/images/" + id);
    EXPECT_EQ(answer.headers.get("OpenStack-image-import-methods"), "glance-direct");
    EXPECT_EQ(get("/images/" + id).body, answer.body);
}

TEST_F(ImagesApi, RefusesImagesThatCannotBe) {
    EXPECT_EQ(post("/images", R"([])").status, 400);
    EXPECT_EQ(post("/images", R"({"disk_format": "floppy"})").status, 400);
    EXPECT_EQ(post("/images", R"({"container_format": "box"})").status, 400);
    EXPECT_EQ(post("/images", R"({"visibility": "secret"})").status, 400);
    EXPECT_EQ(post("/images", R"({"min_disk": -1})").status, 400);
    EXPECT_EQ(post("/images", R"({"id": "abc"})").status, 400);
    EXPECT_EQ(post("/images", R"({"speed": 5})").status, 400) << "properties are strings";
    EXPECT_EQ(post("/images", "{\"" + std::string(256, 'k') + "\": \"v\"}").status, 400);
    EXPECT_EQ(post("/images", "{\"name\": \"" + std::string(256, 'n') + "\"}").status, 400);
    EXPECT_EQ(post("/images", R"({"status": "active"})").status, 403);
    EXPECT_EQ(post("/images", R"({"self": "/x"})").status, 403);
    EXPECT_EQ(post("/images", R"({"os_glance_foo": "x"})").status, 403);
    EXPECT_EQ(post("/images", R"({"deleted": "x"})").status, 403);
    EXPECT_EQ(get("/images")["images"], json::Value(json::Array{}));
}

TEST_F(ImagesApi, TakesAnIdOnce) {
    const auto* id = R"({"id": "11111111-2222-3333-4444-555555555555"})";
    EXPECT_EQ(post("/images", id).status, 201);
    EXPECT_EQ(post("/images", id).status, 409);
}

TEST_F(ImagesApi, LimitsPropertiesAndTags) {
    std::string many;
    for (int i = 0; i < 129; ++i) {
        many += fmt::format("{}\"k{}\": \"v\"", i == 0 ? "" : ", ", i);
    }
    EXPECT_EQ(post("/images", "{" + many + "}").status, 413);
}

TEST_F(ImagesApi, LetsOnlyAdministratorsPublishAndActForOthers) {
    EXPECT_EQ(post("/images", R"({"visibility": "public"})").status, 403);
    EXPECT_EQ(post("/images", R"({"visibility": "public"})", "p0:admin").status, 201);
    EXPECT_EQ(post("/images", R"({"owner": "p2"})").status, 403);
    EXPECT_EQ(post("/images", R"({"owner": "p2"})", "p0:admin").status, 201);
    EXPECT_EQ(post("/images", R"({"visibility": "community"})").status, 201);
    EXPECT_EQ(post("/images", R"({})", "p1:reader").status, 403);
    EXPECT_EQ(post("/images", R"({})", "").status, 401);
}

TEST_F(ImagesApi, ShowsWhatACallerMaySeeAndNothingElse) {
    const auto mine = create_named("private", R"("visibility": "private")");
    const auto shared = create_named("shared");
    const auto community = create_named("community", R"("visibility": "community")");
    const auto open = create_named("public", R"("visibility": "public")", "p0:admin");
    for (const auto& id : {mine, shared, community, open}) {
        EXPECT_EQ(get("/images/" + id).status, 200);
        EXPECT_EQ(get("/images/" + id, "p0:admin").status, 200);
    }
    EXPECT_EQ(get("/images/" + mine, "p2:member").status, 404);
    EXPECT_EQ(get("/images/" + shared, "p2:member").status, 404);
    EXPECT_EQ(get("/images/" + community, "p2:member").status, 200);
    EXPECT_EQ(get("/images/" + open, "p2:reader").status, 200);

    EXPECT_EQ(names("?sort=name:asc"), (Names{"community", "private", "public", "shared"}));
    EXPECT_EQ(names("?sort=name:asc", "p2:member"), (Names{"public"}));
    EXPECT_EQ(names("?sort=name:asc&visibility=community", "p2:member"), (Names{"community"}));
    EXPECT_EQ(names("?sort=name:asc&visibility=all", "p2:member"), (Names{"community", "public"}));
    EXPECT_EQ(names("?sort=name:asc&visibility=private", "p2:member"), (Names{}));
    EXPECT_EQ(names("?sort=name:asc", "p0:admin"), (Names{"private", "public", "shared"}));
}

TEST_F(ImagesApi, ListsImagesSharedWithTheCallerByWhatItSaidToThem) {
    const auto id = create_named("shared");
    EXPECT_EQ(post("/images/" + id + "/members", R"({"member": "p2"})").status, 200);
    EXPECT_EQ(get("/images/" + id, "p2:member").status, 200);
    EXPECT_EQ(names("", "p2:member"), Names{});
    EXPECT_EQ(names("?member_status=pending&visibility=shared", "p2:member"), (Names{"shared"}));
    EXPECT_EQ(names("?member_status=all", "p2:member"), (Names{"shared"}));
    EXPECT_EQ(
        ask(Method::PUT, "/images/" + id + "/members/p2", R"({"status": "accepted"})", "p2:member")
            .status,
        200);
    EXPECT_EQ(names("", "p2:member"), (Names{"shared"}));
}

TEST_F(ImagesApi, FiltersByFieldsTagsAndProperties) {
    create_named("a", R"("tags": ["red", "blue"], "os_distro": "debian", "min_ram": 64)");
    create_named("b", R"("tags": ["red"], "os_distro": "alpine", "protected": true)");
    create_named("c", R"("os_hidden": true)");
    EXPECT_EQ(names("?sort=name:asc"), (Names{"a", "b"}));
    EXPECT_EQ(names("?os_hidden=true"), (Names{"c"}));
    EXPECT_EQ(names("?name=a"), (Names{"a"}));
    EXPECT_EQ(names("?sort=name:asc&name=in:a,b"), (Names{"a", "b"}));
    EXPECT_EQ(names("?tag=red&tag=blue"), (Names{"a"}));
    EXPECT_EQ(names("?os_distro=alpine"), (Names{"b"}));
    EXPECT_EQ(names("?os_distro=slackware"), Names{});
    EXPECT_EQ(names("?protected=true"), (Names{"b"}));
    EXPECT_EQ(names("?min_ram=64"), (Names{"a"}));
    EXPECT_EQ(names("?status=active"), Names{});
    EXPECT_EQ(names("?sort=name:asc&status=queued"), (Names{"a", "b"}));
    EXPECT_EQ(names("?created_at=gt:2999-01-01T00:00:00Z"), Names{});
    EXPECT_EQ(names("?sort=name:asc&created_at=lt:2999-01-01T00:00:00Z"), (Names{"a", "b"}));
}

TEST_F(ImagesApi, RefusesListsThatMakeNoSense) {
    for (const auto* query :
         {"?limit=-1", "?limit=x", "?sort_key=owner", "?sort_dir=up", "?sort=name&sort_key=name",
          "?visibility=odd", "?member_status=odd", "?os_hidden=odd", "?protected=odd",
          "?size_min=odd", "?marker=nowhere", "?changes-since=2020-01-01T00:00:00Z",
          "?created_at=gt:yesterday"}) {
        EXPECT_EQ(get(std::string("/images") + query).status, 400) << query;
    }
}

TEST_F(ImagesApi, PagesThroughAllImagesOnce) {
    for (const auto* name : {"a", "b", "c", "d", "e"}) {
        create_named(name);
    }
    Names seen;
    std::string next = "/v2/images?limit=2&sort=name%3Aasc";
    for (int pages = 0; !next.empty() && pages < 9; ++pages) {
        const auto answer = get(next.substr(3));
        ASSERT_EQ(answer.status, 200) << answer.body;
        EXPECT_EQ(answer["first"], json::Value("/v2/images?limit=2&sort=name%3Aasc"));
        EXPECT_EQ(answer["schema"], json::Value("/v2/schemas/images"));
        const auto page = answer.json();
        for (const auto& one : page["images"].as_array()) {
            seen.push_back(one.text("name"));
        }
        next = page.text("next");
    }
    EXPECT_EQ(seen, (Names{"a", "b", "c", "d", "e"}));
    EXPECT_EQ(names("?limit=0"), Names{});
}

TEST_F(ImagesApi, ListsTheNewestFirst) {
    create_named("old");
    create_named("new");
    EXPECT_EQ(names(""), (Names{"new", "old"}));
}

TEST_F(ImagesApi, ChangesFieldsAndPropertiesByPatch) {
    const auto id = create_named("a", R"("gone": "x")");
    const auto answer = patch("/images/" + id, R"([
        {"op": "replace", "path": "/name", "value": "b"},
        {"op": "add", "path": "/os~1arch~0x", "value": "arm"},
        {"op": "remove", "path": "/gone"},
        {"op": "replace", "path": "/tags", "value": ["t"]},
        {"op": "add", "path": "/min_disk", "value": 3},
        {"op": "replace", "path": "/disk_format", "value": "qcow2"}])");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer["name"], json::Value("b"));
    EXPECT_EQ(answer["os/arch~x"], json::Value("arm"));
    EXPECT_TRUE(answer["gone"].is_null());
    EXPECT_EQ(answer["min_disk"], json::Value(3));
    EXPECT_EQ(answer["disk_format"], json::Value("qcow2"));
    EXPECT_EQ(get("/images/" + id).body, answer.body);
}

TEST_F(ImagesApi, UnderstandsTheOldPatchForm) {
    const auto id = create_named("a", R"("there": "x")");
    const auto old = [&](std::string body) {
        return ask(Method::PATCH, "/images/" + id, std::move(body), "p1:member",
                   "application/openstack-images-v2.0-json-patch");
    };
    EXPECT_EQ(old(R"([{"replace": "/name", "value": "b"}])").status, 200);
    EXPECT_EQ(old(R"([{"add": "/new", "value": "b"}, {"remove": "/there"}])").status, 200);
    EXPECT_EQ(old(R"([{"add": "/new", "value": "c"}])").status, 409);
    EXPECT_EQ(old(R"([{"add": "/name", "value": "c"}])").status, 409);
    EXPECT_EQ(old(R"([{"add": "/x", "remove": "/y", "value": "c"}])").status, 400);
    EXPECT_EQ(old(R"([{"value": "c"}])").status, 400);
    EXPECT_EQ(get("/images/" + id)["new"], json::Value("b"));
}

TEST_F(ImagesApi, RefusesPatchesWholeOrNotAtAll) {
    const auto id = create_named("a");
    const auto path = "/images/" + id;
    const auto refused = [&](std::string change) {
        return patch(path, R"([{"op": "replace", "path": "/name", "value": "b"}, )" + change + "]")
            .status;
    };
    EXPECT_EQ(refused(R"({"op": "replace", "path": "/size", "value": 3})"), 403);
    EXPECT_EQ(refused(R"({"op": "replace", "path": "/id", "value": "x"})"), 403);
    EXPECT_EQ(refused(R"({"op": "add", "path": "/os_glance_x", "value": "x"})"), 403);
    EXPECT_EQ(refused(R"({"op": "add", "path": "/locations", "value": "x"})"), 403);
    EXPECT_EQ(refused(R"({"op": "remove", "path": "/name"})"), 403);
    EXPECT_EQ(refused(R"({"op": "replace", "path": "/owner", "value": "p2"})"), 403);
    EXPECT_EQ(refused(R"({"op": "replace", "path": "/visibility", "value": "public"})"), 403);
    EXPECT_EQ(refused(R"({"op": "replace", "path": "/nope", "value": "x"})"), 409);
    EXPECT_EQ(refused(R"({"op": "remove", "path": "/nope"})"), 409);
    EXPECT_EQ(refused(R"({"op": "move", "path": "/nope"})"), 400);
    EXPECT_EQ(refused(R"({"op": "add", "path": "nope", "value": "x"})"), 400);
    EXPECT_EQ(refused(R"({"op": "add", "path": "/a/b", "value": "x"})"), 400);
    EXPECT_EQ(refused(R"({"op": "add", "path": "/a~2", "value": "x"})"), 400);
    EXPECT_EQ(refused(R"({"op": "add", "path": "/", "value": "x"})"), 400);
    EXPECT_EQ(refused(R"({"op": "add", "path": "/a"})"), 400);
    EXPECT_EQ(refused(R"({"op": "add", "path": "/a", "value": 5})"), 400);
    EXPECT_EQ(refused(R"({"op": "replace", "path": "/min_ram", "value": -5})"), 400);
    EXPECT_EQ(refused(R"("x")"), 400);
    EXPECT_EQ(patch(path, R"({"op": "x"})").status, 400);
    EXPECT_EQ(get(path)["name"], json::Value("a"));

    const auto wrong = ask(Method::PATCH, path, "[]");
    EXPECT_EQ(wrong.status, 415);
    EXPECT_NE(wrong.headers.get("Accept-Patch"), "");
    EXPECT_EQ(patch(path, "[]", "p2:member").status, 404);
    EXPECT_EQ(patch(path, "[]", "p1:reader").status, 403);
    EXPECT_EQ(
        patch(path, R"([{"op": "replace", "path": "/owner", "value": "p2"}])", "p0:admin").status,
        200);
}

TEST_F(ImagesApi, DeletesUnlessProtected) {
    const auto id = create(R"("protected": true, "a": "b", "tags": ["x"])");
    const auto path = "/images/" + id;
    EXPECT_EQ(ask(Method::DELETE, path).status, 403);
    EXPECT_EQ(patch(path, R"([{"op": "replace", "path": "/protected", "value": false}])").status,
              200);
    EXPECT_EQ(ask(Method::DELETE, path, "", "p2:member").status, 404);
    EXPECT_EQ(ask(Method::DELETE, path, "", "p1:reader").status, 403);
    EXPECT_EQ(ask(Method::DELETE, path).status, 204);
    EXPECT_EQ(ask(Method::DELETE, path).status, 404);
    EXPECT_EQ(get(path).status, 404);
    EXPECT_EQ(ask(Method::DELETE, "/images/").status, 404);
    EXPECT_EQ(get("/images/").status, 404);
    EXPECT_EQ(ask(Method::DELETE, "/images").status, 405);
}

TEST_F(ImagesApi, WritesEachChangeIntoTheChangeLog) {
    const auto id = create();
    patch("/images/" + id, R"([{"op": "add", "path": "/a", "value": "b"}])");
    upload(id, "data");
    ask(Method::DELETE, "/images/" + id);
    const auto entries = transact([&](sql::Transaction& tx) {
        return history::list(tx, {.service = "image", .resource_id = id});
    });
    std::vector<std::string> actions;
    for (const auto& entry : entries) {
        actions.push_back(entry.action);
        EXPECT_EQ(entry.author.user_id, UserId("user-p1"));
        EXPECT_EQ(entry.project_id, ProjectId("p1"));
    }
    EXPECT_EQ(actions,
              (std::vector<std::string>{"create", "update", "upload", "activate", "delete"}));
}

TEST_F(ImagesApi, TagsImages) {
    const auto tag = "/images/" + create() + "/tags/green%20one";
    EXPECT_EQ(ask(Method::PUT, tag).status, 204);
    EXPECT_EQ(ask(Method::PUT, tag).status, 204);
    EXPECT_EQ(names("?tag=green%20one").size(), 1u);
    EXPECT_EQ(ask(Method::PUT, tag + std::string(256, 'x')).status, 400);
    EXPECT_EQ(ask(Method::DELETE, tag).status, 204);
    EXPECT_EQ(ask(Method::DELETE, tag).status, 404);
    EXPECT_EQ(ask(Method::PUT, "/images/nope/tags/x").status, 404);
}

TEST_F(ImagesApi, SpeaksOfItself) {
    const auto list = send(http::Request::make(Method::GET, "/image/versions"));
    EXPECT_EQ(list.status, 200);
    EXPECT_EQ(list.json()["versions"].as_array().front().text("id"), "v2.16");
    EXPECT_EQ(send(http::Request::make(Method::GET, "/image")).status, 300);
    EXPECT_EQ(send(http::Request::make(Method::GET, "/image/")).status, 300);
    EXPECT_EQ(get("/info/import").json()["import-methods"]["value"],
              json::Value(json::Array{"glance-direct"}));
    EXPECT_EQ(get("/info/stores").json()["stores"].as_array().front().text("id"), "file");
    for (const auto* name : {"image", "images", "member", "members", "task", "tasks"}) {
        EXPECT_EQ(get(std::string("/schemas/") + name)["name"], json::Value(name));
    }
    EXPECT_EQ(get("/schemas/odd").status, 404);
    const auto schema = get("/schemas/image").json();
    for (const auto& [name, value] : get("/images/" + create()).json().as_object()) {
        EXPECT_TRUE(schema["properties"].find(name)) << name;
    }
}

}  // namespace
}  // namespace welkin::image
