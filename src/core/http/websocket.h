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
    /// Throws bad_request() or too_large() for a peer that breaks the protocol, after telling it
    /// so.
    Task<std::optional<std::string>> read(Duration timeout);
    /// May be called while another coroutine reads. Throws unavailable() once it is closed.
    Task<void> write(std::string_view message);
    Task<void> close(uint16_t code, std::string_view reason);

private:
    struct Frame {
        bool last = false;
        uint8_t opcode = 0;
        std::string payload;
    };
    Task<bool> need(size_t count, Duration timeout);
    Task<std::optional<Frame>> read_frame(Duration timeout);
    Task<void> write_frame(uint8_t opcode, std::string_view payload);
    Task<void> write_close(std::string payload);

    async::Stream& stream_;
    std::string buffer_;
    async::Mutex writing_;
    bool closed_ = false;
};

/// The 101 reply for a handshake request, choosing "binary" if the client offers it. `serve` has
/// the socket until it returns; then it is closed. Throws bad_request() if the request is not a
/// WebSocket handshake.
Reply websocket_reply(const Request& request, std::function<Task<void>(WebSocket&)> serve);

}  // namespace welkin::http
