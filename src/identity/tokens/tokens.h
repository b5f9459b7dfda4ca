#pragma once
// Tokens: seals and checks them. A check of a token seen before does no I/O: it is a look into the
// cache, valid until it expires or anything in identity changes (the generation moves on).
#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/env.h"
#include "core/base/task.h"
#include "core/sql/database.h"
#include "identity/store/stores.h"
#include "identity/tokens/key_repository.h"
#include "identity/tokens/token_cache.h"

namespace welkin::identity {

/// Moves on with every change of identity's tables, in this process or another.
using Generation = std::atomic<uint64_t>;

class Tokens {
public:
    Tokens(Env& env, sql::Database& database, const Stores& stores, KeyRepository& keys,
           Generation& generation);

    std::string seal(const Payload& payload);
    /// `parent` is the token it is made from, if any: its chain's audit id goes along.
    std::vector<std::string> new_audit_ids(const Payload* parent);

    /// Throws unauthorized(). A token that expired at most `grace` ago passes.
    Task<std::shared_ptr<const Token>> check(std::string_view text, Duration grace = Duration{0});
    /// The token if it is cached, valid and not expired; no I/O.
    std::shared_ptr<const Token> find_cached(std::string_view text);

private:
    Env& env_;
    sql::Database& database_;
    const Stores& stores_;
    KeyRepository& keys_;
    Generation& generation_;
    TokenCache cache_;
};

}  // namespace welkin::identity
