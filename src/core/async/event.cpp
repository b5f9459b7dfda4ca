#include <list>

#include "core/async/async.h"
#include "core/async/loop_reference.h"

namespace welkin::async {

namespace {

/// A suspended coroutine, shared by the event, its timer and its awaiter. `handle` belongs to the
/// loop's thread; `queued` to the event's lock.
struct Waiter {
    LoopReference loop;
    std::coroutine_handle<> handle;
    Job cancel_timer;
    bool signalled = false;
    bool queued = false;
    std::list<std::shared_ptr<Waiter>>::iterator place;

    void resume(bool was_signalled) {
        if (handle) {
            signalled = was_signalled;
            std::exchange(handle, {}).resume();
        }
    }
};

}  // namespace

struct Event::State {
    std::mutex mutex;
    bool set = false;
    std::list<std::shared_ptr<Waiter>> waiters;

    /// False if the event is set, so that there is nothing to wait for.
    bool enqueue(const std::shared_ptr<Waiter>& waiter) {
        const std::scoped_lock lock(mutex);
        if (set) {
            return false;
        }
        waiter->place = waiters.insert(waiters.end(), waiter);
        waiter->queued = true;
        return true;
    }
    /// False if it is no longer in the queue: its wake-up is already under way.
    bool withdraw(Waiter& waiter) {
        std::shared_ptr<Waiter> last_owner;
        const std::scoped_lock lock(mutex);
        if (!waiter.queued) {
            return false;
        }
        waiter.queued = false;
        last_owner = std::move(*waiter.place);
        waiters.erase(waiter.place);
        return true;
    }

    struct Awaiter;
};

struct Event::State::Awaiter {
    Awaiter(std::shared_ptr<State> event_state, std::optional<Duration> time_limit)
        : state(std::move(event_state)), timeout(time_limit) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() {
        if (waiter->handle) {
            waiter->handle = {};
            state->withdraw(*waiter);
        }
        if (waiter->cancel_timer) {
            std::exchange(waiter->cancel_timer, {})();
        }
    }

    bool await_ready() const { return false; }
    bool await_suspend(std::coroutine_handle<> handle) {
        auto& loop = Loop::current();
        waiter->loop = LoopReference(loop);
        waiter->handle = handle;
        if (!state->enqueue(waiter)) {
            waiter->handle = {};
            waiter->signalled = true;
            return false;
        }
        if (timeout) {
            waiter->cancel_timer = loop.after(*timeout, [shared = waiter, event = state] {
                if (shared->handle && event->withdraw(*shared)) {
                    shared->resume(false);
                }
            });
        }
        return true;
    }
    bool await_resume() const { return waiter->signalled; }

    std::shared_ptr<State> state;
    std::optional<Duration> timeout;
    std::shared_ptr<Waiter> waiter = std::make_shared<Waiter>();
};

Event::Event() : state_(std::make_shared<State>()) {}
Event::~Event() = default;

void Event::set() {
    std::list<std::shared_ptr<Waiter>> woken;
    {
        const std::scoped_lock lock(state_->mutex);
        state_->set = true;
        woken.swap(state_->waiters);
        for (const auto& waiter : woken) {
            waiter->queued = false;
        }
    }
    for (const auto& waiter : woken) {
        waiter->loop.post([shared = waiter] { shared->resume(true); });
    }
}

void Event::clear() {
    const std::scoped_lock lock(state_->mutex);
    state_->set = false;
}

bool Event::is_set() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->set;
}

// The state goes into the coroutine's frame by value, so that the event may die before the waiter.
Task<void> Event::wait() {
    return [](std::shared_ptr<State> state) -> Task<void> {
        co_await State::Awaiter(std::move(state), {});
    }(state_);
}

Task<bool> Event::wait(Duration timeout) {
    return [](std::shared_ptr<State> state, Duration limit) -> Task<bool> {
        co_return co_await State::Awaiter(std::move(state), limit);
    }(state_, timeout);
}

}  // namespace welkin::async
