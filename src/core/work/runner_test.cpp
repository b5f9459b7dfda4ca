#include "core/work/runner.h"

#include "core/work/runner_test_world.h"

namespace welkin::work::test {
namespace {

const std::set<std::string> whole_item = {"a/disk", "a/note", "a/start"};

/// Runs `life` once to learn its crash points, then once for each of them, crashing there and
/// coming back; `check` sees each result.
void crash_everywhere(const std::function<void(Process&, World&)>& life,
                      const std::function<void(World&)>& prepare,
                      const std::function<void(Process&, World&)>& check) {
    std::vector<std::string> points;
    {
        const sql::TemporaryDirectory directory;
        World world;
        prepare(world);
        Process process(directory, world);
        life(process, world);
        process.settle();
        check(process, world);
        points = process.env.seen;
    }
    EXPECT_GE(points.size(), 4u);
    for (const auto& point : points) {
        SCOPED_TRACE(point);
        const sql::TemporaryDirectory directory;
        World world;
        prepare(world);
        {
            Process process(directory, world, point);
            life(process, world);
            process.settle();
            EXPECT_TRUE(process.env.dead);
        }
        Process process(directory, world);
        process.settle();
        check(process, world);
    }
}

TEST(Runner, ResumesAfterACrashAnywhere) {
    crash_everywhere([](Process& process, World&) { process.start(build_item, "a"); },
                     [](World&) {},
                     [](Process& process, World& world) {
                         EXPECT_EQ(process.state("a"), "active");
                         EXPECT_EQ(world.host, whole_item);
                         EXPECT_EQ(process.count("test_effect"), 3);
                         EXPECT_EQ(process.count("work_workflow"), 0);
                     });
}

TEST(Runner, LeavesNothingBehindWhicheverStepFailsAndWhereverItCrashes) {
    for (const char* step : {"disk", "note", "check", "start", "finish"}) {
        SCOPED_TRACE(step);
        crash_everywhere([](Process& process, World&) { process.start(build_item, "a"); },
                         [step](World& world) { world.fail[step] = -1; },
                         [](Process& process, World& world) {
                             EXPECT_EQ(process.state("a"), "error");
                             EXPECT_TRUE(world.host.empty());
                             EXPECT_EQ(process.count("test_effect"), 0);
                             EXPECT_EQ(process.count("work_workflow"), 0);
                         });
    }
}

TEST(Runner, UndoesInReverseOrder) {
    const sql::TemporaryDirectory directory;
    World world;
    world.fail["start"] = 1;
    Process process(directory, world);
    process.start(build_item, "a");
    process.settle();
    EXPECT_EQ(world.calls, (std::vector<std::string>{"a/disk", "a/note", "a/start", "undo a/start",
                                                     "undo a/note", "undo a/disk"}));
}

TEST(Runner, TriesAgainWhatIsWorthIt) {
    const sql::TemporaryDirectory directory;
    World world;
    world.failure = DriverError::Kind::retry;
    world.fail["note"] = 2;
    Process process(directory, world);
    process.start(build_item, "a");
    process.settle();
    EXPECT_EQ(process.state("a"), "active");
    EXPECT_EQ(std::ranges::count(world.calls, "a/note"), 3);
}

TEST(Runner, GivesAStepUpAfterItsAttempts) {
    const sql::TemporaryDirectory directory;
    World world;
    world.failure = DriverError::Kind::retry;
    world.fail["note"] = -1;
    Process process(directory, world);
    process.start(build_item, "a");
    process.settle();
    EXPECT_EQ(process.state("a"), "error");
    EXPECT_EQ(std::ranges::count(world.calls, "a/note"), build_item.max_attempts);
    EXPECT_TRUE(world.host.empty());
}

TEST(Runner, TriesAnUndoUntilItSucceeds) {
    const sql::TemporaryDirectory directory;
    World world;
    world.fail["check"] = 1;
    world.fail["undo disk"] = 7;
    Process process(directory, world);
    process.start(build_item, "a");
    process.settle();
    EXPECT_EQ(process.state("a"), "error");
    EXPECT_TRUE(world.host.empty());
}

TEST(Runner, RunsAnObjectsWorkflowsOneAfterTheOther) {
    const sql::TemporaryDirectory directory;
    World world;
    world.pace = 1ms;
    Process process(directory, world);
    process.start(build_item, "a");
    process.start(delete_item, "a");
    process.start(build_item, "a");
    process.start(delete_item, "a");
    process.settle();
    EXPECT_EQ(process.state("a"), "gone");
    EXPECT_EQ(world.calls, (std::vector<std::string>{"a/disk", "a/note", "a/start", "clean a",
                                                     "a/disk", "a/note", "a/start", "clean a"}));
    EXPECT_EQ(world.most_at_once, 1);
}

TEST(Runner, RunsDifferentObjectsAtOnce) {
    const sql::TemporaryDirectory directory;
    World world;
    world.pace = 20ms;
    Process process(directory, world, "", {.owner = "me", .parallel = 5});
    for (int i = 0; i < 12; ++i) {
        process.start(build_item, std::to_string(i));
    }
    process.settle();
    EXPECT_EQ(world.most_at_once, 5);
    EXPECT_EQ(world.host.size(), 36u);
}

TEST(Runner, UnwindsWhatALaterOneInterrupts) {
    const sql::TemporaryDirectory directory;
    World world;
    world.pace = 20ms;
    Process process(directory, world);
    process.start(build_item, "a");
    process.start(build_item, "a");
    process.start(delete_item, "a", Interrupt::yes);
    process.settle();
    EXPECT_EQ(process.state("a"), "gone");
    EXPECT_EQ(std::ranges::count(world.calls, "a/start"), 0);
    EXPECT_EQ(world.calls.back(), "clean a");
    EXPECT_TRUE(world.host.empty());
}

TEST(Runner, WakesAWaitingWorkflowToInterruptIt) {
    const sql::TemporaryDirectory directory;
    World world;
    world.failure = DriverError::Kind::retry;
    world.fail["note"] = -1;
    Process process(directory, world, "",
                    {.owner = "me", .first_retry = 3600s, .longest_retry = 3600s});
    process.start(build_item, "a");
    while (world.called("a/note") == 0) {
        std::this_thread::sleep_for(1ms);
    }
    process.start(delete_item, "a", Interrupt::yes);
    process.settle();
    EXPECT_EQ(process.state("a"), "gone");
    EXPECT_TRUE(world.host.empty());
}

Task<void> start_many(Process& process, int first, int count) {
    for (int i = first; i < first + count; ++i) {
        co_await process.database->write([&process, i](sql::Transaction& tx) {
            const auto item = std::to_string(i % 150);
            process.runner->start(tx, i >= 150 ? delete_item : build_item, "item:" + item,
                                  Build{.item = item}, {});
        });
    }
}

TEST(Runner, LosesNoDoorbell) {
    const sql::TemporaryDirectory directory;
    World world;
    // Without a doorbell nothing would be found for an hour.
    Process process(directory, world, "", {.owner = "me", .poll = 3600s, .parallel = 4}, 4);
    for (int i = 0; i < 3; ++i) {
        async::spawn_on(process.loops.at(static_cast<size_t>(i) + 1),
                        start_many(process, i * 100, 100), "start");
    }
    for (int i = 0; i < 150; ++i) {
        while (world.called("clean " + std::to_string(i)) == 0) {
            std::this_thread::sleep_for(2ms);
        }
    }
    process.settle();
    EXPECT_EQ(process.count("work_workflow"), 0);
}

TEST(Runner, GivesBackWhatItHoldsWhenItStops) {
    const sql::TemporaryDirectory directory;
    World world;
    {
        world.pace = 30ms;
        Process process(directory, world);
        process.start(build_item, "a");
        while (world.called("a/disk") == 0) {
            std::this_thread::sleep_for(1ms);
        }
    }
    EXPECT_EQ(world.calls.size(), 1u) << "the running step ends, the next does not begin";
    Process process(directory, world);
    process.settle();
    EXPECT_EQ(process.state("a"), "active");
    EXPECT_EQ(std::ranges::count(world.calls, "a/disk"), 1);
}

TEST(Runner, LetsGoOfAWorkflowThatAnotherTookOver) {
    const sql::TemporaryDirectory directory;
    World world;
    world.pace = 50ms;
    Process process(directory, world);
    process.start(build_item, "a");
    while (world.called("a/disk") == 0) {
        std::this_thread::sleep_for(1ms);
    }
    // On a database that belongs to one process, a runner voids all leases when it starts.
    Runner second(*process.database, {.owner = "second"});
    second.add(build_item, world);
    second.add(delete_item, world);
    async::spawn_on(process.loops.at(0), second.run(), "second runner");
    process.settle();
    process.loops.run(second.stop());
    EXPECT_EQ(process.state("a"), "active");
    EXPECT_EQ(process.count("test_effect"), 3);
    EXPECT_EQ(std::ranges::count(world.calls, "a/disk"), 2);
}

TEST(Runner, SaysWhenAnObjectIsBusy) {
    const sql::TemporaryDirectory directory;
    World world;
    world.pace = 20ms;
    Process process(directory, world);
    const auto busy = [&] {
        return process.loops.get(process.database->read(
            [&](sql::Transaction& tx) { return process.runner->busy(tx, "item:a"); }));
    };
    EXPECT_FALSE(busy());
    process.start(build_item, "a");
    EXPECT_TRUE(busy());
    process.settle();
    EXPECT_FALSE(busy());
}

TEST(Runner, RepeatsPeriodicJobsOneAtATimeAndSurvivesTheirFailures) {
    const sql::TemporaryDirectory directory;
    World world;
    std::atomic<int> runs{0};
    std::atomic<int> at_once{0};
    {
        Process process(directory, world);
        process.runner->every(1ms, "count", [&]() -> Task<void> {
            EXPECT_EQ(++at_once, 1);
            co_await async::sleep(2ms);
            --at_once;
            if (++runs % 2 == 0) {
                throw internal("this time not");
            }
        });
        while (runs < 6) {
            std::this_thread::sleep_for(1ms);
        }
    }
    const int at_the_end = runs;
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(runs, at_the_end);
}

}  // namespace
}  // namespace welkin::work::test
