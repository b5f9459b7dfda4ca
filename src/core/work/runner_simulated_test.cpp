// The runner in virtual time, where what happens follows from a seed.
#include "core/async/simulated.h"
#include "core/work/runner_test_world.h"

namespace welkin::work::test {
namespace {

/// A runner on a simulated loop and a database in memory.
struct SimulatedProcess {
    SimulatedProcess(uint64_t seed, World& world)
        : env(seed), loop(env, async::ReadyOrder::shuffled) {
        database = sql::open(env, {.url = "sqlite::memory:"});
        database->migrate(migrations());
        database->migrate(tables);
        runner = std::make_unique<Runner>(*database, RunnerOptions{.owner = "simulated"});
        runner->add(build_item, world);
        runner->add(delete_item, world);
        async::spawn(runner->run(), "runner");
    }
    ~SimulatedProcess() { loop.destroy_all(); }

    void start(const Workflow<Build, World>& workflow, const std::string& item,
               Interrupt interrupt = Interrupt::no) {
        loop.run(database->write([&](sql::Transaction& tx) {
            if (tx.query("SELECT id FROM test_item WHERE id = ?", item).empty()) {
                tx.execute("INSERT INTO test_item VALUES (?, '')", item);
            }
            runner->start(tx, workflow, "item:" + item, Build{.item = item}, {}, interrupt);
        }));
    }

    SimulatedEnv env;
    async::SimulatedLoop loop;
    std::unique_ptr<sql::Database> database;
    std::unique_ptr<Runner> runner;
};

/// Twenty items, built by hosts that often say no for a while, some deleted on the way.
std::vector<std::string> calls_of(uint64_t seed) {
    World world;
    world.failure = DriverError::Kind::retry;
    world.pace = 1s;
    world.fail = {{"note", 15}, {"start", 10}, {"undo disk", 5}};
    SimulatedProcess process(seed, world);
    for (int i = 0; i < 20; ++i) {
        process.start(build_item, std::to_string(i));
        process.loop.run_for(300ms);
        if (i % 3 == 0) {
            process.start(delete_item, std::to_string(i / 2), Interrupt::yes);
        }
    }
    process.loop.run(process.runner->idle());
    std::vector<std::string> things(world.host.begin(), world.host.end());
    EXPECT_EQ(things.size() % 3, 0u) << "each item is whole or not there";
    return world.calls;
}

TEST(RunnerInSimulation, DoesTheSameForTheSameSeed) {
    EXPECT_EQ(calls_of(1), calls_of(1));
    EXPECT_NE(calls_of(1), calls_of(2));
}

TEST(RunnerInSimulation, WaitsLongerBeforeEachAttempt) {
    World world;
    world.fail = {{"check", 1}, {"undo disk", 8}};
    SimulatedProcess process(1, world);
    process.start(build_item, "a");
    const auto begun = process.env.now();
    process.loop.run(process.runner->idle());
    // 1 + 2 + 4 + 8 + 16 + 32 + 60 + 60 seconds, give or take a quarter.
    const auto taken = process.env.now() - begun;
    EXPECT_GT(taken, 183s * 3 / 4);
    EXPECT_LT(taken, 183s * 5 / 4 + 1s);
    EXPECT_TRUE(world.host.empty());
}

}  // namespace
}  // namespace welkin::work::test
