#pragma once
// Stages: what the pipeline does beside calling the handler, a function or two for each concern,
// each in the file named after it. Internal to core/http.
#include <chrono>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/token_verifier.h"
#include "core/base/env.h"
#include "core/http/router.h"

namespace welkin::http {

using Candidates = std::vector<const MountedRoute*>;

// request_id.cpp
/// A fresh "req-<uuid>"; an id of the caller's own is for the log only.
void assign_request_id(Request& request, Env& env);
void add_request_id(Reply& reply, const Request& request);
/// The caller's X-Openstack-Request-Id if it has the form of one, else empty.
std::string_view global_request_id(const Request& request);

// access.cpp
/// The access log line and the metrics of a request that is answered.
void note_request(const Request& request, const Reply& reply, std::chrono::microseconds took);

// errors.cpp
/// The reply to any exception; what the user must not see goes to the log.
Reply render_failure(const Request& request, const std::exception_ptr& failure);

// limits.cpp
void set_deadline(Request& request, Env& env);
/// Throws too_large() when the body's announced length already is.
void check_announced_length(const Request& request, uint64_t max_bytes);

// version.cpp
/// Sets request.version_ from the headers. Throws bad_request() or not_acceptable().
void choose_version(Request& request);
/// Throws not_found() if no candidate exists in the request's version.
void keep_version(const Request& request, Candidates& candidates);
/// The version in force and Vary, on every reply of a service with versions.
void add_version(Reply& reply, const Request& request);

// token.cpp
Task<void> identify_caller(Request& request, bool is_public, auth::TokenVerifier& tokens);

// body.cpp
/// Reads the body of a route that does not stream, and parses it unless it is raw.
Task<void> read_body(Request& request, Flag flags);
/// The candidate whose action is a member of the body, or the one without an action. Throws
/// bad_request() naming the actions there are.
const MountedRoute& choose_action(const Request& request, const Candidates& candidates);

}  // namespace welkin::http
