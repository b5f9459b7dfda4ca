#include "identity/tokens/token_cache.h"

namespace welkin::identity {

TokenCache::TokenCache(size_t capacity)
    : shard_capacity_(std::max<size_t>(1, capacity / shard_count)) {}

TokenCache::Shard& TokenCache::shard_of(std::string_view text) {
    return shards_[std::hash<std::string_view>{}(text) % shard_count];
}

std::shared_ptr<const Token> TokenCache::find(std::string_view text, uint64_t generation) {
    auto& shard = shard_of(text);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.by_text.find(text);
    if (found == shard.by_text.end() || found->second->generation != generation) {
        return nullptr;
    }
    shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
    return found->second->token;
}

void TokenCache::insert(std::string_view text, uint64_t generation,
                        std::shared_ptr<const Token> token) {
    auto& shard = shard_of(text);
    const std::lock_guard lock(shard.mutex);
    if (const auto found = shard.by_text.find(text); found != shard.by_text.end()) {
        found->second->generation = generation;
        found->second->token = std::move(token);
        return;
    }
    shard.entries.push_front({std::string(text), generation, std::move(token)});
    shard.by_text.emplace(shard.entries.front().text, shard.entries.begin());
    if (shard.entries.size() > shard_capacity_) {
        shard.by_text.erase(shard.entries.back().text);
        shard.entries.pop_back();
    }
}

size_t TokenCache::size() const {
    size_t total = 0;
    for (const auto& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        total += shard.entries.size();
    }
    return total;
}

}  // namespace welkin::identity
