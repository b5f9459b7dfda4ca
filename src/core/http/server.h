#pragma once
// Server: HTTP/1.1 on one or more listeners: keep-alive, pipelining, chunked bodies, 100-continue,
// TLS, and limits on everything that a client controls.
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/async/loops.h"
#include "core/async/stream.h"
#include "core/http/request.h"

namespace welkin::http {

struct ServerLimits {
    size_t header_bytes = 64 * 1024;
    size_t target_bytes = 16 * 1024;
    int connections = 16384;            ///< beyond it new ones get 503 and are closed
    Duration header_timeout = 30s;      ///< from the first byte to the end of the header
    Duration idle_timeout = 75s;        ///< between requests
    Duration body_stall_timeout = 60s;  ///< between two pieces of a body, either way
    Duration drain_timeout = 4s;        ///< for requests in flight when stopping
};

struct ServerOptions {
    async::Address listen;         ///< port 0 picks one; see Server::address()
    std::string certificate_path;  ///< both set: TLS
    std::string key_path;
    std::string public_url;  ///< overrides what the Host header says
    ServerLimits limits;
};

using RequestHandler = std::function<Task<Reply>(Request&)>;

class Server {
public:
    /// Listens on every loop (SO_REUSEPORT) and serves until stop().
    Server(async::Loops& loops, ServerOptions options, RequestHandler handler);
    /// Listens nowhere: serves what serve() is given.
    Server(ServerOptions options, RequestHandler handler);
    ~Server();
    async::Address address() const;
    /// Stops accepting, lets requests in flight end (drain_timeout), closes the rest.
    Task<void> stop();
    int open_connections() const;

    /// Serves one connection, e.g. of a listener in another network namespace.
    Task<void> serve(std::unique_ptr<async::Stream> stream);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace welkin::http
