#include "core/observe/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace welkin::metrics {
namespace {

using testing::HasSubstr;

TEST(Metrics, GivesTheSameObjectForTheSameNameAndLabels) {
    auto& a = counter("test_same_total", "Same.", label("code", "200"));
    auto& b = counter("test_same_total", "Same.", label("code", "200"));
    auto& c = counter("test_same_total", "Same.", label("code", "404"));
    EXPECT_EQ(&a, &b);
    EXPECT_NE(&a, &c);
}

TEST(Metrics, RendersCountersAndGaugesWithHelpAndType) {
    counter("test_requests_total", "Requests\nby code.", label("code", "200")).add(3);
    gauge("test_servers", "Servers.").set(-2);
    gauge_function("test_load", "Load.", "", [] { return 0.25; });
    const auto text = render();
    EXPECT_THAT(text, HasSubstr("# HELP test_requests_total Requests\\nby code.\n"
                                "# TYPE test_requests_total counter\n"
                                "test_requests_total{code=\"200\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE test_servers gauge\ntest_servers -2\n"));
    EXPECT_THAT(text, HasSubstr("test_load 0.25\n"));
}

TEST(Metrics, RendersHistogramsCumulatively) {
    auto& durations = histogram("test_seconds", "Seconds.", label("op", "x"));
    durations.observe(0.0005);
    durations.observe(0.2);
    durations.observe(100);
    const auto text = render();
    EXPECT_THAT(text, HasSubstr("# TYPE test_seconds histogram\n"));
    EXPECT_THAT(text, HasSubstr("test_seconds_bucket{op=\"x\",le=\"0.0005\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("test_seconds_bucket{op=\"x\",le=\"0.1\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("test_seconds_bucket{op=\"x\",le=\"0.25\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("test_seconds_bucket{op=\"x\",le=\"60\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("test_seconds_bucket{op=\"x\",le=\"+Inf\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("test_seconds_sum{op=\"x\"} 100.2005\n"));
    EXPECT_THAT(text, HasSubstr("test_seconds_count{op=\"x\"} 3\n"));
}

TEST(Metrics, EscapesLabelValues) {
    EXPECT_EQ(label("path", "a\"b\\c\nd"), R"(path="a\"b\\c\nd")");
}

}  // namespace
}  // namespace welkin::metrics
