#include "core/base/error.h"

#include <cstdio>
#include <cstdlib>

namespace welkin {

int http_status(Fault fault) {
    switch (fault) {
        case Fault::bad_request: return 400;
        case Fault::unauthorized: return 401;
        case Fault::forbidden: return 403;
        case Fault::not_found: return 404;
        case Fault::method_not_allowed: return 405;
        case Fault::not_acceptable: return 406;
        case Fault::request_timeout: return 408;
        case Fault::conflict: return 409;
        case Fault::gone: return 410;
        case Fault::length_required: return 411;
        case Fault::precondition_failed: return 412;
        case Fault::too_large: return 413;
        case Fault::uri_too_long: return 414;
        case Fault::unsupported_media: return 415;
        case Fault::range_not_satisfiable: return 416;
        case Fault::expectation_failed: return 417;
        case Fault::unprocessable: return 422;
        case Fault::too_many_requests: return 429;
        case Fault::headers_too_large: return 431;
        case Fault::over_limit: return 403;
        case Fault::internal: return 500;
        case Fault::not_implemented: return 501;
        case Fault::bad_gateway: return 502;
        case Fault::unavailable: return 503;
        case Fault::insufficient_storage: return 507;
    }
    return 500;
}

std::string describe(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const Error& e) {
        return e.cause.empty() ? e.message : fmt::format("{} ({})", e.message, e.cause);
    } catch (const std::exception& e) {
        return e.what();
    } catch (...) {
        return "unknown exception";
    }
}

void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, condition);
    std::fflush(stderr);
    std::abort();
}

}  // namespace welkin
