#include "core/async/blocking_pool.h"

#include "core/async/threads.h"
#include "core/base/error.h"
#include "core/observe/log.h"

namespace welkin::async {

namespace {

thread_local const std::atomic<bool>* pool_stopped = nullptr;

}  // namespace

bool blocking_should_end() { return pool_stopped != nullptr && *pool_stopped; }

BlockingPool::BlockingPool(int max_threads, Duration idle_limit)
    : max_threads_(max_threads), idle_limit_(idle_limit) {}

BlockingPool::~BlockingPool() { stop(); }

void BlockingPool::post(Job job) {
    std::list<std::thread> ended;
    {
        const std::scoped_lock lock(mutex_);
        if (stopped_) {
            return;
        }
        queue_.push_back(std::move(job));
        if (std::cmp_greater(queue_.size(), idle_) &&
            std::cmp_less(threads_.size(), max_threads_)) {
            const auto self = threads_.emplace(threads_.end());
            *self = start_quiet_thread([this, self] { work(self); });
            ended.swap(ended_);
        }
        arrived_.notify_one();
    }
    for (auto& thread : ended) {
        thread.join();
    }
}

void BlockingPool::work(std::list<std::thread>::iterator self) {
    pool_stopped = &stopped_;
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        arrived_.wait_for(lock, idle_limit_, [this] { return stopped_ || !queue_.empty(); });
        --idle_;
        if (stopped_ || queue_.empty()) {
            break;
        }
        auto job = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        try {
            job();
        } catch (...) {
            log::error("blocking job failed", {{"error", describe(std::current_exception())}});
        }
        job = {};
        lock.lock();
    }
    ended_.splice(ended_.end(), threads_, self);
    left_.notify_all();
}

void BlockingPool::stop() {
    std::deque<Job> dropped;
    std::list<std::thread> ended;
    {
        std::unique_lock lock(mutex_);
        stopped_ = true;
        dropped.swap(queue_);
        arrived_.notify_all();
        left_.wait(lock, [this] { return threads_.empty(); });
        ended.swap(ended_);
    }
    for (auto& thread : ended) {
        thread.join();
    }
}

int BlockingPool::threads() const {
    const std::scoped_lock lock(mutex_);
    return static_cast<int>(threads_.size());
}

}  // namespace welkin::async
