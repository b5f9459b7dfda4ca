#pragma once
// SimulatedLoop: an event loop of one thread in virtual time, on which a run replays from its seed.
//
// It is the current loop of the thread that made it, for as long as it lives. Time stands still
// while anything is ready and then jumps to the next timer; SimulatedEnv's clocks go with it.
// Blocking jobs run at once and inline. There are no sockets.
#include <deque>
#include <functional>
#include <map>

#include "core/async/async.h"
#include "core/base/simulated_env.h"

namespace welkin::async {

enum class ReadyOrder { arrival, shuffled };  ///< shuffled: by the dice of the Env

class SimulatedLoop final : public Loop {
public:
    explicit SimulatedLoop(SimulatedEnv& env, ReadyOrder order = ReadyOrder::arrival);
    ~SimulatedLoop() override;  ///< destroy_all(), and drops what is posted

    void post(Job job) override;
    Job after(Duration delay, Job job) override;
    void post_blocking(Job job) override { job(); }
    Steady::time_point now() override { return env_.steady_now(); }

    /// Until nothing is ready and no timer is set. At most a million jobs, CHECKed: a periodic task
    /// never lets it be idle, so use run_for() where there is one.
    void run_until_idle();
    /// Everything that is due within `duration`, which then has passed.
    void run_for(Duration duration);
    /// Until `condition` holds after some job; false if it does not within `limit` of virtual time.
    bool run_until(const std::function<bool()>& condition, Duration limit);

    /// Runs a task to its end and returns its result, or throws what it throws; internal() when it
    /// waits for what will never happen.
    void run(Task<void> task);
    template <class T>
    T get(Task<T> task) {
        std::optional<T> result;
        run([](Task<T> inner, std::optional<T>& out) -> Task<void> {
            out.emplace(co_await std::move(inner));
        }(std::move(task), result));
        return std::move(*result);
    }

    /// Destroys all spawned coroutines, the youngest first, and drops posted jobs and timers: the
    /// process was killed, except that destructors run.
    void destroy_all();

private:
    using TimerKey = std::pair<Steady::time_point, uint64_t>;

    bool run_one_ready();
    bool next_timer_within(Steady::time_point limit);

    SimulatedEnv& env_;
    ReadyOrder order_;
    Loop* outer_;
    std::deque<Job> ready_;
    std::shared_ptr<std::map<TimerKey, Job>> timers_ = std::make_shared<std::map<TimerKey, Job>>();
    uint64_t sequence_ = 0;
};

}  // namespace welkin::async
