#pragma once
// Structured logs: a sentence and fields, one line each, as text or JSON. Written by a background
// thread a few milliseconds later, so that a slow disk never slows a request. Memory is bounded:
// where lines had to be dropped, a line says how many.
//
//   log::info("server started", {{"server", id}, {"host", host}, {"request", request_id}});
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include <fmt/format.h>

namespace welkin::log {

enum class Level { debug, info, warning, error };

struct Field {
    std::string_view name;
    std::string value;

    template <class T>
    Field(std::string_view field_name, const T& field_value) : name(field_name) {
        if constexpr (std::is_convertible_v<const T&, std::string_view>) {
            value = std::string_view(field_value);
        } else {
            value = fmt::format("{}", field_value);
        }
    }
};

struct Options {
    Level level = Level::info;
    std::string path;  ///< empty: stderr
    bool json = false;
};
void configure(const Options& options);
/// Waits until all that was logged is written, two seconds at most. Happens by itself at exit.
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
