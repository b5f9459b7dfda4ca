#include "core/async/async.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/async/blocking_pool.h"
#include "core/async/loops.h"
#include "core/base/error.h"

namespace welkin::async {
namespace {

using Order = std::vector<int>;

Task<int> answer() { co_return 42; }

Task<int> fail() {
    throw conflict("No.");
    co_return 0;
}

TEST(Loops, RunReturnsWhatTheTaskReturnsOrThrows) {
    Loops loops(2);
    EXPECT_EQ(loops.get(answer()), 42);
    EXPECT_THROW(loops.get(fail()), Error);
}

Task<void> set_and_count(std::shared_ptr<std::atomic<int>> count) {
    co_await yield();
    ++*count;
}

TEST(Loops, SpawnedTasksRunOnTheLoopTheyWereGivenTo) {
    Loops loops(3);
    const auto count = std::make_shared<std::atomic<int>>(0);
    for (size_t i = 0; i < loops.count(); ++i) {
        spawn_on(loops.at(i), set_and_count(count), "count");
    }
    loops.run([](std::shared_ptr<std::atomic<int>> seen) -> Task<void> {
        while (*seen < 3) {
            co_await sleep(1ms);
        }
    }(count));
    EXPECT_EQ(*count, 3);
}

TEST(Loops, ThrowsFromSpawnedTasksAreNotFatal) {
    Loops loops(1);
    loops.run([]() -> Task<void> {
        spawn([]() -> Task<void> { static_cast<void>(co_await fail()); }(), "failing");
        co_await sleep(1ms);
    }());
}

TEST(Loops, RunThrowsWhenTheLoopsAreStopped) {
    Loops loops(1);
    std::thread stopper([&] {
        std::this_thread::sleep_for(20ms);
        loops.stop();
    });
    EXPECT_THROW(loops.run(sleep(1h)), Error);
    stopper.join();
    EXPECT_THROW(loops.run(sleep(1h)), Error);
}

TEST(Loops, EndWithCoroutinesStillSuspended) {
    Event event;
    Mutex mutex;
    {
        Loops loops(2);
        for (size_t i = 0; i < loops.count(); ++i) {
            spawn_on(loops.at(i), sleep(1h), "sleeper");
            spawn_on(loops.at(i), event.wait(), "waiter");
            spawn_on(
                loops.at(i),
                [](Mutex& shared) -> Task<void> {
                    const auto guard = co_await shared.lock();
                    co_await sleep(1h);
                }(mutex),
                "holder");
        }
        loops.run(sleep(5ms));
    }
    event.set();
}

TEST(Sleep, EndsInOrderOfTime) {
    Loops loops(1);
    Order order;
    loops.run([](Order& seen) -> Task<void> {
        const auto note = [](Order& into, int number, Duration delay) -> Task<void> {
            co_await sleep(delay);
            into.push_back(number);
        };
        std::vector<Task<void>> tasks;
        tasks.push_back(note(seen, 3, 30ms));
        tasks.push_back(note(seen, 1, 1ms));
        tasks.push_back(note(seen, 2, 15ms));
        co_await all(std::move(tasks));
    }(order));
    EXPECT_EQ(order, (Order{1, 2, 3}));
}

TEST(All, ThrowsTheFirstErrorAfterAllHaveEnded) {
    Loops loops(1);
    bool slow_ended = false;
    EXPECT_THROW(loops.run([](bool& ended) -> Task<void> {
        std::vector<Task<void>> tasks;
        tasks.push_back([]() -> Task<void> { static_cast<void>(co_await fail()); }());
        tasks.push_back([](bool& flag) -> Task<void> {
            co_await sleep(10ms);
            flag = true;
        }(ended));
        co_await all(std::move(tasks));
    }(slow_ended)),
                 Error);
    EXPECT_TRUE(slow_ended);
    loops.run(all({}));
}

TEST(Event, WakesWaitersOfOtherLoops) {
    Loops loops(3);
    Event event;
    const auto woken = std::make_shared<std::atomic<int>>(0);
    for (int i = 0; i < 300; ++i) {
        spawn_on(
            loops.at(static_cast<size_t>(i) % 3),
            [](Event& shared, std::shared_ptr<std::atomic<int>> count) -> Task<void> {
                co_await shared.wait();
                ++*count;
            }(event, woken),
            "waiter");
    }
    std::this_thread::sleep_for(5ms);
    event.set();
    loops.run([](std::shared_ptr<std::atomic<int>> count) -> Task<void> {
        while (*count < 300) {
            co_await sleep(1ms);
        }
    }(woken));
    EXPECT_EQ(*woken, 300);
    EXPECT_TRUE(event.is_set());
    loops.run(event.wait());
    event.clear();
    EXPECT_FALSE(loops.get(event.wait(2ms)));
}

TEST(Event, TimeoutsAndSetsMayRace) {
    Loops loops(2);
    for (int i = 0; i < 200; ++i) {
        Event event;
        std::thread setter([&] {
            std::this_thread::sleep_for(std::chrono::microseconds(900 + i % 20 * 10));
            event.set();
        });
        loops.get(event.wait(1ms));
        setter.join();
        EXPECT_TRUE(loops.get(event.wait(1h)));
    }
}

TEST(Event, AWaiterMayBeDestroyed) {
    Loops loops(1);
    loops.run([]() -> Task<void> {
        Event event;
        {
            std::vector<Task<void>> tasks;
            tasks.push_back(event.wait());
            tasks.push_back([](Event& shared) -> Task<void> { co_await shared.wait(1h); }(event));
            tasks.push_back(sleep(1h));
            // Starts them, is suspended in them, and goes.
            const auto never = std::make_shared<Task<void>>(all(std::move(tasks)));
            spawn(
                [](std::shared_ptr<Task<void>> task) -> Task<void> {
                    co_await yield();
                    *task = {};
                }(never),
                "destroyer");
            spawn(
                [](std::weak_ptr<Task<void>> task) -> Task<void> {
                    if (const auto alive = task.lock()) {
                        alive->await_suspend(std::noop_coroutine()).resume();
                    }
                    co_return;
                }(never),
                "starter");
            co_await sleep(5ms);
        }
        event.set();
        co_await sleep(5ms);
    }());
}

TEST(Mutex, IsHandedOnInOrderOfArrival) {
    Loops loops(1);
    Order order;
    loops.run([](Order& seen) -> Task<void> {
        Mutex mutex;
        std::vector<Task<void>> tasks;
        for (int i = 0; i < 5; ++i) {
            tasks.push_back([](Mutex& shared, Order& into, int number) -> Task<void> {
                const auto guard = co_await shared.lock();
                co_await sleep(1ms);
                into.push_back(number);
            }(mutex, seen, i));
        }
        co_await all(std::move(tasks));
    }(order));
    EXPECT_EQ(order, (Order{0, 1, 2, 3, 4}));
}

TEST(Mutex, ExcludesAcrossLoops) {
    Loops loops(3);
    Mutex mutex;
    int unguarded = 0;
    const auto ended = std::make_shared<std::atomic<int>>(0);
    for (int i = 0; i < 30; ++i) {
        spawn_on(
            loops.at(static_cast<size_t>(i) % 3),
            [](Mutex& shared, int& number, std::shared_ptr<std::atomic<int>> done) -> Task<void> {
                for (int round = 0; round < 100; ++round) {
                    const auto guard = co_await shared.lock();
                    const int before = number;
                    co_await yield();
                    number = before + 1;
                }
                ++*done;
            }(mutex, unguarded, ended),
            "adder");
    }
    loops.run([](std::shared_ptr<std::atomic<int>> done) -> Task<void> {
        while (*done < 30) {
            co_await sleep(1ms);
        }
    }(ended));
    EXPECT_EQ(unguarded, 3000);
}

TEST(Blocking, RunsElsewhereAndComesBack) {
    Loops loops(1);
    loops.run([]() -> Task<void> {
        const auto here = std::this_thread::get_id();
        const auto there = co_await blocking([] { return std::this_thread::get_id(); });
        EXPECT_NE(here, there);
        EXPECT_EQ(here, std::this_thread::get_id());
        int ran = 0;
        co_await blocking([&] { ++ran; });
        EXPECT_EQ(ran, 1);
        try {
            co_await blocking([] { throw conflict("No."); });
            ADD_FAILURE();
        } catch (const Error& error) {
            EXPECT_EQ(error.fault, Fault::conflict);
        }
    }());
}

TEST(Blocking, ManyCallsShareFewThreads) {
    Loops loops(1, 2);
    std::atomic<int> at_once = 0;
    std::atomic<int> most = 0;
    loops.run([](std::atomic<int>& now, std::atomic<int>& peak) -> Task<void> {
        std::vector<Task<void>> tasks;
        for (int i = 0; i < 20; ++i) {
            tasks.push_back([](std::atomic<int>& running, std::atomic<int>& highest) -> Task<void> {
                co_await blocking([&] {
                    highest = std::max(highest.load(), ++running);
                    std::this_thread::sleep_for(1ms);
                    --running;
                });
            }(now, peak));
        }
        co_await all(std::move(tasks));
    }(at_once, most));
    EXPECT_LE(most, 2);
}

TEST(Blocking, IdleThreadsEnd) {
    BlockingPool pool(4, 10ms);
    std::atomic<int> ran = 0;
    for (int i = 0; i < 10; ++i) {
        pool.post([&] { ++ran; });
    }
    EXPECT_LE(pool.threads(), 4);
    while (pool.threads() > 0) {
        std::this_thread::sleep_for(1ms);
    }
    EXPECT_EQ(ran, 10);
    pool.post([&] { ++ran; });
    while (ran < 11) {
        std::this_thread::sleep_for(1ms);
    }
    pool.stop();
    EXPECT_EQ(pool.threads(), 0);
    pool.post([&] { ++ran; });
    EXPECT_EQ(ran, 11);
}

TEST(Blocking, DestroyingTheTaskWaitsForTheFunction) {
    Loops loops(1);
    loops.run([]() -> Task<void> {
        std::atomic<bool> began = false;
        std::atomic<bool> ended = false;
        {
            auto task = [](std::atomic<bool>& first, std::atomic<bool>& last) -> Task<void> {
                co_await blocking([&] {
                    first = true;
                    std::this_thread::sleep_for(20ms);
                    last = true;
                });
            }(began, ended);
            task.await_suspend(std::noop_coroutine()).resume();
            while (!began) {
                co_await sleep(1ms);
            }
        }
        EXPECT_TRUE(ended);
    }());
}

TEST(Loop, TimersMayBeCancelledAfterTheLoopIsGone) {
    Job cancel;
    {
        Loops loops(1);
        loops.run([](Job& out) -> Task<void> {
            out = Loop::current().after(1h, [] {});
            auto fired = Loop::current().after(0us, [] {});
            co_await sleep(2ms);
            fired();
        }(cancel));
    }
    cancel();
}

}  // namespace
}  // namespace welkin::async
