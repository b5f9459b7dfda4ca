#include "core/async/loops.h"

#include <condition_variable>
#include <csignal>
#include <thread>

#include "core/async/asio_loop.h"
#include "core/async/blocking_pool.h"
#include "core/async/threads.h"
#include "core/base/error.h"

namespace welkin::async {

namespace {

/// How run() learns that its task has ended, or never will.
struct Ending {
    std::mutex mutex;
    std::condition_variable changed;
    bool over = false;
    bool completed = false;
    std::exception_ptr error;

    void finish(bool by_completion, std::exception_ptr trouble) {
        const std::scoped_lock lock(mutex);
        if (!over) {
            over = true;
            completed = by_completion;
            error = std::move(trouble);
        }
        changed.notify_all();
    }
};

Task<void> watched(Task<void> task, std::shared_ptr<Ending> ending) {
    std::exception_ptr error;
    try {
        co_await std::move(task);
    } catch (...) {
        error = std::current_exception();
    }
    // What the task holds goes before run() returns, for it may refer to the caller's locals.
    task = {};
    ending->finish(true, std::move(error));
}

}  // namespace

struct Loops::State {
    std::shared_ptr<BlockingPool> pool;
    std::vector<std::shared_ptr<AsioLoop>> loops;
    std::vector<std::thread> threads;

    std::mutex mutex;
    bool ended = false;  ///< loop 0 runs no more
    std::vector<std::shared_ptr<Ending>> awaited;

    /// False if loop 0 has ended.
    bool add(const std::shared_ptr<Ending>& ending) {
        const std::scoped_lock lock(mutex);
        if (!ended) {
            awaited.push_back(ending);
        }
        return !ended;
    }
    void remove(const std::shared_ptr<Ending>& ending) {
        const std::scoped_lock lock(mutex);
        std::erase(awaited, ending);
    }
    void end() {
        const std::scoped_lock lock(mutex);
        ended = true;
        for (const auto& ending : awaited) {
            ending->finish(false, nullptr);
        }
    }
};

Loops::Loops(int threads, int blocking_threads) : state_(std::make_unique<State>()) {
    CHECK(threads > 0 && blocking_threads > 0);
    // A peer that closes early is an error of write(), not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    state_->pool = std::make_shared<BlockingPool>(blocking_threads);
    for (int i = 0; i < threads; ++i) {
        state_->loops.push_back(std::make_shared<AsioLoop>(state_->pool));
    }
    for (const auto& loop : state_->loops) {
        state_->threads.push_back(start_quiet_thread([loop, state = state_.get()] {
            loop->run();
            if (loop == state->loops.front()) {
                state->end();
            }
        }));
    }
}

Loops::~Loops() {
    stop();
    for (auto& thread : state_->threads) {
        thread.join();
    }
    state_->pool->stop();
    for (const auto& loop : state_->loops) {
        loop->drop_jobs();
    }
}

Loop& Loops::at(size_t index) { return *state_->loops.at(index); }

size_t Loops::count() const { return state_->loops.size(); }

void Loops::stop() {
    for (const auto& loop : state_->loops) {
        loop->stop();
    }
}

void Loops::run(Task<void> task) {
    CHECK(Loop::current_or_null() == nullptr);
    const auto ending = std::make_shared<Ending>();
    if (state_->add(ending)) {
        spawn_on(*state_->loops.front(), watched(std::move(task), ending), "run");
        std::unique_lock lock(ending->mutex);
        ending->changed.wait(lock, [&] { return ending->over; });
        lock.unlock();
        state_->remove(ending);
    }
    if (ending->error) {
        std::rethrow_exception(std::move(ending->error));
    }
    if (!ending->completed) {
        throw unavailable("The event loops were stopped before the task had ended.");
    }
}

}  // namespace welkin::async
