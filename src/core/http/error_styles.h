#pragma once
// Error styles: the error bodies that the clients of each service look into, as RenderError
// functions to name in an Api.
#include "core/base/error.h"
#include "core/http/reply.h"
#include "core/http/request.h"

namespace welkin::http {

/// {"itemNotFound": {"code": 404, "message": "..."}}; a quota error is 403 forbidden, a rate limit
/// 429 overLimit. Compute and volume.
Reply compute_error(const Error& error, const Request& request);

/// {"NeutronError": {"type": "...", "message": "...", "detail": ""}}; a quota error is 409
/// OverQuota.
Reply network_error(const Error& error, const Request& request);

/// {"error": {"code": 404, "message": "...", "title": "Not Found"}}
Reply identity_error(const Error& error, const Request& request);

/// A small HTML page, or {"code", "title", "message"} for who asks for JSON rather than HTML; a
/// quota error is 413.
Reply image_error(const Error& error, const Request& request);

/// {"errors": [{"status", "title", "detail", "code", "request_id"}]}, with the versions served in a
/// 406.
Reply placement_error(const Error& error, const Request& request);

}  // namespace welkin::http
