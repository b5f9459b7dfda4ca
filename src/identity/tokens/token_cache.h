#pragma once
// TokenCache: checked tokens by their text, valid while nothing in identity has changed. Bounded;
// the least recently used go first. Any thread.
#include <array>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "identity/tokens/token.h"

namespace welkin::identity {

class TokenCache {
public:
    explicit TokenCache(size_t capacity);

    /// Nothing if it is unknown or was put in at another generation. Expiry is the caller's
    /// concern.
    std::shared_ptr<const Token> find(std::string_view text, uint64_t generation);
    void insert(std::string_view text, uint64_t generation, std::shared_ptr<const Token> token);
    size_t size() const;

private:
    struct Entry {
        std::string text;
        uint64_t generation = 0;
        std::shared_ptr<const Token> token;
    };
    struct Shard {
        mutable std::mutex mutex;
        std::list<Entry> entries;  ///< most recently used first
        std::unordered_map<std::string_view, std::list<Entry>::iterator> by_text;
    };
    Shard& shard_of(std::string_view text);

    static constexpr size_t shard_count = 16;
    size_t shard_capacity_;
    std::array<Shard, shard_count> shards_;
};

}  // namespace welkin::identity
