#pragma once
// Client: HTTP/1.1 and HTTPS requests to other services, with kept connections and streamed bodies.
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/async/async.h"
#include "core/http/headers.h"
#include "core/http/reply.h"
#include "core/http/request.h"

namespace welkin::http {

struct ClientRequest {
    Method method = Method::GET;
    std::string url;  ///< http:// or https://
    Headers headers;
    std::string body;
    Duration timeout = 30s;            ///< connect and each wait for progress
    size_t max_body_bytes = 64 << 20;  ///< of the answer when it is collected
    std::string ca_path;               ///< trust this instead of the system's roots
    /// If set, the answer's body goes here piece by piece instead of into ClientReply::body.
    std::function<Task<void>(std::string_view)> on_body;
};

struct ClientReply {
    int status = 0;
    Headers headers;
    std::string body;
};

class Client {
public:
    Client();
    ~Client();
    /// Throws bad_request() for a bad URL, unavailable() when the peer cannot be reached or breaks
    /// off, request_timeout() past a time limit. HTTP error statuses are returned, not thrown.
    Task<ClientReply> send(ClientRequest request);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace welkin::http
