#pragma once
// Outgoing: a Reply put on the wire. Header and short bodies go out in one system call, files by
// sendfile, streams with a known length as they are and others chunked. Internal to core/http.
#include <string>

#include "core/async/stream.h"
#include "core/http/reply.h"

namespace welkin::http {

struct SendOptions {
    bool head_request = false;  ///< the header as for GET, and no body
    bool keep_alive = true;     ///< what the Connection header will say
    int minor_version = 1;      ///< of the request: HTTP/1.0 has no chunks
    Duration stall_timeout = 60s;
};

enum class Connection { keep, close };

/// `scratch` is reused from reply to reply. Throws when the peer is gone or stalls, or when a
/// streamed body fails midway, which can only be shown by closing. Upgrade bodies: the header only.
Task<Connection> send_reply(async::Stream& stream, const Reply& reply, const SendOptions& options,
                            std::string& scratch);

/// Status line and header lines up to the empty line, without framing headers: appended to `out`.
void append_head(std::string& out, const Reply& reply, const SendOptions& options);

/// "Name: value\r\n", with line breaks in the value made blanks so that it stays one line.
void append_header_line(std::string& out, std::string_view name, std::string_view value);

}  // namespace welkin::http
