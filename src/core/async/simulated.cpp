#include "core/async/simulated.h"

#include "core/async/detached.h"
#include "core/base/error.h"

namespace welkin::async {

namespace {

constexpr int idle_job_limit = 1'000'000;

struct Ending {
    bool over = false;
    std::exception_ptr error;
};

Task<void> watched(Task<void> task, std::shared_ptr<Ending> ending) {
    try {
        co_await std::move(task);
    } catch (...) {
        ending->error = std::current_exception();
    }
    task = {};
    ending->over = true;
}

}  // namespace

SimulatedLoop::SimulatedLoop(SimulatedEnv& env, ReadyOrder order)
    : env_(env), order_(order), outer_(current_or_null()) {
    set_current(this);
}

SimulatedLoop::~SimulatedLoop() {
    destroy_all();
    set_current(outer_);
}

void SimulatedLoop::post(Job job) { ready_.push_back(std::move(job)); }

Job SimulatedLoop::after(Duration delay, Job job) {
    const TimerKey key(now() + std::max<Duration>(delay, 0us), sequence_++);
    timers_->emplace(key, std::move(job));
    return [weak = std::weak_ptr(timers_), key] {
        if (const auto timers = weak.lock()) {
            timers->erase(key);
        }
    };
}

bool SimulatedLoop::run_one_ready() {
    if (ready_.empty()) {
        return false;
    }
    const size_t chosen = order_ == ReadyOrder::shuffled ? env_.roll(ready_.size()) : 0;
    auto job = std::move(ready_[chosen]);
    ready_.erase(ready_.begin() + static_cast<ptrdiff_t>(chosen));
    job();
    return true;
}

bool SimulatedLoop::next_timer_within(Steady::time_point limit) {
    if (timers_->empty() || timers_->begin()->first.first > limit) {
        return false;
    }
    const auto when = timers_->begin()->first.first;
    env_.advance(std::chrono::duration_cast<Duration>(std::max(when - now(), when - when)));
    while (!timers_->empty() && timers_->begin()->first.first <= when) {
        post(std::move(timers_->begin()->second));
        timers_->erase(timers_->begin());
    }
    return true;
}

void SimulatedLoop::run_until_idle() {
    for (int jobs = 0; run_one_ready() || next_timer_within(Steady::time_point::max()); ++jobs) {
        CHECK(jobs < idle_job_limit);
    }
}

void SimulatedLoop::run_for(Duration duration) {
    const auto end = now() + duration;
    while (run_one_ready() || next_timer_within(end)) {
    }
    env_.advance(std::chrono::duration_cast<Duration>(std::max(end - now(), end - end)));
}

bool SimulatedLoop::run_until(const std::function<bool()>& condition, Duration limit) {
    const auto end = now() + limit;
    while (!condition()) {
        if (!run_one_ready() && !next_timer_within(end)) {
            return false;
        }
    }
    return true;
}

void SimulatedLoop::run(Task<void> task) {
    const auto ending = std::make_shared<Ending>();
    spawn(watched(std::move(task), ending), "run");
    while (!ending->over) {
        if (!run_one_ready() && !next_timer_within(Steady::time_point::max())) {
            throw internal("The task waits for something that will never happen.");
        }
    }
    if (ending->error) {
        std::rethrow_exception(std::move(ending->error));
    }
}

void SimulatedLoop::destroy_all() {
    detail::destroy_detached();
    // What goes may post something on its way.
    while (!ready_.empty() || !timers_->empty()) {
        const auto jobs = std::exchange(ready_, {});
        const auto timers = std::exchange(*timers_, {});
    }
}

}  // namespace welkin::async
