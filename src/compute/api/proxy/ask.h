#pragma once
// Ask: compute asks another service on behalf of the request it is answering, over the other's own
// API and without a socket: the same caller, the same rights, the other's words.
#include <string>

#include "core/http/reply.h"
#include "core/http/request.h"
#include "core/http/router.h"

namespace welkin::compute {

/// `target` is a path and query as a client would send them: "/network/v2.0/security-groups". A
/// refusal is thrown as the other service threw it. The target must be a route without
/// microversions whose reply is JSON text or empty; the body, if any, is JSON of the type that
/// `headers` say.
Task<json::Value> ask(const http::Router& router, const http::Request& behalf, http::Method method,
                      std::string target, json::Value body = {}, http::Headers headers = {});

}  // namespace welkin::compute
