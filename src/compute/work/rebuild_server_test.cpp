#include "compute/compute_world.h"
#include "core/work/workflow.h"

namespace welkin::compute {
namespace {

class RebuildServer : public ComputeWorld {
protected:
    RebuildServer() {
        add_flavor("1");
        image = add_image();
        another = add_image(R"(, "name": "other")");
        id = add_server(image, R"([{"uuid": ")" + add_network() + R"("}])");
    }
    Answer rebuild(const std::string& with, const std::string& more = "",
                   std::string version = "2.93") {
        auto answer = act(id, R"({"rebuild": {"imageRef": ")" + with + "\"" + more + "}}", member,
                          std::move(version));
        settle();
        return answer;
    }

    std::string image;
    std::string another;
    std::string id;
};

TEST_F(RebuildServer, StartsAfreshFromTheImageAndKeepsTheAddresses) {
    const auto before = show(id)["addresses"];
    const auto answer = rebuild(another, R"(, "name": "renamed", "metadata": {"a": "b"})");
    ASSERT_EQ(answer.status, 202) << answer.body;
    EXPECT_EQ(answer.json()["server"].text("status"), "REBUILD");
    EXPECT_EQ(answer.json()["server"].text("adminPass").size(), 12u);
    const auto after = show(id);
    EXPECT_EQ(after.text("status"), "ACTIVE");
    EXPECT_EQ(after.text("name"), "renamed");
    EXPECT_EQ(after["metadata"].text("a"), "b");
    EXPECT_EQ(after["image"].text("id"), another);
    EXPECT_EQ(after["addresses"], before);
    EXPECT_EQ(guests(), 1u);
}

TEST_F(RebuildServer, LeavesAStoppedServerStopped) {
    act(id, R"({"os-stop": null})");
    settle();
    EXPECT_EQ(rebuild(another).status, 202);
    EXPECT_EQ(status_of(id), "SHUTOFF");
    EXPECT_EQ(act(id, R"({"os-start": null})").status, 202);
    settle();
    EXPECT_EQ(status_of(id), "ACTIVE");
}

TEST_F(RebuildServer, ThatFailsAnywhereLeavesErrorWithTheReasonAndCanBeRepeated) {
    for (const char* operation : {"destroy", "create", "start"}) {
        driver().before = [operation](std::string_view name, const ServerId&) {
            if (name == operation) {
                throw work::DriverError(work::DriverError::Kind::fatal, "the disk is on fire");
            }
        };
        EXPECT_EQ(rebuild(another).status, 202) << operation;
        EXPECT_EQ(status_of(id), "ERROR") << operation;
        EXPECT_NE(show(id)["fault"].text("message").find("on fire"), std::string::npos);
        driver().before = nullptr;
        EXPECT_EQ(rebuild(image).status, 202) << operation;
        EXPECT_EQ(status_of(id), "ACTIVE") << operation;
    }
    EXPECT_EQ(erase("/servers/" + id).status, 204);
    settle();
    EXPECT_EQ(guests(), 0u);
    EXPECT_EQ(leftovers(), 0);
}

TEST_F(RebuildServer, RefusesWhatDoesNotFit) {
    EXPECT_EQ(rebuild("6f70656e-7374-6163-6b20-342065766572").status, 400);
    EXPECT_EQ(rebuild("nonsense").status, 400);
    EXPECT_EQ(rebuild(image, R"(, "size": 1)").status, 400);
    EXPECT_EQ(rebuild(image, R"(, "key_name": "nobody")").status, 400);
    EXPECT_EQ(rebuild(image, R"(, "key_name": null)", "2.53").status, 400);
    EXPECT_EQ(rebuild(image, R"(, "preserve_ephemeral": true)").status, 400);
    EXPECT_EQ(status_of(id), "ACTIVE");
}

TEST_F(RebuildServer, OthersAreRefusedWithTheWordsOfTheAction) {
    for (const char* action : {"suspend", "resize", "shelve", "rescue", "createImage"}) {
        const auto answer = act(id, std::string("{\"") + action + "\": null}");
        EXPECT_EQ(answer.status, 409) << action;
        EXPECT_EQ(answer.message(), std::string("Cannot '") + action + "' instance " + id +
                                        ": no hypervisor of this cloud supports it.");
    }
    EXPECT_EQ(act("nobody", R"({"suspend": null})").status, 404);
}

}  // namespace
}  // namespace welkin::compute
