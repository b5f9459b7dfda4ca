#include "compute/agent/uptime.h"

#include "core/base/text.h"
#include "core/base/time.h"

namespace welkin::compute {

namespace {

constexpr int64_t minute = 60;
constexpr int64_t hour = 60 * minute;
constexpr int64_t day = 24 * hour;

std::string since_boot(int64_t seconds) {
    const auto days = seconds / day;
    const auto clock = fmt::format("{:2}:{:02}", seconds % day / hour, seconds % hour / minute);
    return days == 0 ? clock : fmt::format("{} {}, {}", days, days == 1 ? "day" : "days", clock);
}

}  // namespace

std::string uptime_line(Env& env) {
    const auto uptime = env.files().read("/proc/uptime").value_or("0");
    const auto seconds = text::to_integer(uptime.substr(0, uptime.find('.'))).value_or(0);
    auto loads = text::split(env.files().read("/proc/loadavg").value_or("0 0 0"), ' ');
    loads.resize(3);
    const auto clock = format_time(env.now()).substr(11, 8);
    return fmt::format(" {} up {},  0 users,  load average: {}", clock, since_boot(seconds),
                       text::join(loads, ", "));
}

}  // namespace welkin::compute
