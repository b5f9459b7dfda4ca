#pragma once
// SocketStream: a plain TCP or unix connection.
#include <span>
#include <string>

#include "core/async/socket.h"
#include "core/async/stream.h"

namespace welkin::async {

/// Takes over a connected socket.
std::unique_ptr<Stream> make_socket_stream(Socket socket, Address peer);

}  // namespace welkin::async
