#include "core/http/headers.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/http/version.h"

namespace welkin::http {
namespace {

TEST(Headers, AreFoundWithoutRegardToCase) {
    Headers headers;
    headers.add("X-Auth-Token", "a");
    headers.add("x-auth-token", "b");
    EXPECT_EQ(headers.get("X-AUTH-TOKEN"), "a");
    EXPECT_EQ(headers.all("x-Auth-token").size(), 2u);
    headers.set("x-auth-tokeN", "c");
    EXPECT_EQ(headers.size(), 1u);
    EXPECT_EQ(headers.get("X-Auth-Token"), "c");
    headers.erase("X-AUTH-TOKEN");
    EXPECT_FALSE(headers.has("X-Auth-Token"));
    EXPECT_EQ(headers.get("X-Auth-Token", "none"), "none");
}

TEST(Query, IsDecodedInOrder) {
    const Query query("a=1&b=x+y%26z&a=2&flag&=v&&c=");
    EXPECT_EQ(query.get("a"), "1");
    EXPECT_EQ(query.all("a"), (std::vector<std::string_view>{"1", "2"}));
    EXPECT_EQ(query.get("b"), "x y&z");
    EXPECT_EQ(query.find("flag"), "");
    EXPECT_EQ(query.find("c"), "");
    EXPECT_FALSE(query.has("A"));
    EXPECT_TRUE(Query("").empty());
}

TEST(Query, RefusesWhatIsNoText) {
    for (const auto* raw : {"a=%", "a=%zz", "%4=1", "a=%ff", "a=%00"}) {
        EXPECT_THROW(Query{raw}, Error) << raw;
    }
}

TEST(Version, IsReadStrictly) {
    EXPECT_EQ(parse_version("2.93"), (Version{2, 93}));
    EXPECT_EQ(parse_version("1.0"), (Version{1, 0}));
    for (const auto* text : {"", "2", "2.", ".1", "2.01", "02.1", "2.1.1", "2.-1", "+2.1", " 2.1",
                             "2.1 ", "2.x", "latest", "70000.1"}) {
        EXPECT_FALSE(parse_version(text)) << text;
    }
    EXPECT_LT((Version{2, 9}), (Version{2, 10}));
    EXPECT_EQ((Version{2, 10}).text(), "2.10");
}

}  // namespace
}  // namespace welkin::http
