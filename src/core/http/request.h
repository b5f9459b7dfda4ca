#pragma once
// Request: what a handler sees. Handlers parse, authorize, act, respond; everything else about HTTP
// is done before and after them by the pipeline (core/http/pipeline).
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/caller.h"
#include "core/base/error.h"
#include "core/base/task.h"
#include "core/base/time.h"
#include "core/history/history.h"
#include "core/http/headers.h"
#include "core/http/reply.h"
#include "core/http/version.h"
#include "core/json/json.h"

namespace welkin::http {

enum class Method { GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS, COPY };
std::string_view to_text(Method method);
std::optional<Method> method_from_text(std::string_view text);

/// The request body as it arrives, in bounded pieces.
class BodyReader {
public:
    virtual ~BodyReader() = default;
    /// The next bytes, valid until the next call; empty at the end. Throws bad_request() for broken
    /// framing, too_large() past the limit, request_timeout() when the client stalls.
    virtual Task<std::string_view> read() = 0;
    /// The next bytes into memory of the caller's, which spares a copy: one at least, 0 at the end.
    /// Whoever begins with this stays with it.
    virtual Task<size_t> read_into(std::span<char> into);
    /// Content-Length if the client gave one.
    virtual std::optional<uint64_t> length() const = 0;

protected:
    std::string_view rest_;  ///< what read() gave and read_into() did not pass on yet
};

struct Api;        // api.h
struct RouteInfo;  // api.h: the row that matched

class Request {
public:
    // ---- what was asked -----------------------------------------------------------------------
    Method method = Method::GET;
    std::string target;  ///< as sent: path and query
    std::string path;    ///< percent-decoded, below the service's prefix: "/servers/abc"
    Query query;
    Headers headers;
    std::string peer;      ///< numeric address of the client
    std::string base_url;  ///< "http://host:port" as the client reached us, or public_url if set

    /// A named part of the matched route: "/servers/{id}" gives path_part("id").
    const std::string& path_part(std::string_view name) const;
    /// The microversion in force; Version{} where the service has none.
    Version version() const { return version_; }

    // ---- its body -----------------------------------------------------------------------------
    /// The whole body as JSON, read by the pipeline before the handler runs (not for streaming
    /// routes). Throws bad_request() if it was none.
    const json::Value& json() const;
    /// The object under `key`: {"keypair": {...}}. Throws bad_request() naming the key if missing.
    const json::Value& json(std::string_view key) const;
    const std::string& text() const { return body_text_; }
    /// The body as a stream, on routes marked `streams`.
    BodyReader& body();

    // ---- who asks, and whether they may
    // ----------------------------------------------------------
    const auth::Caller& caller() const { return caller_; }
    /// Applies the rule that the route row names to the owner the handler names. Throws
    /// forbidden(). A reply whose handler never called this is refused by the pipeline (routes
    /// marked public_route excepted).
    void authorize(const auth::Owner& owner);
    /// The same, but throws `hidden` instead: usually the not_found() of what the caller named.
    void authorize(const auth::Owner& owner, const Error& hidden);
    /// The owner is the caller's own project, user and domain.
    void authorize();
    /// Whether another rule would allow it; does not count as authorization.
    bool may(std::string_view rule, const auth::Owner& owner) const;
    bool may(std::string_view rule) const;
    bool is_admin() const;  ///< the rule "context_is_admin"

    // ---- for logs, the change log and time limits
    // --------------------------------------------------
    const std::string& request_id() const { return request_id_; }  ///< "req-<uuid>"
    history::Author author() const;
    std::chrono::steady_clock::time_point deadline{};

    /// A request that comes from no socket: tests, the simulation, one service asking another.
    /// Its body is at hand as text(), as json() where it is JSON, and as a stream.
    static Request make(Method method, std::string target, Headers headers = {},
                        std::string body = {});

    // Filled in by the server and the pipeline only.
    struct Internals {
        const Api* api = nullptr;
        const RouteInfo* route = nullptr;
        const auth::Policy* policy = nullptr;
        bool authorized = false;
        std::unique_ptr<BodyReader> body;
        std::vector<std::pair<std::string, std::string>> path_parts;
        std::optional<json::Value> json;
    };
    Internals internals;
    std::string body_text_;
    auth::Caller caller_;
    std::string request_id_;
    Version version_;
};

}  // namespace welkin::http
