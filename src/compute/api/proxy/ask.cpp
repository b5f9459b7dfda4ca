#include "compute/api/proxy/ask.h"

#include "core/http/api.h"

namespace welkin::compute {

Task<json::Value> ask(const http::Router& router, const http::Request& behalf, http::Method method,
                      std::string target, json::Value body, http::Headers headers) {
    auto inner = http::Request::make(method, std::move(target), std::move(headers),
                                     body.is_null() ? std::string() : json::to_string(body));
    inner.base_url = behalf.base_url;
    inner.peer = behalf.peer;
    inner.deadline = behalf.deadline;
    inner.caller_ = behalf.caller();
    inner.request_id_ = behalf.request_id();
    inner.internals.policy = behalf.internals.policy;
    const auto candidates = router.find(inner);
    const auto& route = *candidates.front();
    inner.internals.route = &route.info;
    const auto reply = co_await route.handler(inner);
    CHECK(inner.internals.authorized);
    const auto text = reply.text();
    co_return text.empty() ? json::Value() : json::parse(text);
}

}  // namespace welkin::compute
