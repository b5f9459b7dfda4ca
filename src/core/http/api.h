#pragma once
// Api and Route: how a service is declared. A service is one Api and one table of routes; the
// router finds the row, the pipeline does what the row says.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/task.h"
#include "core/http/reply.h"
#include "core/http/request.h"
#include "core/http/version.h"

namespace welkin::http {

/// Renders an error the way the service's clients expect it; `status` is the default for the fault.
using RenderError = Reply (*)(const Error& error, const Request& request);

/// One service as seen from outside.
struct Api {
    std::string name;    ///< "compute": for logs, metrics and policy files
    std::string prefix;  ///< "/compute/v2.1": what its routes are below
    RenderError render_error = nullptr;
    /// Microversions: range served, and the header names asked and answered with.
    VersionRange versions{};            ///< {} .. {} for a service without them
    Version default_version{};          ///< in force when the client names none
    std::string version_service;        ///< "compute" in "OpenStack-API-Version: compute 2.93"
    std::string legacy_version_header;  ///< "X-OpenStack-Nova-API-Version", or empty
    uint64_t max_body_bytes = 1 << 20;  ///< for bodies that are not streamed
};

enum class Flag : unsigned {
    none = 0,
    streams = 1,       ///< the handler reads the body itself
    raw_body = 2,      ///< any content type; text() has it, json() is not parsed
    public_route = 4,  ///< no token needed, no authorization expected
    cached = 8,        ///< a GET whose reply depends on the database only: see pipeline/reply_cache
};
constexpr Flag operator|(Flag a, Flag b) {
    return static_cast<Flag>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(Flag set, Flag one) {
    return (static_cast<unsigned>(set) & static_cast<unsigned>(one)) != 0;
}

/// What the router and the pipeline know of a route.
struct RouteInfo {
    Method method = Method::GET;
    std::string path;  ///< "/servers/{id}/action"; a last part "{rest*}" takes all that follows
    std::string rule;  ///< policy rule name; empty only with Flag::public_route
    VersionRange versions{};
    Flag flags = Flag::none;
    /// A name that makes rows with the same method and path differ by JSON body: the row is taken
    /// when the body is an object with this member (server actions: "os-start").
    std::string action;
};

/// A row of a service's routes.cpp: RouteInfo plus the handler.
template <class Service>
struct Route {
    Method method;
    const char* path;
    Task<Reply> (*handler)(Request&, Service&);
    const char* rule = "";
    Flag flags = Flag::none;
    VersionRange versions{};
    const char* action = "";
};

constexpr VersionRange since(uint16_t major, uint16_t minor) {
    return {{major, minor}, version_end};
}
constexpr VersionRange until(uint16_t major, uint16_t minor) { return {{}, {major, minor}}; }
constexpr VersionRange between(Version first, Version last) { return {first, last}; }

using Handler = std::function<Task<Reply>(Request&)>;

}  // namespace welkin::http
