#pragma once
// Socket addresses as the system spells them.
#include <sys/socket.h>

#include <string>
#include <vector>

#include "core/async/stream.h"

namespace welkin::async {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = 0;

    int family() const { return storage.ss_family; }
    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

/// "10.0.0.1:80", "[::1]:80", "unix".
std::string to_text(const Address& address);
/// IPv4 mapped into IPv6 comes out as IPv4.
Address to_address(const SocketAddress& address);
Address local_address(int descriptor);
Address peer_address(int descriptor);

/// Every address of a host, at least one. Blocks unless the host is numeric. Throws unavailable().
std::vector<SocketAddress> resolve(const Address& address);
bool is_numeric(const std::string& host);

/// Throws bad_request() for a path too long for a socket.
SocketAddress unix_address(const std::string& path);

}  // namespace welkin::async
