// Kills the process at every place that it comes to in the life of a server, and looks at what the
// next process makes of it.
#include <gtest/gtest.h>

#include "simulation/invariants.h"
#include "simulation/simulated_cloud.h"

namespace welkin::simulation {
namespace {

using http::Method;

constexpr const char* servers = "/compute/v2.1/servers";
constexpr const char* gone = "gone";

/// A server from "nothing" through `before` to the operation under test.
struct Scenario {
    const char* name;
    std::vector<std::string> before;  ///< operations that bring it to where this one begins
    std::string operation;
    std::vector<std::string> from;  ///< its status before the operation, or amid it
    std::vector<std::string> to;    ///< and after it, once the operation was acknowledged
    Trouble trouble{};
};

void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.name; }

const Scenario scenarios[] = {
    {"Create", {}, "create", {gone}, {"ACTIVE"}},
    {"Stop", {"create"}, "stop", {"ACTIVE"}, {"SHUTOFF"}},
    {"Start", {"create", "stop"}, "start", {"SHUTOFF"}, {"ACTIVE"}},
    {"Pause", {"create"}, "pause", {"ACTIVE"}, {"PAUSED"}},
    {"Unpause", {"create", "pause"}, "unpause", {"PAUSED"}, {"ACTIVE"}},
    {"RebootSoft", {"create"}, "reboot soft", {"ACTIVE"}, {"ACTIVE"}},
    {"RebootHard", {"create"}, "reboot hard", {"ACTIVE"}, {"ACTIVE"}},
    {"RebootOfStopped", {"create", "stop"}, "reboot hard", {"SHUTOFF"}, {"ACTIVE"}},
    {"Rebuild", {"create"}, "rebuild", {"ACTIVE"}, {"ACTIVE"}},
    {"RebuildOfStopped", {"create", "stop"}, "rebuild", {"SHUTOFF"}, {"SHUTOFF"}},
    {"Delete", {"create"}, "delete", {"ACTIVE"}, {gone}},
    {"DeleteOfStopped", {"create", "stop"}, "delete", {"SHUTOFF"}, {gone}},
    {"DeleteOfPaused", {"create", "pause"}, "delete", {"PAUSED"}, {gone}},
    {"DeleteOfBuilding", {}, "create and delete", {gone, "ACTIVE"}, {gone}},
    {"CreateThatFails", {}, "create", {gone}, {"ERROR", "ACTIVE"}, {.final = 1000}},
    {"StopThatFails", {"create"}, "stop", {"ACTIVE"}, {"ERROR", "SHUTOFF"}, {.final = 1000}},
    {"RebuildThatFails", {"create"}, "rebuild", {"ACTIVE"}, {"ERROR", "ACTIVE"}, {.final = 1000}},
    {"DeleteThatFails", {"create"}, "delete", {"ACTIVE"}, {"ERROR", gone}, {.final = 1000}},
};

class KillEverywhere : public testing::TestWithParam<Scenario> {
protected:
    /// A run of the scenario; with `death`, killed there once.
    struct Run {
        explicit Run(const Scenario& of, std::optional<Place> at = {})
            : scenario(of), death(std::move(at)), cloud({.settings = {"compute.heartbeat=1h"}}) {}

        void prepare();
        void perform();
        void survive();
        void heal();
        void check();
        void clean_up();

        std::string status();
        bool act(const std::string& operation);
        bool create();

        const Scenario& scenario;
        std::optional<Place> death;
        SimulatedCloud cloud;
        std::string id;
        bool acknowledged = false;
    };
};

bool KillEverywhere::Run::create() {
    const auto& user = beginning().users.front();
    const auto call =
        cloud.ask(Method::POST, servers, user.token,
                  fmt::format(R"({{"server": {{"name": "s", "imageRef": "{}", "flavorRef": "1", )"
                              R"("config_drive": true, "networks": [{{"uuid": "{}"}}]}}}})",
                              beginning().image_id, user.network_id));
    if (call.answered) {
        EXPECT_EQ(call.status, 202) << json::to_string(call.body);
        id = call.body["server"].text("id");
    }
    return call.answered;
}

/// True if the cloud took it on.
bool KillEverywhere::Run::act(const std::string& operation) {
    const auto& token = beginning().users.front().token;
    if (operation == "create") {
        return create();
    }
    if (operation == "create and delete") {
        return create() && act("delete");
    }
    if (operation == "delete") {
        const auto call = cloud.ask(Method::DELETE, fmt::format("{}/{}", servers, id), token);
        return call.answered && call.status == 204;
    }
    const std::map<std::string, std::string> bodies = {
        {"rebuild", fmt::format(R"({{"rebuild": {{"imageRef": "{}"}}}})", beginning().image_id)},
        {"stop", R"({"os-stop": null})"},
        {"start", R"({"os-start": null})"},
        {"pause", R"({"pause": null})"},
        {"unpause", R"({"unpause": null})"},
        {"reboot soft", R"({"reboot": {"type": "SOFT"}})"},
        {"reboot hard", R"({"reboot": {"type": "HARD"}})"}};
    const auto call = cloud.ask(Method::POST, fmt::format("{}/{}/action", servers, id), token,
                                bodies.at(operation));
    EXPECT_TRUE(!call.answered || call.status == 202) << json::to_string(call.body);
    return call.answered;
}

void KillEverywhere::Run::prepare() {
    cloud.boot();
    for (const auto& operation : scenario.before) {
        ASSERT_TRUE(act(operation));
        cloud.settle();
    }
    cloud.world.trouble = scenario.trouble;
    if (death) {
        cloud.machine.kill_at(*death);
    } else {
        cloud.machine.record();
    }
}

void KillEverywhere::Run::perform() {
    acknowledged = act(scenario.operation);
    cloud.settle();
}

void KillEverywhere::Run::survive() {
    ASSERT_TRUE(cloud.machine.dead()) << "it never came there";
    cloud.restart();
    cloud.settle();
}

/// The host works again, for long enough that what is repaired now and then is.
void KillEverywhere::Run::heal() {
    if (cloud.world.trouble.any()) {
        cloud.world.trouble = {};
        cloud.run_for(3min);
        cloud.settle();
    }
}

/// What the API says of the only server.
std::string KillEverywhere::Run::status() {
    const auto call =
        cloud.ask(Method::GET, std::string(servers) + "/detail", beginning().users.front().token);
    EXPECT_EQ(call.status, 200);
    const auto& all = call.body["servers"].as_array();
    if (all.empty()) {
        return gone;
    }
    id = all.front().text("id");
    return all.front().text("status");
}

void KillEverywhere::Run::check() {
    const auto is = status();
    const auto among = [&](const std::vector<std::string>& all) {
        return std::ranges::find(all, is) != all.end();
    };
    EXPECT_TRUE(among(scenario.to) || (!acknowledged && among(scenario.from))) << is;
    EXPECT_EQ(what_is_wrong(cloud), std::vector<std::string>());
}

void KillEverywhere::Run::clean_up() {
    if (status() != gone) {
        EXPECT_TRUE(act("delete"));
        cloud.settle();
    }
    EXPECT_EQ(status(), gone);
    EXPECT_EQ(what_is_wrong(cloud), std::vector<std::string>());
    EXPECT_EQ(what_is_left(cloud), std::vector<std::string>());
}

TEST_P(KillEverywhere, LeavesWhatWasAskedForAndNothingElse) {
    std::vector<Place> places;
    {
        Run whole(GetParam());
        whole.prepare();
        whole.perform();
        places = whole.cloud.machine.places();
        EXPECT_TRUE(whole.acknowledged);
        whole.heal();
        whole.check();
        whole.clean_up();
    }
    EXPECT_GT(places.size(), 5u);
    for (const auto& place : places) {
        SCOPED_TRACE(fmt::format("killed at {}, time {}", place.point, place.occurrence));
        Run run(GetParam(), place);
        run.prepare();
        run.perform();
        run.survive();
        run.heal();
        run.check();
        run.clean_up();
        if (HasFailure()) {
            return;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Servers, KillEverywhere, testing::ValuesIn(scenarios),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace welkin::simulation
