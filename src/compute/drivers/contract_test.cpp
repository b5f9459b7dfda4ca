// One suite for every hypervisor driver: what the agent and the workflows rely on.
//
// The fake driver always; the qemu driver with real guests as root, where QEMU is installed and the
// environment variable WELKIN_TINY_IMAGE names an image of tools/tiny-image.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "compute/drivers/fake/fake_driver.h"
#include "compute/drivers/qemu/guest_folder.h"
#include "compute/drivers/table.h"
#include "core/async/loops.h"
#include "core/auth/policy.h"
#include "core/base/env.h"
#include "core/base/text.h"
#include "core/base/uuid.h"
#include "core/bus/bus.h"
#include "core/config/config.h"
#include "core/http/router.h"
#include "core/sql/database.h"
#include "core/work/runner.h"
#include "core/work/workflow.h"

namespace welkin::compute {
namespace {

constexpr uint64_t whole_log = 1 << 20;
constexpr Duration patience = 120s;  // a guest that is emulated on a busy machine

struct Contestant {
    const char* driver;
    bool real;
    const char* booted;   ///< on the console, once for each boot
    const char* goodbye;  ///< on the console, when it is asked to power off
};
void PrintTo(const Contestant& contestant, std::ostream* out) { *out << contestant.driver; }

const char* tiny_image() { return std::getenv("WELKIN_TINY_IMAGE"); }

std::string why_not(const Contestant& contestant) {
    if (!contestant.real) {
        return "";
    }
    if (tiny_image() == nullptr || !std::filesystem::exists(tiny_image())) {
        return "WELKIN_TINY_IMAGE names no image.";
    }
    if (!std::filesystem::exists("/usr/bin/qemu-system-x86_64")) {
        return "QEMU is not installed.";
    }
    return ::geteuid() == 0 ? "" : "Only root may run guests.";
}

size_t count_of(std::string_view part, std::string_view text) {
    size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

class DriverContract : public testing::TestWithParam<Contestant> {
protected:
    /// What a driver is made with, anew after each restart.
    struct Host {
        Host(DriverContract& test, const char* name)
            : runner(*test.database, {.owner = "test"}),
              core{*test.env,   *test.database, test.config, *test.bus, runner,
                   test.router, test.policy,    test.folder, "host1"},
              driver(make_driver(name, core, fetch_tiny)) {}
        work::Runner runner;
        Core core;
        std::unique_ptr<Driver> driver;
    };

    DriverContract() {
        char path[] = "/tmp/welkin-driver-XXXXXX";
        folder = ::mkdtemp(path);
        config.declare(driver_options());
    }
    void SetUp() override {
        if (const auto reason = why_not(GetParam()); !reason.empty()) {
            GTEST_SKIP() << reason;
        }
        start();
    }
    ~DriverContract() override {
        if (host) {
            for (const auto& guest : loops.get(driver().list())) {
                loops.run(driver().destroy(guest.id));
            }
            stop();
        }
        loops.stop();
        qemu::GuestFolders folders(*env, folder);
        std::filesystem::remove_all(folders.socket_directory());
        std::filesystem::remove_all(folder);
    }

    void start() {
        host = std::make_unique<Host>(*this, GetParam().driver);
        loops.run([](DriverContract* test) -> Task<void> {
            const auto facts = co_await test->driver().start();
            EXPECT_FALSE(facts.hypervisor_type.empty());
            EXPECT_GT(facts.memory_mb, 0);
            test->driver().on_state_change([test](ServerId id, PowerState state) {
                test->changes.emplace_back(id, state);
                test->changed.set();
            });
        }(this));
    }
    /// On its loop, where it is not in the middle of anything. Guests go on.
    void stop() {
        loops.run([](DriverContract* test) -> Task<void> {
            test->host.reset();
            co_return;
        }(this));
    }
    static Task<void> fetch_tiny(ImageId, std::string destination) {
        return async::blocking(
            [destination] { std::filesystem::copy_file(tiny_image(), destination); });
    }

    Driver& driver() { return *host->driver; }
    ServerId make() {
        GuestSpec spec;
        spec.id = ServerId(new_uuid(*env));
        spec.name = "contract";
        spec.root = {.image_id = ImageId(new_uuid(*env)), .image_format = "qcow2", .size_gb = 0};
        loops.run(driver().create(spec));
        return spec.id;
    }
    ServerId make_running() {
        const auto id = make();
        loops.run(driver().start_guest(id, {}));
        return id;
    }
    PowerState state_of(const ServerId& id) { return loops.get(driver().state(id)); }
    std::string console_of(const ServerId& id) {
        return loops.get(driver().console_log(id, whole_log));
    }
    /// Until the guest's userland has come up for the n-th time.
    bool has_booted(const ServerId& id, size_t times) {
        const auto deadline = env->steady_now() + patience;
        while (count_of(GetParam().booted, console_of(id)) < times) {
            if (env->steady_now() > deadline) {
                return false;
            }
            loops.run(async::sleep(100ms));
        }
        return true;
    }
    void crash(const ServerId& id) {
        if (auto* fake = dynamic_cast<FakeDriver*>(&driver())) {
            fake->change_by_itself(id, PowerState::crashed);
            return;
        }
        const auto process = qemu::GuestFolders(*env, folder).find_process(id);
        ASSERT_TRUE(process);
        ASSERT_EQ(::kill(process->pid, SIGKILL), 0);
    }
    void expect_no_trace() {
        EXPECT_TRUE(loops.get(driver().list()).empty());
        qemu::GuestFolders folders(*env, folder);
        EXPECT_TRUE(env->files().list(folder + "/servers").empty());
        EXPECT_TRUE(env->files().list(folders.socket_directory()).empty());
    }

    std::unique_ptr<Env> env = make_real_env();
    async::Loops loops{1};
    std::string folder;
    config::Config config;
    std::unique_ptr<sql::Database> database =
        sql::open(*env, {.url = "sqlite::memory:", .synchronous = false});
    std::unique_ptr<bus::Bus> bus = bus::make_in_process_bus();
    http::Router router;
    auth::Policy policy;
    std::unique_ptr<Host> host;
    std::vector<std::pair<ServerId, PowerState>> changes;
    async::Event changed;
};

TEST_P(DriverContract, TakesAGuestThroughItsLife) {
    const auto id = make();
    EXPECT_EQ(state_of(id), PowerState::shut_down);
    loops.run(driver().start_guest(id, {}));
    EXPECT_EQ(state_of(id), PowerState::running);
    ASSERT_TRUE(has_booted(id, 1)) << console_of(id);
    loops.run(driver().pause(id));
    EXPECT_EQ(state_of(id), PowerState::paused);
    loops.run(driver().unpause(id));
    EXPECT_EQ(state_of(id), PowerState::running);
    loops.run(driver().reboot(id));
    ASSERT_TRUE(has_booted(id, 2)) << console_of(id);
    loops.run(driver().stop_guest(id, patience));
    EXPECT_EQ(state_of(id), PowerState::shut_down);
    EXPECT_EQ(count_of(GetParam().goodbye, console_of(id)), 1U);
    EXPECT_TRUE(changes.empty()) << "What we asked for is no news.";
    loops.run(driver().destroy(id));
    EXPECT_EQ(state_of(id), PowerState::no_state);
    expect_no_trace();
}

TEST_P(DriverContract, MayBeAskedForTheSameAgain) {
    const auto id = make_running();
    GuestSpec again;
    again.id = id;
    loops.run(driver().create(again));
    loops.run(driver().start_guest(id, {}));
    EXPECT_EQ(state_of(id), PowerState::running);
    EXPECT_EQ(loops.get(driver().list()).size(), 1U);
    for (int i = 0; i < 2; ++i) {
        loops.run(driver().pause(id));
        EXPECT_EQ(state_of(id), PowerState::paused);
    }
    for (int i = 0; i < 2; ++i) {
        loops.run(driver().unpause(id));
        EXPECT_EQ(state_of(id), PowerState::running);
    }
    for (int i = 0; i < 2; ++i) {
        loops.run(driver().stop_guest(id, Duration{0}));
        EXPECT_EQ(state_of(id), PowerState::shut_down);
    }
    loops.run(driver().start_guest(id, {}));
    EXPECT_EQ(state_of(id), PowerState::running);
    for (int i = 0; i < 2; ++i) {
        loops.run(driver().destroy(id));
        EXPECT_EQ(state_of(id), PowerState::no_state);
    }
    expect_no_trace();
}

TEST_P(DriverContract, KnowsNoStrangers) {
    const ServerId stranger(new_uuid(*env));
    EXPECT_EQ(state_of(stranger), PowerState::no_state);
    EXPECT_THROW(loops.run(driver().start_guest(stranger, {})), work::DriverError);
    EXPECT_THROW(loops.run(driver().pause(stranger)), work::DriverError);
    EXPECT_THROW(console_of(stranger), Error);
    EXPECT_THROW(loops.get(driver().open_vnc(stranger)), Error);
    loops.run(driver().destroy(stranger));
    expect_no_trace();
}

TEST_P(DriverContract, NoticesAGuestThatEndsByItself) {
    const auto id = make_running();
    crash(id);
    EXPECT_TRUE(loops.get(changed.wait(patience)));
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0], std::pair(id, PowerState::crashed));
    EXPECT_EQ(state_of(id), PowerState::crashed);
    loops.run(driver().start_guest(id, {}));
    EXPECT_EQ(state_of(id), PowerState::running);
}

TEST_P(DriverContract, FindsItsGuestsAfterARestart) {
    if (!GetParam().real) {
        GTEST_SKIP() << "Fake guests are in memory.";
    }
    const auto running = make_running();
    const auto paused = make_running();
    const auto stopped = make();
    loops.run(driver().pause(paused));
    stop();
    start();
    std::map<ServerId, PowerState> found;
    for (const auto& guest : loops.get(driver().list())) {
        found[guest.id] = guest.state;
    }
    EXPECT_EQ(found, (std::map<ServerId, PowerState>{{running, PowerState::running},
                                                     {paused, PowerState::paused},
                                                     {stopped, PowerState::shut_down}}));
    loops.run(driver().unpause(paused));
    EXPECT_EQ(state_of(paused), PowerState::running);
    crash(running);
    EXPECT_TRUE(loops.get(changed.wait(patience))) << "It listens to guests that it found.";
}

TEST_P(DriverContract, ShowsTheDisplayOfARunningGuest) {
    const auto id = make_running();
    const auto greeting = loops.get([](Driver& driver, ServerId shown) -> Task<std::string> {
        const auto display = co_await driver.open_vnc(shown);
        std::string bytes(12, '\0');
        bytes.resize(co_await display->read(bytes, patience));
        display->close();
        co_return bytes;
    }(driver(), id));
    EXPECT_TRUE(greeting.starts_with("RFB 003.00")) << greeting;
    loops.run(driver().stop_guest(id, Duration{0}));
    EXPECT_THROW(loops.get(driver().open_vnc(id)), Error);
}

TEST_P(DriverContract, GivesTheNewestOfTheConsole) {
    const auto id = make_running();
    ASSERT_TRUE(has_booted(id, 1));
    loops.run(driver().pause(id));
    const auto all = console_of(id);
    EXPECT_GE(count_of("\n", all), 10U);
    EXPECT_EQ(loops.get(driver().console_log(id, 20)), all.substr(all.size() - 20));
}

INSTANTIATE_TEST_SUITE_P(
    , DriverContract,
    testing::Values(Contestant{"fake", false, "boot finished", "fake guest: stop\n"},
                    Contestant{"qemu", true, "tiny: boot finished", "tiny: ACPI power button"}),
    [](const auto& info) { return std::string(info.param.driver); });

}  // namespace
}  // namespace welkin::compute
