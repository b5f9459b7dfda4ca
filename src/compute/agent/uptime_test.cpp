#include "compute/agent/uptime.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace welkin::compute {
namespace {

TEST(Uptime, IsTheLineThatClientsTakeApart) {
    const auto env = make_real_env();
    const auto line = uptime_line(*env);
    // "HH:MM:SS up ..., 0 users,  load average: a, b, c", each part where clients look for it.
    EXPECT_EQ(line[3], ':') << line;
    EXPECT_EQ(line.substr(9, 4), " up ") << line;
    const auto users = line.find(",  0 users,  load average: ");
    ASSERT_NE(users, std::string::npos) << line;
    EXPECT_EQ(std::ranges::count(line.substr(users + 26), ','), 2) << line;
}

}  // namespace
}  // namespace welkin::compute
