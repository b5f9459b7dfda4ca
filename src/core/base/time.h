#pragma once
// Time: wall-clock instants with microseconds, and the text forms OpenStack uses for them.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace welkin {

using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;
using namespace std::chrono_literals;

/// "2026-11-23T18:00:00Z" (compute, network, image)
std::string format_time(Time time);
/// "2026-11-23T18:00:00.000000Z" (identity)
std::string format_time_micros(Time time);
/// "2026-11-23T18:00:00.000000" (compute's fields that lack a zone)
std::string format_time_bare(Time time);
/// "Mon, 23 Nov 2026 18:00:00 GMT" (RFC 9110 HTTP-date)
std::string format_http_date(Time time);
/// ISO 8601 with optional fraction and zone (Z or +hh:mm; none means UTC); nothing if it is not
/// one.
std::optional<Time> parse_time(std::string_view text);

inline int64_t to_micros(Time time) { return time.time_since_epoch().count(); }
inline Time from_micros(int64_t micros) { return Time(Duration(micros)); }

}  // namespace welkin
