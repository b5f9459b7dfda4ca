#pragma once
// State: what identity's handlers work with.
#include <string>
#include <string_view>

#include "core/auth/policy.h"
#include "core/core.h"
#include "core/history/history.h"
#include "core/http/reply.h"
#include "core/http/request.h"
#include "core/http/router.h"
#include "identity/identity.h"
#include "identity/password.h"
#include "identity/store/stores.h"
#include "identity/tokens/key_repository.h"
#include "identity/tokens/service_catalog.h"
#include "identity/tokens/tokens.h"

namespace welkin::identity {

using http::Reply;
using http::Request;

struct Settings {
    Duration token_ttl{};
    Duration allow_expired_window{};
    KeyRules keys;
    int password_cost = 0;
    int list_limit = 0;

    explicit Settings(const config::Config& config);
};

struct Identity::State {
    explicit State(Core& core);

    Core& core;
    Settings settings;
    Stores stores;
    Generation generation{1};
    CredentialStore credentials;
    KeyRepository keys;
    Passwords passwords;
    Tokens tokens;
    ServiceCatalog catalog;
    std::atomic<int64_t> seen_sequence{0};  ///< of history: see watch_changes()

    /// Writes a change to history and, once it is committed, makes all that is cached stale.
    void record(sql::Transaction& tx, const history::Author& author, std::string resource,
                std::string id, std::string action, json::Value detail = {});
    /// Notices what other processes changed.
    Task<void> watch_changes();
    Task<void> purge_revocations();
};

using State = Identity::State;

/// "http://host:port/identity/v3", as the client reached us.
std::string url_of(const Request& request);

void mount_routes(http::Router& router, State& state);
std::span<const auth::PolicyRule> policy_rules();

}  // namespace welkin::identity
