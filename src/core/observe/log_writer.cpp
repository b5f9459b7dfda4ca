#include "core/observe/log_writer.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <ctime>

#include "core/async/threads.h"
#include "core/base/error.h"

namespace welkin::log {

namespace {

constexpr int64_t gather_ns = 5'000'000;
constexpr size_t large_bytes = 256 << 10;
constexpr int flush_patience_ms = 2000;

}  // namespace

class LogWriter::Sink {
public:
    explicit Sink(const std::string& path) {
        if (path.empty()) {
            target_ = std::make_shared<spdlog::sinks::stderr_sink_st>();
        } else {
            try {
                target_ = std::make_shared<spdlog::sinks::basic_file_sink_st>(path);
            } catch (const spdlog::spdlog_ex& e) {
                throw bad_request("The log file {} cannot be opened: {}.", path, e.what());
            }
        }
        target_->set_formatter(
            std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::utc, ""));
    }

    void write(std::string_view lines) noexcept {
        try {
            target_->log({"", spdlog::level::info, {lines.data(), lines.size()}});
            target_->flush();
        } catch (const std::exception&) {
            // A full disk: there is nowhere to say so.
        }
    }

private:
    spdlog::sink_ptr target_;
};

LogWriter::LogWriter(const std::string& path,
                     std::function<std::string(uint64_t lines)> report_dropped)
    : sink_(std::make_unique<Sink>(path)), report_dropped_(std::move(report_dropped)) {
    CHECK(sem_init(&wake_, 0, 0) == 0);
    thread_ = async::start_quiet_thread([this] { work(); });
}

LogWriter::~LogWriter() {
    ending_ = true;
    wake();
    thread_.join();
    sem_destroy(&wake_);
}

void LogWriter::add(std::string_view line, Urgency urgency) {
    bool first = false;
    bool large = false;
    {
        const std::lock_guard lock(mutex_);
        ++added_;
        if (waiting_.size() + line.size() >= max_waiting_bytes) {
            ++dropped_;
            return;
        }
        first = waiting_.empty();
        large = waiting_.size() < large_bytes && waiting_.size() + line.size() >= large_bytes;
        waiting_.append(line).push_back('\n');
    }
    const bool hurries = large || urgency == Urgency::now;
    if (hurries) {
        hurry_ = true;
    }
    if (first || hurries) {
        wake();
    }
}

void LogWriter::flush() noexcept {
    const auto wanted = added_.load();
    hurry_ = true;
    wake();
    for (int waited_ms = 0; written_ < wanted && waited_ms < flush_patience_ms; ++waited_ms) {
        const timespec millisecond{0, 1'000'000};
        nanosleep(&millisecond, nullptr);
    }
}

void LogWriter::work() {
    while (!ending_) {
        sem_wait(&wake_);
        timespec until{};
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += gather_ns;
        if (until.tv_nsec >= 1'000'000'000) {
            until.tv_nsec -= 1'000'000'000;
            ++until.tv_sec;
        }
        while (!hurry_ && !ending_ && sem_clockwait(&wake_, CLOCK_MONOTONIC, &until) == 0) {
        }
        hurry_ = false;
        write_waiting();
    }
    while (write_waiting()) {
    }
}

bool LogWriter::write_waiting() {
    uint64_t dropped = 0;
    uint64_t added = 0;
    {
        const std::lock_guard lock(mutex_);
        writing_.swap(waiting_);
        dropped = std::exchange(dropped_, 0);
        added = added_;
    }
    if (dropped > 0) {
        writing_.append(report_dropped_(dropped)).push_back('\n');
    }
    const bool any = !writing_.empty();
    if (any) {
        sink_->write(writing_);
        writing_.clear();
    }
    // What a burst needed is given back.
    if (writing_.capacity() > large_bytes) {
        writing_ = {};
    }
    written_ = added;
    return any;
}

}  // namespace welkin::log
