#include "core/observe/log.h"

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <condition_variable>
#include <cstdlib>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/time.h"
#include "core/json/json.h"

namespace welkin::log {

namespace {

constexpr size_t queue_lines = 8192;
constexpr auto flush_patience = std::chrono::seconds(2);

/// Passes lines on, counts flushes, and says when the queue had to drop lines.
class CountingSink : public spdlog::sinks::sink {
public:
    explicit CountingSink(spdlog::sink_ptr target) : target_(std::move(target)) {
        target_->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
    }
    void log(const spdlog::details::log_msg& line) override { target_->log(line); }
    void flush() override {
        target_->flush();
        const std::lock_guard lock(mutex_);
        ++flushes_;
        flushed_.notify_all();
    }
    void set_pattern(const std::string&) override {}
    void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

    uint64_t flushes() {
        const std::lock_guard lock(mutex_);
        return flushes_;
    }
    void wait_for_flush_after(uint64_t seen) {
        std::unique_lock lock(mutex_);
        flushed_.wait_for(lock, flush_patience, [this, seen] { return flushes_ > seen; });
    }

private:
    spdlog::sink_ptr target_;
    std::mutex mutex_;
    std::condition_variable flushed_;
    uint64_t flushes_ = 0;
};

struct Output {
    std::shared_ptr<CountingSink> sink;
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::async_logger> logger;
    bool json = false;
    std::atomic<size_t> dropped_reported{0};

    explicit Output(const Options& options) : json(options.json) {
        spdlog::sink_ptr target;
        if (options.path.empty()) {
            target = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        } else {
            try {
                target = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.path);
            } catch (const spdlog::spdlog_ex& e) {
                throw bad_request("The log file {} cannot be opened: {}.", options.path, e.what());
            }
        }
        sink = std::make_shared<CountingSink>(std::move(target));
        pool = std::make_shared<spdlog::details::thread_pool>(queue_lines, 1);
        logger = std::make_shared<spdlog::async_logger>(
            "welkin", sink, pool, spdlog::async_overflow_policy::overrun_oldest);
        logger->set_level(spdlog::level::trace);
        logger->flush_on(spdlog::level::warn);
    }
};

// Never destroyed, so that destructors of other statics may still log; atexit() flushes.
struct State {
    std::mutex mutex;
    std::shared_ptr<Output> output;
    std::atomic<Level> level{Level::info};
};

State& state() {
    static State& the_state = *new State;
    return the_state;
}

std::shared_ptr<Output> current_output() {
    auto& s = state();
    const std::lock_guard lock(s.mutex);
    if (!s.output) {
        s.output = std::make_shared<Output>(Options{});
        std::atexit(flush);
    }
    return s.output;
}

spdlog::level::level_enum spdlog_level(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warning:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

std::string_view level_name(Level level, bool upper) {
    switch (level) {
        case Level::debug:
            return upper ? "DEBUG" : "debug";
        case Level::info:
            return upper ? "INFO" : "info";
        case Level::warning:
            return upper ? "WARNING" : "warning";
        case Level::error:
            return upper ? "ERROR" : "error";
    }
    return "";
}

/// One line and well-formed UTF-8, whatever was given: nobody may forge a line of the log.
void append_printable(std::string& out, std::string_view text) {
    const bool well_formed = text::is_utf8(text);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !well_formed)) {
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
        } else {
            out.push_back(c);
        }
    }
}

void append_value(std::string& out, std::string_view value) {
    const bool plain = !value.empty() && std::none_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte == 0x7f || c == '"' || c == '=' || c == '\\';
    });
    if (plain && text::is_utf8(value)) {
        out.append(value);
        return;
    }
    std::string printable;
    append_printable(
        printable,
        text::replace_all(text::replace_all(std::string(value), "\\", "\\\\"), "\"", "\\\""));
    out.append("\"").append(printable).append("\"");
}

std::string text_line(Level level, std::string_view message, Fields fields, Time now) {
    auto line = format_time_micros(now);
    line.append(" ").append(level_name(level, true)).append(" ");
    append_printable(line, message);
    for (const auto& field : fields) {
        line.append(" ");
        append_printable(line, field.name);
        line.append("=");
        append_value(line, field.value);
    }
    return line;
}

std::string json_line(Level level, std::string_view message, Fields fields, Time now) {
    std::string line;
    json::Writer writer(line);
    const auto well_formed = [](std::string_view text) {
        if (text::is_utf8(text)) {
            return std::string(text);
        }
        std::string printable;
        append_printable(printable, text);
        return printable;
    };
    writer.begin_object();
    writer.member("time", format_time_micros(now));
    writer.member("level", level_name(level, false));
    writer.member("message", well_formed(message));
    for (const auto& field : fields) {
        writer.member(well_formed(field.name), well_formed(field.value));
    }
    writer.end_object();
    return line;
}

void emit(Output& output, Level level, std::string_view message, Fields fields) {
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    output.logger->log(spdlog_level(level), output.json ? json_line(level, message, fields, now)
                                                        : text_line(level, message, fields, now));
}

void report_dropped(Output& output) {
    const size_t dropped = output.pool->overrun_counter();
    const size_t before = output.dropped_reported.exchange(dropped);
    if (dropped > before) {
        emit(output, Level::warning, "log lines dropped: the log could not be written fast enough",
             {{"lines", dropped - before}});
    }
}

}  // namespace

void configure(const Options& options) {
    current_output();  // registers the flush at exit
    auto& s = state();
    auto output = std::make_shared<Output>(options);
    {
        const std::lock_guard lock(s.mutex);
        std::swap(s.output, output);
    }
    s.level = options.level;
    // `output` is the old one now: its pool writes out what is queued before it ends.
}

bool enabled(Level level) { return level >= state().level.load(std::memory_order_relaxed); }

void flush() {
    const auto output = current_output();
    report_dropped(*output);
    const auto seen = output->sink->flushes();
    output->logger->flush();
    output->sink->wait_for_flush_after(seen);
}

void write(Level level, std::string_view message, Fields fields) {
    if (!enabled(level)) {
        return;
    }
    const auto output = current_output();
    emit(*output, level, message, fields);
    if (level >= Level::warning) {
        report_dropped(*output);
    }
}

}  // namespace welkin::log
