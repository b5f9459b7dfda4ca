#include "core/async/asio_loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/async/blocking_pool.h"
#include "core/async/detached.h"
#include "core/base/error.h"
#include "core/observe/log.h"

namespace asio = boost::asio;

namespace welkin::async {

struct AsioLoop::State {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};

    // Jobs wait here and not in the context, so that they can be dropped when it has stopped: one
    // may hold a stream that holds this loop.
    std::mutex mutex;
    std::vector<Job> jobs;
    bool scheduled = false;  ///< run_jobs() is in the context's queue
    bool stopped = false;
    std::vector<Job> spare;  ///< empty, with the capacity of earlier rounds; of the loop's thread
};

namespace {

/// A timer and its job, shared by Asio and the function that cancels it.
struct Timer {
    asio::steady_timer timer;
    Job job;
};

/// Jobs have nobody to throw to.
void run_job(Job job) {
    try {
        job();
    } catch (...) {
        log::error("job failed", {{"error", describe(std::current_exception())}});
    }
}

}  // namespace

AsioLoop::AsioLoop(std::shared_ptr<BlockingPool> pool)
    : state_(std::make_unique<State>()), pool_(std::move(pool)) {}

AsioLoop::~AsioLoop() = default;

void AsioLoop::post(Job job) {
    const std::scoped_lock lock(state_->mutex);
    if (state_->stopped) {
        return;
    }
    state_->jobs.push_back(std::move(job));
    if (!std::exchange(state_->scheduled, true)) {
        asio::post(state_->context, [this] { run_jobs(); });
    }
}

void AsioLoop::run_jobs() {
    auto jobs = std::exchange(state_->spare, {});
    {
        const std::scoped_lock lock(state_->mutex);
        jobs.swap(state_->jobs);
        state_->scheduled = false;
    }
    for (auto& job : jobs) {
        run_job(std::exchange(job, {}));
    }
    jobs.clear();
    state_->spare = std::move(jobs);
}

Job AsioLoop::after(Duration delay, Job job) {
    auto timer = std::make_shared<Timer>(asio::steady_timer(state_->context), std::move(job));
    timer->timer.expires_after(delay);
    timer->timer.async_wait([timer](const boost::system::error_code&) {
        if (timer->job) {
            run_job(std::exchange(timer->job, {}));
        }
    });
    // Weakly, for who may cancel may also outlive the loop.
    return [weak = std::weak_ptr(timer)] {
        if (const auto waiting = weak.lock()) {
            waiting->job = {};
            waiting->timer.cancel();
        }
    };
}

void AsioLoop::post_blocking(Job job) { pool_->post(std::move(job)); }

void AsioLoop::run() {
    set_current(this);
    state_->context.run();
    detail::abandon_detached();
    set_current(nullptr);
}

void AsioLoop::stop() {
    const std::scoped_lock lock(state_->mutex);
    state_->stopped = true;
    state_->context.stop();
}

void AsioLoop::drop_jobs() {
    std::vector<Job> dropped;
    const std::scoped_lock lock(state_->mutex);
    dropped.swap(state_->jobs);
}

asio::io_context& AsioLoop::context() { return state_->context; }

AsioLoop& AsioLoop::current() {
    auto* const loop = dynamic_cast<AsioLoop*>(&Loop::current());
    CHECK(loop != nullptr);
    return *loop;
}

}  // namespace welkin::async
