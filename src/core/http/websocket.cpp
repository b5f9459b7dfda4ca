#include "core/http/websocket.h"

#include <array>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/crypto/digest.h"
#include "core/http/message.h"

namespace welkin::http {

namespace {

constexpr size_t longest_message = 1 << 20;
constexpr auto write_timeout = 30s;

enum Opcode : uint8_t {
    op_continuation = 0,
    op_text = 1,
    op_binary = 2,
    op_close = 8,
    op_ping = 9,
    op_pong = 10,
};

/// RFC 6455 section 4.2.2: proves that the handshake was understood.
std::string accept_key(std::string_view key) {
    const auto text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    return text::to_base64(crypto::digest(crypto::Algorithm::sha1, text));
}

std::string frame_header(uint8_t opcode, size_t length) {
    std::string header(1, static_cast<char>(0x80 | opcode));
    int bytes = 0;
    if (length < 126) {
        header += static_cast<char>(length);
    } else if (length < 65536) {
        header += static_cast<char>(126);
        bytes = 2;
    } else {
        header += static_cast<char>(127);
        bytes = 8;
    }
    for (int i = bytes - 1; i >= 0; --i) {
        header += static_cast<char>(length >> (8 * i));
    }
    return header;
}

Task<void> serve_websocket(async::Stream& stream, std::string already_read,
                           std::function<Task<void>(WebSocket&)> serve) {
    WebSocket socket(stream, std::move(already_read));
    co_await serve(socket);
    co_await socket.close(1000, "");
}

std::string close_payload(uint16_t code, std::string_view reason) {
    std::string payload;
    payload += static_cast<char>(code >> 8);
    payload += static_cast<char>(code & 0xff);
    payload.append(reason.substr(0, 123));
    return payload;
}

}  // namespace

WebSocket::WebSocket(async::Stream& stream, std::string already_read)
    : stream_(stream), buffer_(std::move(already_read)) {}

Task<bool> WebSocket::need(size_t count, Duration timeout) {
    std::array<char, 16 * 1024> piece;
    while (buffer_.size() < count) {
        const auto got = co_await stream_.read(piece, timeout);
        if (got == 0) {
            co_return false;
        }
        buffer_.append(piece.data(), got);
    }
    co_return true;
}

Task<std::optional<WebSocket::Frame>> WebSocket::read_frame(Duration timeout) {
    if (!co_await need(2, timeout)) {
        co_return std::nullopt;
    }
    const auto byte = [this](size_t i) { return static_cast<uint8_t>(buffer_[i]); };
    Frame frame{.last = (byte(0) & 0x80) != 0, .opcode = uint8_t(byte(0) & 0x0f), .payload = {}};
    const bool control = frame.opcode >= op_close;
    uint64_t length = byte(1) & 0x7f;
    if ((byte(0) & 0x70) != 0 || (byte(1) & 0x80) == 0 || frame.opcode > op_pong ||
        (frame.opcode > op_binary && !control) || (control && (!frame.last || length > 125))) {
        co_await close(1002, "protocol error");
        throw bad_request("The WebSocket peer sent a frame that breaks the protocol.");
    }
    const size_t length_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
    const size_t header_bytes = 2 + length_bytes + 4;
    if (!co_await need(header_bytes, timeout)) {
        co_return std::nullopt;
    }
    if (length_bytes > 0) {
        length = 0;
        for (size_t i = 0; i < length_bytes; ++i) {
            length = length << 8 | byte(2 + i);
        }
    }
    if (length > longest_message) {
        co_await close(1009, "message too big");
        throw too_large("A WebSocket message may have at most {} bytes.", longest_message);
    }
    if (!co_await need(header_bytes + length, timeout)) {
        co_return std::nullopt;
    }
    frame.payload = buffer_.substr(header_bytes, length);
    for (size_t i = 0; i < length; ++i) {
        frame.payload[i] = static_cast<char>(frame.payload[i] ^ buffer_[header_bytes - 4 + i % 4]);
    }
    buffer_.erase(0, header_bytes + length);
    co_return frame;
}

Task<std::optional<std::string>> WebSocket::read(Duration timeout) {
    std::string message;
    bool begun = false;
    while (!closed_) {
        auto frame = co_await read_frame(timeout);
        if (!frame) {
            break;
        }
        if (frame->opcode == op_ping) {
            co_await write_frame(op_pong, frame->payload);
            continue;
        }
        if (frame->opcode == op_pong) {
            continue;
        }
        if (frame->opcode == op_close) {
            const bool has_code = frame->payload.size() >= 2;
            co_await write_close(has_code ? frame->payload.substr(0, 2) : std::string());
            break;
        }
        if ((frame->opcode == op_continuation) != begun ||
            message.size() + frame->payload.size() > longest_message) {
            co_await close(1002, "protocol error");
            throw bad_request("The WebSocket peer sent a message that breaks the protocol.");
        }
        begun = true;
        message += frame->payload;
        if (frame->last) {
            co_return message;
        }
    }
    closed_ = true;
    co_return std::nullopt;
}

Task<void> WebSocket::write_frame(uint8_t opcode, std::string_view payload) {
    const auto guard = co_await writing_.lock();
    if (closed_) {
        throw unavailable("The WebSocket is closed.");
    }
    co_await stream_.write(frame_header(opcode, payload.size()), payload, write_timeout);
}

Task<void> WebSocket::write(std::string_view message) { return write_frame(op_binary, message); }

Task<void> WebSocket::write_close(std::string payload) {
    const auto guard = co_await writing_.lock();
    if (!std::exchange(closed_, true)) {
        co_await stream_.write(frame_header(op_close, payload.size()), payload, write_timeout);
    }
}

Task<void> WebSocket::close(uint16_t code, std::string_view reason) {
    return write_close(close_payload(code, reason));
}

Reply websocket_reply(const Request& request, std::function<Task<void>(WebSocket&)> serve) {
    const auto key = request.headers.get("Sec-WebSocket-Key");
    const auto raw_key = text::from_base64(key);
    if (request.method != Method::GET || !has_token(request.headers, "Upgrade", "websocket") ||
        !has_token(request.headers, "Connection", "upgrade") || !raw_key || raw_key->size() != 16) {
        throw bad_request(
            "This is a WebSocket: the request must be a handshake as RFC 6455 has it.");
    }
    if (request.headers.get("Sec-WebSocket-Version") != "13") {
        throw bad_request("The only WebSocket version spoken here is 13.")
            .with_header("Sec-WebSocket-Version", "13");
    }
    Reply reply{.status = 101, .headers = {}, .body = {}};
    reply.headers.add("Upgrade", "websocket");
    reply.headers.add("Connection", "Upgrade");
    reply.headers.add("Sec-WebSocket-Accept", accept_key(key));
    if (has_token(request.headers, "Sec-WebSocket-Protocol", "binary")) {
        reply.headers.add("Sec-WebSocket-Protocol", "binary");
    }
    reply.body = Upgrade{[serve = std::move(serve)](async::Stream& stream, std::string early) {
        return serve_websocket(stream, std::move(early), serve);
    }};
    return reply;
}

}  // namespace welkin::http
