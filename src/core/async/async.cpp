#include "core/async/async.h"

#include "core/async/detached.h"
#include "core/base/error.h"
#include "core/observe/log.h"

namespace welkin::async {

namespace {

thread_local Loop* current_loop = nullptr;

/// Suspended coroutines of one loop. The awaiter and the posted job share it, so that either may go
/// first; only the loop's thread touches it.
struct Resumption {
    std::coroutine_handle<> waiting;

    void resume() {
        if (waiting) {
            std::exchange(waiting, {}).resume();
        }
    }
};

/// Suspends until the loop comes round again.
struct YieldAwaiter {
    std::shared_ptr<Resumption> resumption = std::make_shared<Resumption>();

    YieldAwaiter() = default;
    YieldAwaiter(const YieldAwaiter&) = delete;
    YieldAwaiter& operator=(const YieldAwaiter&) = delete;
    ~YieldAwaiter() { resumption->waiting = {}; }

    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
        resumption->waiting = handle;
        Loop::current().post([shared = resumption] { shared->resume(); });
    }
    void await_resume() const {}
};

struct SleepAwaiter {
    explicit SleepAwaiter(Duration how_long) : delay(how_long) {}
    SleepAwaiter(const SleepAwaiter&) = delete;
    SleepAwaiter& operator=(const SleepAwaiter&) = delete;
    ~SleepAwaiter() {
        if (resumption->waiting) {
            resumption->waiting = {};
            cancel();
        }
    }

    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
        resumption->waiting = handle;
        cancel = Loop::current().after(delay, [shared = resumption] { shared->resume(); });
    }
    void await_resume() const {}

    Duration delay;
    std::shared_ptr<Resumption> resumption = std::make_shared<Resumption>();
    Job cancel;
};

}  // namespace

Loop& Loop::current() {
    CHECK(current_loop != nullptr);
    return *current_loop;
}

Loop* Loop::current_or_null() { return current_loop; }

void Loop::set_current(Loop* loop) { current_loop = loop; }

void spawn(Task<void> task, const char* name) { spawn_on(Loop::current(), std::move(task), name); }

void spawn_on(Loop& loop, Task<void> task, const char* name) {
    loop.post([task = std::move(task), name]() mutable {
        detail::start_detached(std::move(task), name);
    });
}

Task<void> sleep(Duration delay) { co_await SleepAwaiter(delay); }

Task<void> yield() { co_await YieldAwaiter(); }

}  // namespace welkin::async
