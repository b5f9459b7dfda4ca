#pragma once
// LogWriter: the thread that writes the log, many lines at a time. Internal to core/observe.
//
// A line waits at most a few milliseconds, so that a busy server wakes the thread a few hundred
// times a second and not for every line.
#include <semaphore.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace welkin::log {

/// May be used from any thread.
class LogWriter {
public:
    enum class Urgency { soon, now };

    /// An empty path is standard error. `report_dropped` makes the line that stands where `lines`
    /// were dropped, because the log could not be written as fast as it grew. Throws bad_request()
    /// if the file cannot be opened.
    LogWriter(const std::string& path, std::function<std::string(uint64_t lines)> report_dropped);
    ~LogWriter();  ///< writes what is left

    void add(std::string_view line, Urgency urgency);
    /// Waits until all that was added is written, two seconds at most. Takes no lock and allocates
    /// nothing, so that it may be called in a fault's signal handler.
    void flush() noexcept;

    static constexpr size_t max_waiting_bytes = 4 << 20;

private:
    class Sink;
    void work();
    /// False if there was nothing to write.
    bool write_waiting();
    void wake() noexcept { sem_post(&wake_); }

    std::unique_ptr<Sink> sink_;
    std::function<std::string(uint64_t)> report_dropped_;
    std::mutex mutex_;
    std::string waiting_;
    uint64_t dropped_ = 0;
    std::string writing_;  ///< the thread's own
    std::atomic<uint64_t> added_ = 0;
    std::atomic<uint64_t> written_ = 0;  ///< of those added, dropped ones too
    std::atomic<bool> hurry_ = false;
    std::atomic<bool> ending_ = false;
    sem_t wake_;
    std::thread thread_;
};

}  // namespace welkin::log
