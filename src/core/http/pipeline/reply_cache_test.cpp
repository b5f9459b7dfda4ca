#include "core/http/pipeline/reply_cache.h"

#include <gtest/gtest.h>

#include "core/http/api.h"

namespace welkin::http {
namespace {

void keep(ReplyCache& cache, std::string key, size_t size, int64_t sequence = 1) {
    auto reply = text_reply(200, std::string(size, 'x'));
    cache.keep(std::move(key), sequence, reply);
}

TEST(ReplyCache, ForgetsWhatWasUsedLongestAgo) {
    ReplyCache cache(10'000);
    keep(cache, "a", 500);
    keep(cache, "b", 500);
    ASSERT_TRUE(cache.find("a", 1));
    for (int i = 0; i < 15; ++i) {
        keep(cache, fmt::format("more-{}", i), 500);
        cache.find("a", 1);
    }
    EXPECT_TRUE(cache.find("a", 1));
    EXPECT_FALSE(cache.find("b", 1));
    EXPECT_LE(cache.bytes(), 10'000u);
}

TEST(ReplyCache, DropsWhatIsStale) {
    ReplyCache cache(10'000);
    keep(cache, "a", 100, 1);
    EXPECT_FALSE(cache.find("a", 2));
    EXPECT_EQ(cache.bytes(), 0u);
    keep(cache, "a", 100, 2);
    keep(cache, "a", 200, 3);
    EXPECT_EQ(cache.find("a", 3)->text().size(), 200u);
}

TEST(ReplyCache, KeepsNeitherHugeRepliesNorErrorsNorStreams) {
    ReplyCache cache(10'000);
    keep(cache, "huge", 5000);
    auto error = text_reply(404, "no");
    cache.keep("error", 1, error);
    Reply stream{.status = 200, .headers = {}, .body = StreamBody{}};
    cache.keep("stream", 1, stream);
    EXPECT_EQ(cache.bytes(), 0u);
    EXPECT_EQ(error.text(), "no");
}

TEST(ReplyCache, TellsScopesAndRolesApart) {
    Api api{.name = "compute"};
    auto request = Request::make(Method::GET, "/x");
    request.internals.api = &api;
    request.caller_.roles = {"a", "b"};
    const auto plain = ReplyCache::key(request);
    request.caller_.roles = {"b", "a"};
    EXPECT_EQ(ReplyCache::key(request), plain);
    request.caller_.roles = {"ab"};
    EXPECT_NE(ReplyCache::key(request), plain);
    request.caller_.roles = {"a", "b"};
    request.caller_.system = true;
    EXPECT_NE(ReplyCache::key(request), plain);
    request.caller_.system = false;
    request.base_url = "http://elsewhere";
    EXPECT_NE(ReplyCache::key(request), plain);
}

}  // namespace
}  // namespace welkin::http
