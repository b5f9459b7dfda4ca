#pragma once
// BlockingPool: threads for what blocks, made when needed and ended after half a minute of
// idleness.
#include <atomic>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <thread>

#include "core/async/async.h"

namespace welkin::async {

/// True on a blocking thread whose loops are ending, which waits for the job: long ones should look
/// now and then, and give up.
bool blocking_should_end();

class BlockingPool {
public:
    explicit BlockingPool(int max_threads, Duration idle_limit = 30s);
    ~BlockingPool();  ///< stop()

    /// In order of arrival; from any thread. Dropped once stopped.
    void post(Job job);
    /// Drops what has not begun, lets the rest end and waits for it. Not from a job.
    void stop();

    int threads() const;

private:
    void work(std::list<std::thread>::iterator self);

    const int max_threads_;
    const Duration idle_limit_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::condition_variable left_;
    std::deque<Job> queue_;
    std::list<std::thread> threads_;
    std::list<std::thread> ended_;  ///< to be joined, which takes no time
    int idle_ = 0;
    std::atomic<bool> stopped_ = false;  ///< set under the lock, read without it by jobs
};

}  // namespace welkin::async
