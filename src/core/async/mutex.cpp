#include <deque>

#include "core/async/async.h"
#include "core/async/loop_reference.h"
#include "core/base/error.h"

namespace welkin::async {

namespace {

/// A suspended coroutine. `handle` belongs to its loop's thread, `granted` to the mutex's lock.
struct Waiter {
    LoopReference loop;
    std::coroutine_handle<> handle;
    bool granted = false;
};

}  // namespace

struct Mutex::State {
    std::mutex mutex;
    bool locked = false;
    std::deque<std::shared_ptr<Waiter>> waiters;

    bool take_or_enqueue(const std::shared_ptr<Waiter>& waiter) {
        const std::scoped_lock lock(mutex);
        if (!locked) {
            locked = true;
            return true;
        }
        waiters.push_back(waiter);
        return false;
    }
    /// Hands the mutex to the first in the queue, or opens it.
    void release() {
        std::shared_ptr<Waiter> next;
        {
            const std::scoped_lock lock(mutex);
            CHECK(locked);
            if (waiters.empty()) {
                locked = false;
                return;
            }
            next = std::move(waiters.front());
            waiters.pop_front();
            next->granted = true;
        }
        next->loop.post([shared = next] {
            if (shared->handle) {
                std::exchange(shared->handle, {}).resume();
            }
        });
    }
    /// The waiter's coroutine is being destroyed: it leaves the queue, or passes on what it got.
    void give_up(const std::shared_ptr<Waiter>& waiter) {
        {
            const std::scoped_lock lock(mutex);
            if (!waiter->granted) {
                std::erase(waiters, waiter);
                return;
            }
        }
        release();
    }

    struct Awaiter;
};

struct Mutex::State::Awaiter {
    explicit Awaiter(std::shared_ptr<State> mutex_state) : state(std::move(mutex_state)) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() {
        if (waiter && waiter->handle) {
            waiter->handle = {};
            state->give_up(waiter);
        }
    }

    bool await_ready() const { return false; }
    bool await_suspend(std::coroutine_handle<> handle) {
        waiter = std::make_shared<Waiter>();
        waiter->loop = LoopReference(Loop::current());
        waiter->handle = handle;
        if (state->take_or_enqueue(waiter)) {
            waiter->handle = {};
            return false;
        }
        return true;
    }
    void await_resume() const {}

    std::shared_ptr<State> state;
    std::shared_ptr<Waiter> waiter;
};

Mutex::Mutex() : state_(std::make_shared<State>()) {}
Mutex::~Mutex() = default;

Task<Mutex::Guard> Mutex::lock() {
    co_await State::Awaiter(state_);
    co_return Guard(this);
}

void Mutex::unlock() { state_->release(); }

}  // namespace welkin::async
