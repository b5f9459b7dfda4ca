#include "core/http/pipeline/pipeline.h"

#include <algorithm>
#include <utility>

#include "core/history/history.h"
#include "core/http/pipeline/reply_cache.h"
#include "core/http/pipeline/stages.h"
#include "core/observe/log.h"

namespace welkin::http {

struct Pipeline::State {
    State(Env& real_env, const Router& all_routes, const auth::Policy& rules,
          auth::TokenVerifier& verifier, sql::Database* cached_from, size_t cache_bytes)
        : env(real_env),
          router(all_routes),
          policy(rules),
          tokens(verifier),
          database(cached_from),
          cache(cache_bytes) {}

    Env& env;
    const Router& router;
    const auth::Policy& policy;
    auth::TokenVerifier& tokens;
    sql::Database* database;
    ReplyCache cache;

    Task<Reply> find_and_run(Request& request);
    Task<Reply> run_cached(Request& request, const MountedRoute& route);
    Task<Reply> run(Request& request, const MountedRoute& route);
};

Pipeline::Pipeline(Env& env, const Router& router, const auth::Policy& policy,
                   auth::TokenVerifier& tokens, sql::Database* database, size_t cache_bytes)
    : state_(std::make_unique<State>(env, router, policy, tokens, database, cache_bytes)) {}

Pipeline::~Pipeline() = default;

Task<Reply> Pipeline::handle(Request& request) {
    auto& env = state_->env;
    const auto started = env.steady_now();
    assign_request_id(request, env);
    Reply reply;
    std::exception_ptr failure;
    try {
        reply = co_await state_->find_and_run(request);
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        reply = render_failure(request, failure);
        add_version(reply, request);
    }
    add_request_id(reply, request);
    note_request(request, reply,
                 std::chrono::duration_cast<std::chrono::microseconds>(env.steady_now() - started));
    co_return reply;
}

Task<Reply> Pipeline::State::find_and_run(Request& request) {
    request.internals.policy = &policy;
    set_deadline(request, env);
    auto candidates = router.find(request);
    choose_version(request);
    keep_version(request, candidates);

    // Rows that differ by action alone are all of one kind, so the first speaks for them.
    const auto flags = candidates.front()->info.flags;
    request.internals.route = &candidates.front()->info;
    co_await identify_caller(request, has(flags, Flag::public_route), tokens);
    if (has(flags, Flag::cached) && database && request.method == Method::GET) {
        co_return co_await run_cached(request, *candidates.front());
    }
    if (!has(flags, Flag::streams)) {
        co_await read_body(request, flags);
    }
    co_return co_await run(request, choose_action(request, candidates));
}

Task<Reply> Pipeline::State::run_cached(Request& request, const MountedRoute& route) {
    auto key = ReplyCache::key(request);
    const auto sequence = history::sequence(*database);
    if (auto kept = cache.find(key, sequence)) {
        co_return std::move(*kept);
    }
    auto reply = co_await run(request, route);
    cache.keep(std::move(key), sequence, reply);
    co_return reply;
}

Task<Reply> Pipeline::State::run(Request& request, const MountedRoute& route) {
    request.internals.route = &route.info;
    auto reply = co_await route.handler(request);
    if (!request.internals.authorized && !has(route.info.flags, Flag::public_route)) {
        throw internal("The handler of {} {} replied without authorizing.",
                       to_text(route.info.method), route.info.path);
    }
    add_version(reply, request);
    co_return reply;
}

}  // namespace welkin::http
