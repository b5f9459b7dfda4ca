#include "compute/compute_world.h"
#include "core/work/workflow.h"

namespace welkin::compute {
namespace {

class Workflows : public ComputeWorld {
protected:
    Workflows() {
        add_flavor("1");
        image = add_image();
        net = R"([{"uuid": ")" + add_network() + R"("}])";
    }
    /// From now on this operation of the hypervisor fails for good, as often as said.
    void fail(std::string operation, int times = 1000) {
        driver().before = [=, left = times](std::string_view name, const ServerId&) mutable {
            if (name == operation && left-- > 0) {
                throw work::DriverError(work::DriverError::Kind::fatal, "the disk is on fire");
            }
        };
    }
    void heal() { driver().before = nullptr; }

    std::string image;
    std::string net;
};

TEST_F(Workflows, ActionsLeaveTheStateAskedFor) {
    const auto id = add_server(image, net);
    const auto power = [&] { return show(id).integer("OS-EXT-STS:power_state"); };
    EXPECT_EQ(act(id, R"({"os-stop": null})").status, 202);
    settle();
    EXPECT_EQ(status_of(id), "SHUTOFF");
    EXPECT_EQ(power(), 4);
    EXPECT_EQ(act(id, R"({"os-start": null})").status, 202);
    settle();
    EXPECT_EQ(status_of(id), "ACTIVE");
    EXPECT_EQ(act(id, R"({"pause": null})").status, 202);
    settle();
    EXPECT_EQ(status_of(id), "PAUSED");
    EXPECT_EQ(power(), 3);
    EXPECT_EQ(act(id, R"({"unpause": null})").status, 202);
    settle();
    EXPECT_EQ(status_of(id), "ACTIVE");
    for (const char* type : {"SOFT", "HARD"}) {
        EXPECT_EQ(act(id, fmt::format(R"({{"reboot": {{"type": "{}"}}}})", type)).status, 202);
        settle();
        EXPECT_EQ(status_of(id), "ACTIVE");
    }
    EXPECT_EQ(act(id, R"({"reboot": {"type": "OTHER"}})").status, 400);
    EXPECT_EQ(act(id, R"({"os-dance": null})").status, 400);
}

TEST_F(Workflows, ActionsThatDoNotFitTheStateAreRefused) {
    const auto id = add_server(image, net);
    const auto refused = act(id, R"({"os-start": null})");
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.message(),
              "Cannot 'start' instance " + id + " while it is in vm_state active");
    EXPECT_EQ(act(id, R"({"unpause": null})").status, 409);
    EXPECT_EQ(act(id, R"({"lock": {"locked_reason": "mine"}})").status, 202);
    EXPECT_EQ(show(id).text("locked_reason"), "mine");
    const auto locked = act(id, R"({"os-stop": null})");
    EXPECT_EQ(locked.status, 409);
    EXPECT_EQ(locked.message(), "Instance " + id + " is locked");
    EXPECT_EQ(erase("/servers/" + id).status, 409);
    EXPECT_EQ(act(id, R"({"unlock": null})").status, 202);
    EXPECT_EQ(act(id, R"({"os-stop": null})").status, 202);
    settle();
}

TEST_F(Workflows, ABuildThatFailsAnywhereLeavesNothingButTheReason) {
    for (const char* operation : {"create", "start"}) {
        fail(operation);
        const auto id = add_server(image, net);
        const auto server = show(id);
        EXPECT_EQ(server.text("status"), "ERROR") << operation;
        EXPECT_NE(server["fault"].text("message").find("the disk is on fire"), std::string::npos)
            << operation << json::to_string(server);
        EXPECT_EQ(guests(), 0u) << operation;
        EXPECT_EQ(leftovers(), 0) << operation;
        heal();
        EXPECT_EQ(erase("/servers/" + id).status, 204);
        settle();
        EXPECT_EQ(get("/servers/" + id).status, 404);
    }
}

TEST_F(Workflows, PassingTroubleIsOvercome) {
    int left = 2;
    driver().before = [&left](std::string_view name, const ServerId&) {
        if (name == "create" && left-- > 0) {
            throw work::DriverError(work::DriverError::Kind::retry, "busy");
        }
    };
    EXPECT_EQ(status_of(add_server(image, net)), "ACTIVE");
}

TEST_F(Workflows, ActionsThatFailLeaveErrorWithTheReasonAndAHardRebootHeals) {
    const auto id = add_server(image, net);
    fail("stop");
    act(id, R"({"os-stop": null})");
    settle();
    EXPECT_EQ(status_of(id), "ERROR");
    EXPECT_NE(show(id)["fault"].text("message").find("on fire"), std::string::npos);
    heal();
    EXPECT_EQ(act(id, R"({"reboot": {"type": "HARD"}})").status, 202);
    settle();
    EXPECT_EQ(status_of(id), "ACTIVE");
    EXPECT_EQ(show(id).find("fault"), nullptr);
}

TEST_F(Workflows, ADeleteThatFailsCanBeRepeated) {
    const auto id = add_server(image, net);
    fail("destroy");
    EXPECT_EQ(erase("/servers/" + id).status, 204);
    settle();
    EXPECT_EQ(status_of(id), "ERROR");
    heal();
    EXPECT_EQ(erase("/servers/" + id).status, 204);
    settle();
    EXPECT_EQ(get("/servers/" + id).status, 404);
    EXPECT_EQ(leftovers(), 0);
    EXPECT_EQ(guests(), 0u);
}

TEST_F(Workflows, ADeleteInterruptsABuildWhereverThatIs) {
    for (int i = 0; i < 60; ++i) {
        const auto made = post("/servers", server_body(image, net));
        ASSERT_EQ(made.status, 202) << made.body;
        const auto id = made.json()["server"].text("id");
        loops.run(async::sleep(i * 50us));
        EXPECT_EQ(erase("/servers/" + id).status, 204);
        const auto again = erase("/servers/" + id).status;
        EXPECT_TRUE(again == 204 || again == 404) << again;  // 404 if it is gone by now
        settle();
        EXPECT_EQ(get("/servers/" + id).status, 404);
    }
    EXPECT_EQ(guests(), 0u);
    EXPECT_EQ(leftovers(), 0);
}

TEST_F(Workflows, GuestsThatStopByThemselvesAreStopped) {
    const auto id = add_server(image, net);
    driver().change_by_itself(ServerId(id), PowerState::shut_down);
    for (int i = 0; i < 200 && status_of(id) != "SHUTOFF"; ++i) {
        loops.run(async::sleep(5ms));
    }
    EXPECT_EQ(status_of(id), "SHUTOFF");
}

TEST_F(Workflows, AdoptionStartsWhatShouldRunAndDestroysStrangers) {
    const auto id = add_server(image, net);
    loops.run(driver().destroy(ServerId(id)));
    loops.run(driver().create({.id = ServerId("stranger")}));
    loops.run(driver().create({.id = ServerId(id)}));
    auto found = loops.get(driver().list());
    EXPECT_EQ(found.size(), 2u);
    loops.run(state().hosts.adopt(HostName("host1"), std::move(found)));
    settle();
    EXPECT_EQ(status_of(id), "ACTIVE");
    found = loops.get(driver().list());
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].id.value, id);
    EXPECT_EQ(found[0].state, PowerState::running);
}

TEST_F(Workflows, RepairSeesWhatNoEventTold) {
    const auto id = add_server(image, net);
    const auto repair = [&] { loops.run(state().hosts.repair(HostName("host1"))); };
    loops.run(driver().pause(ServerId(id)));
    repair();
    EXPECT_EQ(status_of(id), "PAUSED");
    loops.run(driver().destroy(ServerId(id)));
    repair();
    EXPECT_EQ(status_of(id), "SHUTOFF");
    repair();
    EXPECT_EQ(status_of(id), "SHUTOFF");
}

TEST_F(Workflows, AStrangerThatCannotBeDestroyedIsTriedAgain) {
    loops.run(driver().create({.id = ServerId("stranger")}));
    fail("destroy", 1);
    loops.run(state().hosts.adopt(HostName("host1"), loops.get(driver().list())));
    EXPECT_EQ(guests(), 1u);
    loops.run(state().hosts.repair(HostName("host1")));
    EXPECT_EQ(guests(), 0u);
}

TEST_F(Workflows, AServerOnADeadHostCanBeDeleted) {
    const auto id = add_server(image, net);
    loops.run(compute->stop_host());
    loops.run(network->stop_host());
    transact([](sql::Transaction& tx) { tx.execute("UPDATE compute_host SET forced_down = 1"); });
    EXPECT_EQ(erase("/servers/" + id).status, 204);
    settle();
    EXPECT_EQ(get("/servers/" + id).status, 404);
    EXPECT_EQ(leftovers(), 0);
}

}  // namespace
}  // namespace welkin::compute
