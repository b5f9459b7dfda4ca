#pragma once
// For the runner's tests: a little cloud in which a workflow builds an item in three steps. What
// the steps do to the "host" survives crashes like a real host does; what they do to the database
// is in the table test_effect, whose key refuses an effect that happens twice.
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <set>
#include <string>

#include "core/async/loops.h"
#include "core/sql/contract.h"
#include "core/work/runner.h"

namespace welkin::work::test {

/// Thrown at a crash point: nothing catches it on purpose.
struct SimulatedCrash {};

/// The machine, but for crash points: the one named throws, and so does every one after it.
class CrashingEnv final : public Env {
public:
    Time now() override { return real_->now(); }
    std::chrono::steady_clock::time_point steady_now() override { return real_->steady_now(); }
    void random(std::span<uint8_t> into) override { real_->random(into); }
    Files& files() override { return real_->files(); }
    Processes& processes() override { return real_->processes(); }
    void crash_point(std::string_view name) override {
        if (name.starts_with("sql/")) {
            return;  // a writer cannot be left by a throw; the simulation of the cloud crashes
                     // there
        }
        if (std::ranges::find(seen, name) == seen.end()) {
            seen.emplace_back(name);
        }
        if (dead || name == crash_at) {
            dead = true;
            throw SimulatedCrash{};
        }
    }

    std::string crash_at;
    std::vector<std::string> seen;
    std::atomic<bool> dead{false};

private:
    std::unique_ptr<Env> real_ = make_real_env();
};

/// The host and the orders to fail.
struct World {
    std::mutex mutex;
    std::set<std::string> host;       ///< what exists there: "item/disk"
    std::vector<std::string> calls;   ///< what was asked of it, in order
    std::map<std::string, int> fail;  ///< step or undo -> how often it still fails; -1: always
    DriverError::Kind failure = DriverError::Kind::fatal;
    Duration pace{};  ///< how long each step takes
    int at_once = 0;
    int most_at_once = 0;
    Runner* runner = nullptr;

    void note(const std::string& call);
    /// How often it was; safe while the process runs.
    int64_t called(const std::string& call);
    void fail_if_told(const std::string& call);
};

struct Build {
    std::string item;
    int steps_done = 0;
    std::string note;
};

extern const Workflow<Build, World> build_item;
/// Takes the item away in one step.
extern const Workflow<Build, World> delete_item;
extern const sql::Migration tables[1];

/// One life of a process on the database in `directory`.
struct Process {
    Process(const sql::TemporaryDirectory& directory, World& world, std::string crash_at = {},
            RunnerOptions options = {}, int loop_count = 1);
    ~Process();

    void start(const Workflow<Build, World>& workflow, const std::string& item,
               Interrupt interrupt = Interrupt::no);
    /// Until every workflow has ended or the process has crashed.
    void settle();
    /// "active", "error", "gone" or "" while a workflow is under way.
    std::string state(const std::string& item);
    int64_t count(const std::string& table);

    CrashingEnv env;
    async::Loops loops;
    std::unique_ptr<sql::Database> database;
    std::unique_ptr<Runner> runner;
};

}  // namespace welkin::work::test
