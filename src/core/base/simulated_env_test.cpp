#include "core/base/simulated_env.h"

#include <gtest/gtest.h>

#include <csignal>
#include <set>

#include "core/async/simulated.h"
#include "core/base/error.h"
#include "core/base/uuid.h"

namespace welkin {
namespace {

TEST(SimulatedEnv, FollowsItsSeed) {
    SimulatedEnv one(5);
    SimulatedEnv same(5);
    SimulatedEnv other(6);
    EXPECT_EQ(new_uuid(one), new_uuid(same));
    EXPECT_NE(new_uuid(one), new_uuid(other));
    one.advance(90s);
    EXPECT_EQ(format_time(one.now()), "2026-01-01T00:01:30Z");
    one.set_wall_clock(one.now() - 1h);
    EXPECT_EQ(format_time(one.now()), "2025-12-31T23:01:30Z");
    EXPECT_EQ(one.steady_now() - same.steady_now(), 90s);
}

TEST(SimulatedEnv, CallsTheCrashHook) {
    SimulatedEnv env(1);
    env.crash_point("nobody listens");
    env.set_crash_hook([](std::string_view name) {
        if (name == "here") {
            throw internal("crashed");
        }
    });
    env.crash_point("there");
    EXPECT_THROW(env.crash_point("here"), Error);
}

TEST(SimulatedFiles, BehaveAsFilesDo) {
    SimulatedEnv env(1);
    auto& files = env.files();
    EXPECT_THROW(files.open("/d/f", Open::write), Error);
    files.make_directories("/d/e");
    const auto file = files.open("/d/f", Open::create_new);
    EXPECT_THROW(files.open("/d/f", Open::create_new), Error);
    EXPECT_THROW(files.make_directories("/d/f/g"), Error);
    file->write_at(3, "abc");
    file->write_at(0, "x");
    std::string buffer(10, '?');
    EXPECT_EQ(files.open("/d/f", Open::read)->read_at(0, buffer), 6U);
    EXPECT_EQ(buffer, std::string("x\0\0abc????", 10));
    EXPECT_EQ(file->read_at(6, buffer), 0U);
    EXPECT_THROW(files.open("/d/f", Open::read)->write_at(0, "x"), Error);
    file->resize(4);
    EXPECT_EQ(files.size("/d/f"), 4U);
    files.rename("/d/f", "/d/e/g");
    EXPECT_EQ(files.read("/d/f"), std::nullopt);
    EXPECT_EQ(files.list("/d"), std::vector<std::string>{"e"});
    EXPECT_EQ(files.list("/d/e"), std::vector<std::string>{"g"});
    EXPECT_EQ(files.list("/none"), std::vector<std::string>{});
    files.remove("/d/e/g");
    files.remove("/d/e/g");
    files.write_durably("/d/e/h", "x");
    files.remove_all("/d");
    EXPECT_FALSE(files.exists("/d/e/h"));
    EXPECT_FALSE(files.exists("/d"));
}

TEST(SimulatedFiles, RunOutOfSpace) {
    SimulatedEnv env(1);
    env.files().set_capacity(100);
    const auto file = env.files().open("/f", Open::write);
    file->write_at(0, std::string(100, 'x'));
    file->write_at(50, std::string(50, 'y'));
    EXPECT_EQ(env.files().free_bytes("/"), 0U);
    try {
        file->write_at(60, std::string(50, 'y'));
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault, Fault::insufficient_storage);
    }
}

TEST(SimulatedFiles, KeepWhatWasMadeDurable) {
    for (uint64_t seed = 0; seed < 50; ++seed) {
        SimulatedEnv env(seed);
        auto& files = env.files();
        files.write_durably("/whole", "old");
        files.write_durably("/whole", "new");
        const auto file = files.open("/synced", Open::create_new);
        file->write_at(0, "synced");
        file->sync();
        file->write_at(0, "S");
        files.open("/temporary", Open::write)->write_at(0, "x");
        files.write_durably("/renamed.part", "renamed");
        files.rename("/renamed.part", "/renamed");
        env.power_cut();
        EXPECT_EQ(files.read("/whole"), "new");
        EXPECT_EQ(files.read("/synced").value_or("").substr(1), "ynced");
        EXPECT_EQ(files.read("/renamed"), "renamed");
        EXPECT_FALSE(files.exists("/renamed.part"));
        EXPECT_THROW(file->write_at(0, "x"), Error);
    }
}

TEST(SimulatedFiles, MayLoseTheRestInAnyOrder) {
    std::set<std::optional<std::string>> seen;
    for (uint64_t seed = 0; seed < 100; ++seed) {
        SimulatedEnv env(seed);
        auto& files = env.files();
        const auto file = files.open("/f", Open::create_new);
        file->write_at(0, "aaaa");
        file->sync();
        file->write_at(0, "b");
        file->write_at(2, "c");
        files.remove("/f");
        env.power_cut();
        seen.insert(files.read("/f"));
    }
    EXPECT_EQ(seen,
              (std::set<std::optional<std::string>>{std::nullopt, "aaaa", "baaa", "aaca", "baca"}));
}

TEST(SimulatedProcesses, AreScripts) {
    SimulatedEnv env(1);
    async::SimulatedLoop loop(env);
    auto& processes = env.processes();
    processes.set_program("echo", [](const std::vector<std::string>& argv, const std::string& in) {
        return ProcessOutput{.exit_code = 3, .out = argv.at(1) + in};
    });
    const auto result = loop.get(processes.run({"/bin/echo", "a"}, "b", 1s));
    EXPECT_EQ(result.out, "ab");
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_THROW(loop.get(processes.run({"other"}, "", 1s)), Error);

    const auto one = loop.get(processes.spawn({.argv = {"qemu"}, .log_path = "/log"}));
    const auto two = loop.get(processes.spawn({.argv = {"qemu"}}));
    const auto three = loop.get(processes.spawn({.argv = {"qemu"}}));
    EXPECT_EQ(processes.spawned().at(0).options.log_path, "/log");
    EXPECT_NE(one, two);
    processes.kill(one, 0);
    EXPECT_TRUE(processes.alive(one));
    processes.kill(one, SIGTERM);
    EXPECT_FALSE(processes.alive(one));
    processes.end(two);
    EXPECT_FALSE(processes.alive(two));
    EXPECT_TRUE(processes.alive(three));
    env.power_cut();
    EXPECT_FALSE(processes.alive(three));
}

}  // namespace
}  // namespace welkin
