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
    std::atomic<bool> stopped = false;
};

namespace {

/// A timer and its job, shared by Asio and the function that cancels it.
struct Timer {
    asio::steady_timer timer;
    Job job;
};

}  // namespace

AsioLoop::AsioLoop(std::shared_ptr<BlockingPool> pool)
    : state_(std::make_unique<State>()), pool_(std::move(pool)) {}

AsioLoop::~AsioLoop() = default;

void AsioLoop::post(Job job) {
    if (!state_->stopped.load(std::memory_order_acquire)) {
        asio::post(state_->context, std::move(job));
    }
}

Job AsioLoop::after(Duration delay, Job job) {
    auto timer = std::make_shared<Timer>(asio::steady_timer(state_->context), std::move(job));
    timer->timer.expires_after(delay);
    timer->timer.async_wait([timer](const boost::system::error_code&) {
        if (timer->job) {
            std::exchange(timer->job, {})();
        }
    });
    return [timer = std::move(timer)] {
        timer->job = {};
        timer->timer.cancel();
    };
}

void AsioLoop::post_blocking(Job job) { pool_->post(std::move(job)); }

void AsioLoop::run() {
    set_current(this);
    while (!state_->stopped.load(std::memory_order_acquire)) {
        try {
            state_->context.run();
        } catch (...) {
            log::error("job failed", {{"error", describe(std::current_exception())}});
        }
    }
    detail::abandon_detached();
    set_current(nullptr);
}

void AsioLoop::stop() {
    state_->stopped.store(true, std::memory_order_release);
    state_->context.stop();
}

asio::io_context& AsioLoop::context() { return state_->context; }

AsioLoop& AsioLoop::current() {
    auto* const loop = dynamic_cast<AsioLoop*>(&Loop::current());
    CHECK(loop != nullptr);
    return *loop;
}

}  // namespace welkin::async
