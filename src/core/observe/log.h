#pragma once
// Structured logs: a sentence and fields, one line each, as text or JSON. Written by a background
// thread, so that a slow disk never slows a request.
//
//   log::info("server started", {{"server", id}, {"host", host}, {"request", request_id}});
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace welkin::log {

enum class Level { debug, info, warning, error };

struct Field {
    std::string_view name;
    std::string value;

    template <class T>
    Field(std::string_view field_name, const T& field_value)
        : name(field_name), value(fmt::format("{}", field_value)) {}
};

struct Options {
    Level level = Level::info;
    std::string path;  ///< empty: stderr
    bool json = false;
};
void configure(const Options& options);
void flush();
bool enabled(Level level);

using Fields = std::initializer_list<Field>;
void write(Level level, std::string_view message, Fields fields);
inline void debug(std::string_view message, Fields fields = {}) {
    write(Level::debug, message, fields);
}
inline void info(std::string_view message, Fields fields = {}) {
    write(Level::info, message, fields);
}
inline void warning(std::string_view message, Fields fields = {}) {
    write(Level::warning, message, fields);
}
inline void error(std::string_view message, Fields fields = {}) {
    write(Level::error, message, fields);
}

}  // namespace welkin::log
