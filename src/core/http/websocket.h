#pragma once
// WebSocket (RFC 6455), server side: what consoles need. Binary frames both ways, ping answered.
#include <optional>
#include <string>
#include <string_view>

#include "core/async/stream.h"
#include "core/http/reply.h"
#include "core/http/request.h"

namespace welkin::http {

class WebSocket {
public:
    WebSocket(async::Stream& stream, std::string already_read);
    /// The next message (at most 1 MiB), or nothing once the peer closed.
    Task<std::optional<std::string>> read(Duration timeout);
    Task<void> write(std::string_view message);
    Task<void> close(uint16_t code, std::string_view reason);

private:
    async::Stream& stream_;
    std::string buffer_;
};

/// The 101 reply for a handshake request, choosing "binary" if the client offers it.
/// Throws bad_request() if the request is not a WebSocket handshake.
Reply websocket_reply(const Request& request, std::function<Task<void>(WebSocket&)> serve);

}  // namespace welkin::http
