#include "core/http/error_styles.h"
#include "core/http/pipeline/stages.h"
#include "core/observe/log.h"

namespace welkin::http {

namespace {

Reply render(const Error& error, const Request& request) {
    const auto* api = request.internals.api;
    auto reply = api && api->render_error ? api->render_error(error, request)
                                          : identity_error(error, request);
    for (const auto& [name, value] : error.headers) {
        reply.headers.set(name, value);
    }
    if (reply.status == 401 && !reply.headers.has("WWW-Authenticate")) {
        reply.headers.add("WWW-Authenticate",
                          fmt::format("Keystone uri=\"{}/identity/v3\"", request.base_url));
    }
    return reply;
}

/// Our own trouble: the whole story for the log, the request id for the user.
Reply render_internal(const Request& request, const std::string& why) {
    log::error("request failed", {{"method", to_text(request.method)},
                                  {"path", request.path},
                                  {"request", request.request_id_},
                                  {"why", why}});
    return render(internal("An unexpected error prevented the server from fulfilling your request. "
                           "Its request id is {}.",
                           request.request_id_),
                  request);
}

}  // namespace

Reply render_failure(const Request& request, const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const Error& error) {
        if (error.fault == Fault::internal) {
            return render_internal(request, describe(failure));
        }
        if (!error.cause.empty()) {
            log::info("request refused", {{"request", request.request_id_},
                                          {"message", error.message},
                                          {"why", error.cause}});
        }
        return render(error, request);
    } catch (...) {
        return render_internal(request, describe(failure));
    }
}

}  // namespace welkin::http
