#include "identity/tokens/tokens.h"

#include "core/base/error.h"
#include "identity/tokens/fernet.h"

namespace welkin::identity {

namespace {

constexpr size_t cached_tokens = 16384;

}  // namespace

Tokens::Tokens(Env& env, sql::Database& database, const Stores& stores, KeyRepository& keys,
               Generation& generation)
    : env_(env),
      database_(database),
      stores_(stores),
      keys_(keys),
      generation_(generation),
      cache_(cached_tokens) {}

std::string Tokens::seal(const Payload& payload) {
    const auto keys = keys_.keys();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(payload.issued_at);
    return fernet::seal(keys->front(), env_.random_bytes(fernet::iv_bytes),
                        seconds.time_since_epoch().count(), encode(payload));
}

std::vector<std::string> Tokens::new_audit_ids(const Payload* parent) {
    std::vector<std::string> ids = {env_.random_bytes(audit_id_bytes)};
    if (parent != nullptr) {
        ids.push_back(parent->audit_ids.back());
    }
    return ids;
}

std::shared_ptr<const Token> Tokens::find_cached(std::string_view text) {
    auto token = cache_.find(text, generation_.load());
    return token && token->payload.expires_at > env_.now() ? token : nullptr;
}

Task<std::shared_ptr<const Token>> Tokens::check(std::string_view text, Duration grace) {
    // Read before the database, so that a change in between makes the entry stale, not wrong.
    const auto generation = generation_.load();
    if (auto token = find_cached(text)) {
        co_return token;
    }
    const auto content = fernet::open(*keys_.keys(), text);
    auto payload = content ? decode(*content) : std::nullopt;
    if (!payload || payload->expires_at + grace <= env_.now()) {
        throw unauthorized("The request you have made requires authentication.");
    }
    auto token = std::make_shared<const Token>(co_await database_.read(
        [&](sql::Transaction& tx) { return load_token(tx, stores_, *payload); }));
    cache_.insert(text, generation, token);
    co_return token;
}

}  // namespace welkin::identity
