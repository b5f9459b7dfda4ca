#pragma once
// ReplyCache: whole replies of GET routes marked `cached`, kept until the change log grows.
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/http/reply.h"
#include "core/http/request.h"

namespace welkin::http {

/// May be used from any thread. Forgets what was used longest ago beyond `max_bytes`.
class ReplyCache {
public:
    explicit ReplyCache(size_t max_bytes) : max_bytes_(max_bytes) {}

    /// All that a reply depends on beside the database: service, target, version, base URL and who
    /// asks with which scope and roles.
    static std::string key(const Request& request);

    /// The reply made when the change log ended at `sequence`.
    std::optional<Reply> find(const std::string& key, int64_t sequence);
    /// Keeps a 200 with a text body, and makes `reply` share what is kept. `sequence` must have
    /// been read before the reply was made: what changed meanwhile then makes it stale.
    void keep(std::string key, int64_t sequence, Reply& reply);
    size_t bytes() const;

private:
    struct Entry {
        std::string key;
        int64_t sequence = 0;
        RenderedBody reply;
        size_t bytes = 0;
    };
    using Entries = std::list<Entry>;
    void forget(Entries::iterator entry);

    size_t max_bytes_;
    mutable std::mutex mutex_;
    Entries entries_;                                                 ///< used last first
    std::unordered_map<std::string_view, Entries::iterator> by_key_;  ///< keys live in the entries
    size_t bytes_ = 0;
};

}  // namespace welkin::http
