#include "core/async/simulated.h"

#include <gtest/gtest.h>

#include <csignal>

#include "core/base/error.h"

namespace welkin::async {
namespace {

using Order = std::vector<int>;

Task<void> note(Order& order, int number, Duration delay) {
    co_await sleep(delay);
    order.push_back(number);
}

Order order_of(uint64_t seed, ReadyOrder kind) {
    SimulatedEnv env(seed);
    SimulatedLoop loop(env, kind);
    Order order;
    for (int i = 0; i < 8; ++i) {
        spawn(note(order, i, 1s), "note");
    }
    loop.run_until_idle();
    return order;
}

TEST(SimulatedLoop, ReplaysFromItsSeed) {
    const Order straight = {0, 1, 2, 3, 4, 5, 6, 7};
    EXPECT_EQ(order_of(1, ReadyOrder::arrival), straight);
    EXPECT_EQ(order_of(7, ReadyOrder::shuffled), order_of(7, ReadyOrder::shuffled));
    EXPECT_NE(order_of(7, ReadyOrder::shuffled), straight);
    EXPECT_NE(order_of(7, ReadyOrder::shuffled), order_of(8, ReadyOrder::shuffled));
}

TEST(SimulatedLoop, TimeJumpsToTheNextTimer) {
    SimulatedEnv env(1);
    SimulatedLoop loop(env);
    const auto start = env.now();
    Order order;
    spawn(note(order, 1, 24h), "note");
    spawn(note(order, 2, 48h), "note");
    loop.run_for(1h);
    EXPECT_EQ(order, Order{});
    EXPECT_EQ(env.now(), start + 1h);
    EXPECT_TRUE(loop.run_until([&] { return order.size() == 1; }, 30h));
    EXPECT_EQ(env.now(), start + 24h);
    loop.run_until_idle();
    EXPECT_EQ(env.now(), start + 48h);
    EXPECT_EQ(env.steady_now().time_since_epoch(), 48h);
    EXPECT_FALSE(loop.run_until([] { return false; }, 1h));
}

TEST(SimulatedLoop, RunsTasksToTheirEnd) {
    SimulatedEnv env(1);
    SimulatedLoop loop(env);
    EXPECT_EQ(loop.get([]() -> Task<int> {
        co_await sleep(1h);
        co_return co_await blocking([] { return 42; });
    }()),
              42);
    EXPECT_THROW(loop.run([]() -> Task<void> {
        co_await yield();
        throw conflict("No.");
    }()),
                 Error);
    Event never;
    EXPECT_THROW(loop.run(never.wait()), Error);
    EXPECT_FALSE(loop.get(never.wait(1h)));
}

TEST(SimulatedLoop, DestroysWhatIsSuspendedInAnyState) {
    SimulatedEnv env(1);
    Event event;
    Mutex mutex;
    const auto alive = std::make_shared<int>(0);
    {
        SimulatedLoop loop(env, ReadyOrder::shuffled);
        for (int i = 0; i < 5; ++i) {
            spawn(
                [](Event& shared, std::shared_ptr<int> held) -> Task<void> {
                    co_await shared.wait(2h);
                    *held += 1;
                }(event, alive),
                "waiter");
            spawn(
                [](Mutex& shared, std::shared_ptr<int> held) -> Task<void> {
                    const auto guard = co_await shared.lock();
                    co_await sleep(1h);
                    *held += 1;
                }(mutex, alive),
                "holder");
        }
        loop.run_for(90min);
        event.set();
        spawn(sleep(1h), "never started");
        EXPECT_GT(alive.use_count(), 1);
        loop.destroy_all();
        EXPECT_EQ(alive.use_count(), 1);
        EXPECT_EQ(*alive, 1) << "one holder had its hour";
        loop.run(event.wait());
    }
    EXPECT_EQ(Loop::current_or_null(), nullptr);
}

}  // namespace
}  // namespace welkin::async
