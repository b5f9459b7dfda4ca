#include "core/base/time.h"

#include <gtest/gtest.h>

namespace welkin {
namespace {

const Time moment = from_micros(1'795'456'800'000'123);  // 2026-11-23T18:00:00.000123Z

TEST(Time, IsWrittenInTheFormsTheServicesUse) {
    EXPECT_EQ(format_time(moment), "2026-11-23T18:00:00Z");
    EXPECT_EQ(format_time_micros(moment), "2026-11-23T18:00:00.000123Z");
    EXPECT_EQ(format_time_bare(moment), "2026-11-23T18:00:00.000123");
    EXPECT_EQ(format_http_date(moment), "Mon, 23 Nov 2026 18:00:00 GMT");
    EXPECT_EQ(format_time(from_micros(-1)), "1969-12-31T23:59:59Z");
}

TEST(Time, IsReadWithAnyFractionAndZone) {
    for (const auto* text : {"2026-11-23T18:00:00.000123Z", "2026-11-23 18:00:00.000123",
                             "2026-11-23T18:00:00,0001239", "2026-11-23T19:30:00.000123+01:30",
                             "2026-11-23T12:00:00.000123-0600", "2026-11-23T12:00:00.000123-06"}) {
        EXPECT_EQ(parse_time(text), moment) << text;
    }
    EXPECT_EQ(parse_time("2024-02-29"), parse_time("2024-02-29T00:00Z"));
    EXPECT_EQ(parse_time("1970-01-01T00:00:00.5Z"), from_micros(500'000));
}

TEST(Time, NothingElseIsRead) {
    for (const auto* text :
         {"", "now", "2026", "2026-13-01", "2025-02-29", "2026-11-23T", "2026-11-23T24:00:00",
          "2026-11-23T18:60:00", "2026-11-23T18:00:61", "2026-11-23T18:00:00.",
          "2026-11-23T18:00:00x", "2026-11-23T18:00:00+1", "2026-11-23T18:00:00+24:00",
          "2026-11-23T18:00:00Z ", "26-11-23"}) {
        EXPECT_EQ(parse_time(text), std::nullopt) << text;
    }
}

TEST(Time, EveryWrittenFormIsReadBack) {
    for (int64_t micros = -86'400'000'000; micros < 4'102'444'800'000'000;
         micros += 987'654'321'987) {
        const auto time = from_micros(micros);
        EXPECT_EQ(parse_time(format_time_micros(time)), time);
        EXPECT_EQ(parse_time(format_time_bare(time)), time);
    }
}

}  // namespace
}  // namespace welkin
