#include "core/bus/message_error.h"

namespace welkin::bus {

namespace {

constexpr std::pair<Fault, const char*> fault_names[] = {
    {Fault::bad_request, "bad_request"},
    {Fault::unauthorized, "unauthorized"},
    {Fault::forbidden, "forbidden"},
    {Fault::not_found, "not_found"},
    {Fault::method_not_allowed, "method_not_allowed"},
    {Fault::not_acceptable, "not_acceptable"},
    {Fault::request_timeout, "request_timeout"},
    {Fault::conflict, "conflict"},
    {Fault::gone, "gone"},
    {Fault::length_required, "length_required"},
    {Fault::precondition_failed, "precondition_failed"},
    {Fault::too_large, "too_large"},
    {Fault::uri_too_long, "uri_too_long"},
    {Fault::unsupported_media, "unsupported_media"},
    {Fault::range_not_satisfiable, "range_not_satisfiable"},
    {Fault::expectation_failed, "expectation_failed"},
    {Fault::unprocessable, "unprocessable"},
    {Fault::too_many_requests, "too_many_requests"},
    {Fault::headers_too_large, "headers_too_large"},
    {Fault::over_limit, "over_limit"},
    {Fault::internal, "internal"},
    {Fault::not_implemented, "not_implemented"},
    {Fault::bad_gateway, "bad_gateway"},
    {Fault::unavailable, "unavailable"},
    {Fault::insufficient_storage, "insufficient_storage"},
};

const char* fault_name(Fault fault) {
    const auto* found =
        std::ranges::find(fault_names, fault, [](auto& entry) { return entry.first; });
    return found == std::end(fault_names) ? "internal" : found->second;
}

}  // namespace

json::Value error_to_json(const std::exception_ptr& error) {
    json::Value value;
    try {
        std::rethrow_exception(error);
    } catch (const Error& e) {
        value.set("fault", fault_name(e.fault));
        value.set("message", e.message);
        value.set("type", e.type);
        value.set("cause", e.cause);
    } catch (...) {
        value.set("fault", "internal");
        value.set("message", describe(error));
    }
    return value;
}

Error error_from_json(const json::Value& value) {
    const auto name = value.text("fault");
    const auto* found =
        std::ranges::find_if(fault_names, [&](auto& entry) { return name == entry.second; });
    auto error = found == std::end(fault_names)
                     ? internal("An error of unknown kind \"{}\" arrived.", name)
                     : Error(found->first, value.text("message"));
    error.type = value.text("type");
    error.cause = value.text("cause");
    return error;
}

}  // namespace welkin::bus
