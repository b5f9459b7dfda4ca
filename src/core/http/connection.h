#pragma once
// Connection: one client's requests, read, handed on and answered in order. Internal to core/http.
#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "core/async/stream.h"
#include "core/http/incoming.h"
#include "core/http/message.h"
#include "core/http/outgoing.h"
#include "core/http/server.h"

namespace welkin::http {

/// What the connections of a server share; outlives them.
struct ConnectionContext {
    ServerLimits limits;
    std::string public_url;
    RequestHandler handler;
    std::atomic<bool> stopping{false};
};

/// Lives on one loop.
class ServerConnection {
public:
    ServerConnection(ConnectionContext& context, std::unique_ptr<async::Stream> stream);

    /// Serves until either side has had enough; closes the stream. Never throws.
    Task<void> run();
    /// Ends a wait for the next request at once, and what an upgrade became; a request in flight
    /// goes on.
    void close_if_idle();
    void close_now();
    async::Loop& loop() const { return loop_; }

private:
    Task<Connection> serve_one(size_t head_size);
    /// Bytes of a whole header block at the front of the buffer, or 0 if the client went away.
    Task<size_t> read_head();
    Task<bool> fill_head(std::optional<async::Steady::time_point>& deadline);
    size_t scan_head();
    Request make_request(RequestHead head) const;
    Task<Connection> answer(const RequestHead& head, Request& request, IncomingBody& body);
    Task<void> drain(IncomingBody& body);
    Task<void> refuse(const Refusal& refusal);
    Task<void> linger();

    ConnectionContext& context_;
    HeadLimits head_limits_;
    async::Loop& loop_;
    std::unique_ptr<async::Stream> stream_;
    std::string peer_;
    InputBuffer input_;
    HeadScanner scanner_;
    std::string scratch_;
    bool idle_ = false;  ///< nothing is lost if it is closed now
    bool closed_ = false;
};

}  // namespace welkin::http
