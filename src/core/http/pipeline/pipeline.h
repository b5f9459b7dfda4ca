#pragma once
// Pipeline: the outer layers of every request, in order: request_id, access log and metrics,
// errors, limits, route, version, token, reply cache, body, handler. One file per concern;
// pipeline.cpp is the order.
#include <memory>

#include "core/auth/policy.h"
#include "core/auth/token_verifier.h"
#include "core/base/env.h"
#include "core/http/router.h"

namespace welkin::sql {
class Database;
}

namespace welkin::http {

class Pipeline {
public:
    /// `database` is where routes marked `cached` get their replies from; without it nothing is
    /// kept.
    Pipeline(Env& env, const Router& router, const auth::Policy& policy,
             auth::TokenVerifier& tokens, sql::Database* database = nullptr,
             size_t cache_bytes = 64 << 20);
    ~Pipeline();

    /// Never throws: every failure becomes a reply in the shape of the service it was meant for.
    Task<Reply> handle(Request& request);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace welkin::http
