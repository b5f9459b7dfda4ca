#include "core/async/detached.h"

#include <coroutine>
#include <exception>
#include <mutex>
#include <utility>

#include "core/base/error.h"
#include "core/observe/log.h"

namespace welkin::async::detail {

namespace {

/// A node of the thread's ring of detached coroutines.
struct Link {
    Link* previous = this;
    Link* next = this;

    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    ~Link() { unlink(); }

    void insert_before(Link& other) {
        previous = other.previous;
        next = &other;
        previous->next = this;
        next->previous = this;
    }
    void unlink() {
        previous->next = next;
        next->previous = previous;
        previous = this;
        next = this;
    }
};

// Both live on the heap for good: coroutines set aside stay reachable, and no destructor at exit
// meets them.
thread_local Link* running = nullptr;

Link& running_here() {
    if (running == nullptr) {
        running = new Link;
    }
    return *running;
}

struct Graveyard {
    std::mutex mutex;
    Link ring;
};

Graveyard& graveyard() {
    static auto* const instance = new Graveyard;
    return *instance;
}

struct Detached {
    struct promise_type : Link {
        promise_type() { insert_before(running_here()); }
        Detached get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
};

Detached run(Task<void> task, const char* name) {
    try {
        co_await std::move(task);
    } catch (...) {
        log::error("task failed", {{"task", name}, {"error", describe(std::current_exception())}});
    }
}

}  // namespace

void start_detached(Task<void> task, const char* name) { run(std::move(task), name); }

void abandon_detached() {
    if (running == nullptr) {
        return;
    }
    auto& [mutex, ring] = graveyard();
    const std::scoped_lock lock(mutex);
    while (running->next != running) {
        Link* const link = running->next;
        link->unlink();
        link->insert_before(ring);
    }
    delete std::exchange(running, nullptr);
}

void destroy_detached() {
    if (running == nullptr) {
        return;
    }
    while (running->previous != running) {
        auto& promise = static_cast<Detached::promise_type&>(*running->previous);
        std::coroutine_handle<Detached::promise_type>::from_promise(promise).destroy();
    }
    delete std::exchange(running, nullptr);
}

}  // namespace welkin::async::detail
