#include "core/base/time.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>

namespace welkin {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::year_month_day;

struct Parts {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    long hour = 0;
    long minute = 0;
    long second = 0;
    long micros = 0;
    unsigned weekday = 0;
};

Parts parts_of(Time time) {
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock{time - day};
    return {static_cast<int>(date.year()),     static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()), clock.hours().count(),
            clock.minutes().count(),           clock.seconds().count(),
            clock.subseconds().count(),        std::chrono::weekday(day).c_encoding()};
}

/// Reads a text from the left; every take_ says whether it found what it was asked for.
struct Reader {
    std::string_view text;

    bool take(char c) {
        if (text.empty() || text.front() != c) {
            return false;
        }
        text.remove_prefix(1);
        return true;
    }
    bool take_number(size_t digits, int& into) {
        if (text.size() < digits) {
            return false;
        }
        into = 0;
        for (size_t i = 0; i < digits; ++i) {
            if (text[i] < '0' || text[i] > '9') {
                return false;
            }
            into = into * 10 + (text[i] - '0');
        }
        text.remove_prefix(digits);
        return true;
    }
    /// Digits after the point, as microseconds; what is finer is cut off.
    bool take_fraction(int& micros) {
        size_t digits = 0;
        micros = 0;
        while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
            if (digits < 6) {
                micros = micros * 10 + (text[digits] - '0');
            }
            ++digits;
        }
        for (size_t i = digits; i < 6; ++i) {
            micros *= 10;
        }
        text.remove_prefix(digits);
        return digits > 0 && digits <= 18;
    }
};

bool take_clock(Reader& reader, Duration& clock) {
    int hour = 0;
    int minute = 0;
    int second = 0;
    int micros = 0;
    if (!reader.take_number(2, hour) || !reader.take(':') || !reader.take_number(2, minute)) {
        return false;
    }
    if (reader.take(':')) {
        if (!reader.take_number(2, second)) {
            return false;
        }
        if ((reader.take('.') || reader.take(',')) && !reader.take_fraction(micros)) {
            return false;
        }
    }
    clock = std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second) +
            Duration(micros);
    return hour <= 23 && minute <= 59 && second <= 59;
}

bool take_zone(Reader& reader, Duration& offset) {
    offset = {};
    if (reader.text.empty() || reader.take('Z') || reader.take('z')) {
        return true;
    }
    const bool west = reader.take('-');
    int hours = 0;
    int minutes = 0;
    if ((!west && !reader.take('+')) || !reader.take_number(2, hours)) {
        return false;
    }
    if (!reader.text.empty()) {
        reader.take(':');
        if (!reader.take_number(2, minutes)) {
            return false;
        }
    }
    offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    if (west) {
        offset = -offset;
    }
    return hours <= 23 && minutes <= 59;
}

}  // namespace

std::string format_time(Time time) {
    const auto p = parts_of(time);
    return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z"), p.year, p.month, p.day,
                       p.hour, p.minute, p.second);
}

std::string format_time_micros(Time time) { return format_time_bare(time) + "Z"; }

std::string format_time_bare(Time time) {
    const auto p = parts_of(time);
    return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}"), p.year, p.month,
                       p.day, p.hour, p.minute, p.second, p.micros);
}

std::string format_http_date(Time time) {
    static constexpr std::array weekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto p = parts_of(time);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", weekdays[p.weekday], p.day,
                       months[p.month - 1], p.year, p.hour, p.minute, p.second);
}

std::optional<Time> parse_time(std::string_view text) {
    Reader reader{text};
    int year = 0;
    int month = 0;
    int day = 0;
    if (!reader.take_number(4, year) || !reader.take('-') || !reader.take_number(2, month) ||
        !reader.take('-') || !reader.take_number(2, day)) {
        return {};
    }
    const auto date = std::chrono::year(year) / month / day;
    Duration clock{};
    Duration offset{};
    if (!date.ok()) {
        return {};
    }
    if (!reader.text.empty()) {
        if (!(reader.take('T') || reader.take('t') || reader.take(' ')) ||
            !take_clock(reader, clock) || !take_zone(reader, offset) || !reader.text.empty()) {
            return {};
        }
    }
    return Time(std::chrono::sys_days(date)) + clock - offset;
}

}  // namespace welkin
