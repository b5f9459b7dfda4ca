#include "identity/tokens/token_cache.h"

#include <gtest/gtest.h>

namespace welkin::identity {

TEST(TokenCache, FindsATokenInItsGenerationOnly) {
    TokenCache cache(16);
    const auto token = std::make_shared<const Token>();
    cache.insert("text", 1, token);
    EXPECT_EQ(cache.find("text", 1), token);
    EXPECT_EQ(cache.find("text", 2), nullptr);
    EXPECT_EQ(cache.find("other", 1), nullptr);
    cache.insert("text", 2, token);
    EXPECT_EQ(cache.find("text", 2), token);
}

TEST(TokenCache, StaysWithinItsCapacity) {
    TokenCache cache(160);
    for (int i = 0; i < 10000; ++i) {
        cache.insert("token " + std::to_string(i), 1, std::make_shared<const Token>());
    }
    EXPECT_LE(cache.size(), 160U);
    EXPECT_NE(cache.find("token 9999", 1), nullptr);
}

}  // namespace welkin::identity
