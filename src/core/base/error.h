#pragma once
// Error: the one exception type. Thrown when something ends the request or the workflow step;
// expected absence is std::optional, partial failures of a batch are values.
//
// A Fault says what kind of trouble it is; one pipeline stage renders it with the status code and
// body shape that the service's clients expect. The message is a full sentence for the user: what
// was wrong and what would be right. Causes are for the log only.
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace welkin {

enum class Fault {
    bad_request,           ///< 400
    unauthorized,          ///< 401
    forbidden,             ///< 403
    not_found,             ///< 404
    method_not_allowed,    ///< 405
    not_acceptable,        ///< 406
    request_timeout,       ///< 408: the client was too slow
    conflict,              ///< 409
    gone,                  ///< 410
    length_required,       ///< 411
    precondition_failed,   ///< 412
    too_large,             ///< 413: the body is larger than allowed
    uri_too_long,          ///< 414
    unsupported_media,     ///< 415
    range_not_satisfiable, ///< 416
    expectation_failed,    ///< 417
    unprocessable,         ///< 422
    too_many_requests,     ///< 429
    headers_too_large,     ///< 431
    over_limit,            ///< quota: 403 in compute, 409 in network, 413 in image
    internal,              ///< 500: a bug or a broken host; the user sees only the request id
    not_implemented,       ///< 501
    bad_gateway,           ///< 502
    unavailable,           ///< 503: try again later
    insufficient_storage,  ///< 507
};

/// The HTTP status a fault has unless the service's error style says otherwise.
int http_status(Fault fault);

class Error : public std::exception {
public:
    Error(Fault fault_kind, std::string sentence)
        : fault(fault_kind), message(std::move(sentence)) {}

    /// The wire's own name for this error where clients look at it, e.g. "PortInUse" in network.
    Error&& named(std::string wire_type) && {
        type = std::move(wire_type);
        return std::move(*this);
    }
    /// An extra response header, e.g. Retry-After.
    Error&& with_header(std::string name, std::string value) && {
        headers.emplace_back(std::move(name), std::move(value));
        return std::move(*this);
    }
    /// What lies behind it, for the log. Give std::current_exception() or another Error's what().
    Error&& because(std::string why) && {
        cause = std::move(why);
        return std::move(*this);
    }

    const char* what() const noexcept override { return message.c_str(); }

    Fault fault = Fault::internal;
    std::string message;
    std::string type;
    std::string cause;
    std::vector<std::pair<std::string, std::string>> headers;
};

#define WELKIN_FAULT(name)                                                 \
    template <class... Args>                                               \
    Error name(fmt::format_string<Args...> text, Args&&... args) {         \
        return Error(Fault::name, fmt::format(text, std::forward<Args>(args)...)); \
    }
WELKIN_FAULT(bad_request)
WELKIN_FAULT(unauthorized)
WELKIN_FAULT(forbidden)
WELKIN_FAULT(not_found)
WELKIN_FAULT(method_not_allowed)
WELKIN_FAULT(not_acceptable)
WELKIN_FAULT(request_timeout)
WELKIN_FAULT(conflict)
WELKIN_FAULT(gone)
WELKIN_FAULT(length_required)
WELKIN_FAULT(precondition_failed)
WELKIN_FAULT(too_large)
WELKIN_FAULT(unsupported_media)
WELKIN_FAULT(range_not_satisfiable)
WELKIN_FAULT(unprocessable)
WELKIN_FAULT(too_many_requests)
WELKIN_FAULT(over_limit)
WELKIN_FAULT(internal)
WELKIN_FAULT(not_implemented)
WELKIN_FAULT(bad_gateway)
WELKIN_FAULT(unavailable)
WELKIN_FAULT(insufficient_storage)
#undef WELKIN_FAULT

/// The message of any exception, for logs and faults: an Error's sentence (and cause), else what().
std::string describe(const std::exception_ptr& error);

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace welkin

/// A bug if false: logs and aborts; workflows resume at restart. Never on input.
#define CHECK(condition) \
    ((condition) ? void() : ::welkin::check_failed(#condition, __FILE__, __LINE__))
