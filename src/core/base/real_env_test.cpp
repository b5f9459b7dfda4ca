#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "core/async/loops.h"
#include "core/base/env.h"
#include "core/base/error.h"
#include "core/base/process_table.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

namespace welkin {
namespace {

class RealEnv : public testing::Test {
protected:
    RealEnv() {
        std::string pattern = "/tmp/welkin-env-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~RealEnv() override { std::filesystem::remove_all(folder_); }

    std::string path(const std::string& name) const { return folder_ + "/" + name; }
    Files& files() { return env_->files(); }
    ProcessOutput run(std::vector<std::string> argv, std::string input = {},
                      Duration timeout = 10s) {
        return loops_.get(env_->processes().run(std::move(argv), std::move(input), timeout));
    }
    ProcessId spawn(SpawnOptions options) {
        return loops_.get(env_->processes().spawn(std::move(options)));
    }
    bool dies(ProcessId process) {
        for (int i = 0; i < 1000; ++i) {
            if (!env_->processes().alive(process)) {
                return true;
            }
            std::this_thread::sleep_for(5ms);
        }
        return false;
    }

    std::string folder_;
    std::unique_ptr<Env> env_ = make_real_env();
    async::Loops loops_{1};
};

TEST_F(RealEnv, ClockAndRandomnessAreReal) {
    const auto before = env_->now();
    EXPECT_GT(to_micros(before), 1'700'000'000'000'000);
    EXPECT_NE(env_->random_number(), env_->random_number());
    EXPECT_EQ(env_->random_bytes(33).size(), 33U);
}

TEST_F(RealEnv, UuidsAreVersionFour) {
    const auto dashed = new_uuid(*env_);
    EXPECT_TRUE(is_dashed_uuid(dashed)) << dashed;
    EXPECT_EQ(dashed[14], '4');
    EXPECT_TRUE(std::string_view("89ab").contains(dashed[19])) << dashed;
    const auto plain = new_hex_uuid(*env_);
    EXPECT_EQ(plain.size(), 32U);
    EXPECT_TRUE(is_uuid(plain));
    EXPECT_FALSE(is_dashed_uuid(plain));
    EXPECT_TRUE(is_uuid("F81D4FAE-7DEC-41D0-A765-00A0C91E6BF6"));
    for (const auto* wrong :
         {"", "f81d4fae7dec-41d0-a765-00a0c91e6bf6-", "g81d4fae7dec41d0a76500a0c91e6bf6",
          "f81d4fae-7dec-41d0-a765-00a0c91e6bf"}) {
        EXPECT_FALSE(is_uuid(wrong)) << wrong;
    }
}

TEST_F(RealEnv, ReplacesWhatAWriteThatWasKilledLeft) {
    files().open(path("a.part"), Open::write)->write_at(0, "half of someth");
    files().write_durably(path("a"), "one");
    EXPECT_EQ(files().read(path("a")), "one");
    EXPECT_EQ(files().list(folder_), std::vector<std::string>{"a"});
}

TEST_F(RealEnv, WritesWholeFilesWithTheirMode) {
    files().write_durably(path("a"), "one", 0600);
    files().write_durably(path("a"), "two", 0640);
    EXPECT_EQ(files().read(path("a")), "two");
    struct stat info{};
    ASSERT_EQ(::stat(path("a").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0640U);
    EXPECT_EQ(files().list(folder_), std::vector<std::string>{"a"}) << "no temporary file is left";
    EXPECT_EQ(files().read(path("none")), std::nullopt);
    EXPECT_THROW(files().write_durably(path("none/a"), "x"), Error);
    EXPECT_TRUE(files().read("/proc/self/stat").has_value());
}

TEST_F(RealEnv, OpensAsAsked) {
    EXPECT_THROW(files().open(path("f"), Open::read), Error);
    const auto file = files().open(path("f"), Open::write);
    file->write_at(0, "hello");
    file->write_at(8, "world");
    file->sync();
    EXPECT_EQ(file->size(), 13U);
    EXPECT_THROW(files().open(path("f"), Open::create_new), Error);
    std::string buffer(64, 'x');
    const auto again = files().open(path("f"), Open::read);
    EXPECT_EQ(again->read_at(3, buffer), 10U);
    EXPECT_EQ(buffer.substr(0, 10), std::string("lo\0\0\0world", 10));
    EXPECT_EQ(again->read_at(13, buffer), 0U);
    files().open(path("f"), Open::write)->resize(2);
    EXPECT_EQ(files().read(path("f")), "he");
    EXPECT_GE(file->descriptor(), 0);
}

TEST_F(RealEnv, KeepsFolders) {
    files().make_directories(path("a/b/c"));
    files().make_directories(path("a/b/c"));
    files().write_durably(path("a/b/c/f"), "x");
    EXPECT_TRUE(files().exists(path("a/b/c/f")));
    EXPECT_EQ(files().size(path("a/b/c/f")), 1U);
    EXPECT_THROW(files().make_directories(path("a/b/c/f")), Error);
    EXPECT_THROW(files().make_directories(path("a/b/c/f/g")), Error);
    files().rename(path("a/b/c/f"), path("a/g"));
    EXPECT_EQ(files().list(path("a")), (std::vector<std::string>{"b", "g"}));
    files().remove(path("a/g"));
    files().remove(path("a/g"));
    files().remove_all(path("a"));
    files().remove_all(path("a"));
    EXPECT_FALSE(files().exists(path("a")));
    EXPECT_EQ(files().list(path("a")), std::vector<std::string>{});
    EXPECT_GT(files().free_bytes(folder_), 0U);
}

TEST_F(RealEnv, SaysWhenTheDiskIsFull) {
    try {
        files().open("/dev/full", Open::write)->write_at(0, "x");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault, Fault::insufficient_storage);
    }
}

TEST_F(RealEnv, RunsHelpersWithInputAndOutput) {
    const auto result = run({"sh", "-c", "cat; echo bad >&2; exit 3"}, std::string(1 << 20, 'x'));
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_EQ(result.out, std::string(1 << 20, 'x'));
    EXPECT_EQ(result.err, "bad\n");
    EXPECT_EQ(run({"true"}, std::string(1 << 20, 'x')).exit_code, 0);
    EXPECT_EQ(run({"sh", "-c", "kill -9 $$"}).exit_code, 137);
    EXPECT_THROW(run({"/no/such/program"}), Error);
}

TEST_F(RealEnv, RunEndsWithTheHelperAndNotWithWhatItLeavesBehind) {
    const auto start = env_->steady_now();
    const auto result = run({"sh", "-c", "echo started; sleep 3 & exit 0"});
    EXPECT_EQ(result.out, "started\n");
    EXPECT_LT(env_->steady_now() - start, 2s);
}

TEST_F(RealEnv, RunKillsAHelperThatTakesTooLong) {
    const auto start = env_->steady_now();
    try {
        run({"sh", "-c", "sleep 60; true"}, {}, 50ms);
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault, Fault::unavailable);
    }
    EXPECT_LT(env_->steady_now() - start, 5s);
}

TEST_F(RealEnv, HelpersDoNotHoldUpTheEndOfThisProcess) {
    const auto start = env_->steady_now();
    {
        async::Loops loops(1);
        async::spawn_on(
            loops.at(0),
            [](Processes& processes) -> Task<void> {
                static_cast<void>(co_await processes.run({"sleep", "60"}, {}, 1h));
            }(env_->processes()),
            "helper");
        loops.run(async::sleep(20ms));
    }
    EXPECT_LT(env_->steady_now() - start, 5s);
}

TEST_F(RealEnv, HelpersInheritNothingButTheirThreeDescriptors) {
    const auto leaked = files().open(path("held"), Open::write);
    const int plain = ::dup(leaked->descriptor());
    const auto listing = run({"ls", "/proc/self/fd"}).out;
    ::close(plain);
    EXPECT_EQ(listing, "0\n1\n2\n3\n") << "3 is the folder that ls itself reads";
    EXPECT_EQ(run({"sh", "-c", "trap"}).out, "") << "ignored signals are not passed on";
}

TEST_F(RealEnv, SpawnedProcessesLiveInTheirOwnSession) {
    const auto process = spawn({.argv = {"sh", "-c", "pwd; echo $$; exec sleep 60"},
                                .working_directory = folder_,
                                .log_path = path("log")});
    EXPECT_TRUE(env_->processes().alive(process));
    EXPECT_EQ(::getsid(process.pid), process.pid);
    for (int i = 0; i < 500 && files().read(path("log")).value_or("").size() < folder_.size() + 3;
         ++i) {
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_EQ(files().read(path("log")), fmt::format("{}\n{}\n", folder_, process.pid));

    EXPECT_FALSE(env_->processes().alive({process.pid, process.start_ticks + 1}));
    env_->processes().kill({process.pid, process.start_ticks + 1}, SIGKILL);
    EXPECT_TRUE(env_->processes().alive(process)) << "another's start time is another process";
    env_->processes().kill(process, SIGTERM);
    EXPECT_TRUE(dies(process));
    env_->processes().kill(process, SIGTERM);
}

TEST_F(RealEnv, SpawnedProcessesDoNotBecomeZombies) {
    const auto process = spawn({.argv = {"true"}});
    EXPECT_TRUE(dies(process));
    for (int i = 0; i < 1000 && process_state(process.pid); ++i) {
        std::this_thread::sleep_for(5ms);
    }
    EXPECT_FALSE(process_state(process.pid).has_value());
    EXPECT_THROW(spawn({.argv = {"/no/such/program"}}), Error);
    EXPECT_THROW(spawn({.argv = {"true"}, .network_namespace = "no-such-namespace"}), Error);
}

TEST_F(RealEnv, SpawnEntersANetworkNamespace) {
    const auto name = "welkin-test-" + std::to_string(::getpid());
    if (::getuid() != 0 || run({"ip", "netns", "add", name}).exit_code != 0) {
        GTEST_SKIP() << "needs root and ip";
    }
    const auto process = spawn({.argv = {"sleep", "60"}, .network_namespace = name});
    EXPECT_NE(std::filesystem::read_symlink(fmt::format("/proc/{}/ns/net", process.pid)),
              std::filesystem::read_symlink("/proc/self/ns/net"));
    env_->processes().kill(process, SIGKILL);
    EXPECT_TRUE(dies(process));
    EXPECT_EQ(run({"ip", "netns", "del", name}).exit_code, 0);
}

TEST(CrashPoint, KillsTheProcessAtTheNamedPlaceOnly) {
    const pid_t child = ::fork();
    if (child == 0) {
        const auto env = make_real_env("here");
        env->crash_point("there");
        env->crash_point("here");
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST(ProcessTable, ReadsNamesWithParenthesesAndSpaces) {
    const auto state = parse_process_state(
        "42 (a) Z 1 (b)) S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 1 1 1");
    ASSERT_TRUE(state.has_value());
    EXPECT_EQ(state->state, 'S');
    EXPECT_EQ(state->start_ticks, 987654U);
    EXPECT_FALSE(parse_process_state("42 (a) Z 1").has_value());
    EXPECT_FALSE(parse_process_state("").has_value());
}

}  // namespace
}  // namespace welkin
