#pragma once
// Event loops seen by coroutines: spawn, sleep, events, and a pool for what blocks.
//
// A coroutine runs on the loop it was spawned on and resumes there after every await. Loops are
// Asio's in production (loops.h) and a deterministic, virtual-time one in the simulation
// (core/async/simulated.h); nothing here or above knows which.
#include <atomic>
#include <chrono>
#include <coroutine>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/task.h"
#include "core/base/time.h"

namespace welkin::async {

using Steady = std::chrono::steady_clock;
using Job = std::move_only_function<void()>;

/// One event loop. post() may be called from any thread; jobs run in order on the loop's thread.
/// Whoever may outlive the loop keeps it with shared_from_this(); once it is stopped, what is
/// posted is dropped unrun.
class Loop : public std::enable_shared_from_this<Loop> {
public:
    virtual ~Loop() = default;
    virtual void post(Job job) = 0;
    /// Runs `job` after `delay`; the returned function cancels it (from the loop's thread only).
    virtual Job after(Duration delay, Job job) = 0;
    /// Runs `job` on a thread where it may block (the simulation runs it inline).
    virtual void post_blocking(Job job) = 0;
    virtual Steady::time_point now() = 0;

    /// The loop whose thread this is; CHECK-fails on any other thread.
    static Loop& current();
    static Loop* current_or_null();

protected:
    static void set_current(Loop* loop);
};

/// Starts a task on the current loop and lets it go: it begins when what runs now has suspended.
/// What it throws is logged under `name`. A task that never ends lives as long as the program.
void spawn(Task<void> task, const char* name);
/// The same on another loop.
void spawn_on(Loop& loop, Task<void> task, const char* name);

Task<void> sleep(Duration delay);

/// Lets everything else that is ready run first.
Task<void> yield();

/// Wakes coroutines: set() lets every present waiter go, and later ones too until clear().
/// set() may be called from any thread.
class Event {
public:
    Event();
    ~Event();
    void set();
    void clear();
    bool is_set() const;
    Task<void> wait();
    /// False if `timeout` passed first.
    Task<bool> wait(Duration timeout);

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// Mutual exclusion between coroutines, in arrival order. Held across awaits on purpose.
class Mutex {
public:
    class Guard {
    public:
        explicit Guard(Mutex* owner) : owner_(owner) {}
        Guard(Guard&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
        Guard& operator=(Guard&&) = delete;
        ~Guard() {
            if (owner_) {
                owner_->unlock();
            }
        }

    private:
        Mutex* owner_;
    };
    Mutex();
    ~Mutex();
    Task<Guard> lock();

private:
    void unlock();
    struct State;
    std::shared_ptr<State> state_;
};

/// Awaits all; the first exception is thrown after all have ended.
Task<void> all(std::vector<Task<void>> tasks);

namespace detail {
Task<void> run_blocking(Job job);
}

/// Runs `function` where it may block and resumes here with its result (or exception). Destroying
/// the task while the function runs waits for it, so `function` may refer to its caller's locals.
template <class F>
Task<std::invoke_result_t<F&>> blocking(F function) {
    using Result = std::invoke_result_t<F&>;
    if constexpr (std::is_void_v<Result>) {
        co_await detail::run_blocking([&] { function(); });
    } else {
        std::optional<Result> result;
        co_await detail::run_blocking([&] { result.emplace(function()); });
        co_return std::move(*result);
    }
}

}  // namespace welkin::async
