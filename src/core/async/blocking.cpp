#include <condition_variable>

#include "core/async/async.h"
#include "core/async/loop_reference.h"

namespace welkin::async::detail {

namespace {

/// One call into the blocking pool, shared between the coroutine and the pool's thread.
struct Call {
    enum class Phase { queued, running, done, cancelled };

    std::mutex mutex;
    std::condition_variable changed;
    Phase phase = Phase::queued;
    Job job;
    std::exception_ptr error;
    std::coroutine_handle<> waiting;  ///< touched by the loop's thread only
    LoopReference loop;

    bool begin() {
        const std::scoped_lock lock(mutex);
        if (phase == Phase::cancelled) {
            return false;
        }
        phase = Phase::running;
        return true;
    }
    void end() {
        const std::scoped_lock lock(mutex);
        phase = Phase::done;
        changed.notify_all();
    }
    /// After this the job neither runs nor will.
    void cancel() {
        std::unique_lock lock(mutex);
        if (phase == Phase::queued) {
            phase = Phase::cancelled;
        }
        changed.wait(lock, [this] { return phase != Phase::running; });
    }
};

void perform(const std::shared_ptr<Call>& call) {
    if (!call->begin()) {
        return;
    }
    try {
        call->job();
    } catch (...) {
        call->error = std::current_exception();
    }
    call->end();
    call->loop.post([call] {
        if (call->waiting) {
            std::exchange(call->waiting, {}).resume();
        }
    });
}

struct BlockingAwaiter {
    explicit BlockingAwaiter(Job job) { call->job = std::move(job); }
    BlockingAwaiter(const BlockingAwaiter&) = delete;
    BlockingAwaiter& operator=(const BlockingAwaiter&) = delete;
    ~BlockingAwaiter() {
        if (call->waiting) {
            call->waiting = {};
            call->cancel();
        }
    }

    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
        auto& loop = Loop::current();
        call->waiting = handle;
        call->loop = LoopReference(loop);
        loop.post_blocking([shared = call] { perform(shared); });
    }
    void await_resume() const {
        if (call->error) {
            std::rethrow_exception(std::move(call->error));
        }
    }

    std::shared_ptr<Call> call = std::make_shared<Call>();
};

}  // namespace

Task<void> run_blocking(Job job) { co_await BlockingAwaiter(std::move(job)); }

}  // namespace welkin::async::detail
