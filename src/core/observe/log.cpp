#include "core/observe/log.h"

#include <cstdlib>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/time.h"
#include "core/json/json.h"
#include "core/observe/log_writer.h"

namespace welkin::log {

namespace {

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

std::string make_line(bool as_json, Level level, std::string_view message, Fields fields) {
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    return as_json ? json_line(level, message, fields, now)
                   : text_line(level, message, fields, now);
}

struct Output {
    bool json = false;
    LogWriter writer;

    explicit Output(const Options& options)
        : json(options.json), writer(options.path, [as_json = options.json](uint64_t lines) {
              return make_line(as_json, Level::warning,
                               "log lines dropped: the log could not be written fast enough",
                               {{"lines", lines}});
          }) {}
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
    // `output` is the old one now: it writes out what it has before it ends.
}

bool enabled(Level level) { return level >= state().level.load(std::memory_order_relaxed); }

void flush() { current_output()->writer.flush(); }

void write(Level level, std::string_view message, Fields fields) {
    if (!enabled(level)) {
        return;
    }
    const auto output = current_output();
    output->writer.add(
        make_line(output->json, level, message, fields),
        level >= Level::warning ? LogWriter::Urgency::now : LogWriter::Urgency::soon);
}

}  // namespace welkin::log
