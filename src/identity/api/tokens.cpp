// The tokens resource: made, looked at and revoked.
#include "core/base/text.h"
#include "identity/api/handlers.h"
#include "identity/api/login.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

constexpr std::string_view subject_header = "X-Subject-Token";

Error no_such_token() {
    return not_found(
        "The token in the header X-Subject-Token cannot be found: it is unknown, "
        "expired or revoked.");
}

/// The token asked about. Throws not_found().
Task<std::shared_ptr<const Token>> subject_of(const Request& request, State& identity,
                                              Duration grace) {
    const auto text = request.headers.get(subject_header);
    if (auto token = identity.tokens.find_cached(text)) {
        co_return token;
    }
    try {
        co_return co_await identity.tokens.check(text, grace);
    } catch (const Error& error) {
        if (error.fault != Fault::unauthorized) {
            throw;
        }
    }
    throw no_such_token();
}

auth::Owner owner_of(const Token& token) {
    return {.user = {}, .extra = {{"target.token.user_id", token.payload.user_id.value}}};
}

Task<Reply> reply_with(int status, const Request& request, State& identity, const Token& token,
                       std::string_view text) {
    json::Text body{token.body};
    if (token.scoped() && !request.query.has("nocatalog")) {
        const auto& caller = token.caller;
        const auto catalog =
            co_await identity.catalog.text(request.base_url, caller.project_id, caller.user_id);
        body.value.append(",\"catalog\":").append(*catalog);
    }
    body.value += "}}";
    auto reply = http::json_reply(status, std::move(body));
    reply.headers.add(std::string(subject_header), std::string(text));
    reply.headers.add("Vary", "X-Auth-Token");
    co_return reply;
}

}  // namespace

/// POST /auth/tokens
Task<Reply> issue_token(Request& request, State& identity) {
    auto payload = co_await log_in(identity, parse_login(request.json("auth")));
    const auto text = identity.tokens.seal(payload);
    // The check is the one that the token will stand at its every use.
    const auto token = co_await identity.tokens.check(text);
    co_return co_await reply_with(201, request, identity, *token, text);
}

/// GET or HEAD /auth/tokens
Task<Reply> show_token(Request& request, State& identity) {
    const auto allow_expired =
        text::to_boolean(request.query.get("allow_expired", "false")).value_or(false);
    const auto grace = allow_expired ? identity.settings.allow_expired_window : Duration{0};

    const auto token = co_await subject_of(request, identity, grace);
    request.authorize(owner_of(*token));

    co_return co_await reply_with(200, request, identity, *token,
                                  request.headers.get(subject_header));
}

/// DELETE /auth/tokens
Task<Reply> revoke_token(Request& request, State& identity) {
    const auto token = co_await subject_of(request, identity, Duration{0});
    request.authorize(owner_of(*token));
    const auto audit_id = audit_id_text(token->payload.audit_ids.front());
    co_await identity.core.database.write([&](sql::Transaction& tx) {
        identity.stores.revocations.insert(tx, audit_id, token->payload.expires_at);
        identity.record(tx, request.author(), "token", audit_id, "revoke",
                        json::Object{{"user_id", token->payload.user_id.value}});
    });
    co_return http::no_content();
}

/// GET /auth/catalog
Task<Reply> show_catalog(Request& request, State& identity) {
    request.authorize();
    const auto& caller = request.caller();
    if (caller.project_id.empty() && caller.domain_id.empty() && !caller.system) {
        throw forbidden("A scoped token is needed for the catalogue.");
    }
    const auto catalog =
        co_await identity.catalog.text(request.base_url, caller.project_id, caller.user_id);
    json::Text text{"{\"catalog\":" + *catalog + list_links(request, "") + "}"};
    co_return http::ok(std::move(text));
}

/// GET /auth/system
Task<Reply> list_own_system(Request& request, State& identity) {
    request.authorize();
    const auto roles = co_await identity.core.database.read([&](sql::Transaction& tx) {
        return identity.stores.assignments.on_system(tx, request.caller().user_id);
    });
    json::Text text;
    json::Writer out(text.value);
    out.begin_object().key("system").begin_array();
    if (!roles.empty()) {
        out.begin_object().member("all", true).end_object();
    }
    out.end_array();
    text.value += list_links(request, "") + "}";
    co_return http::ok(std::move(text));
}

}  // namespace welkin::identity
