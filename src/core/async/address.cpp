#include "core/async/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <array>
#include <cstring>

#include "core/base/error.h"

namespace welkin::async {

namespace {

using Getter = int (*)(int, sockaddr*, socklen_t*);

Address address_by(Getter getter, int descriptor) {
    SocketAddress found;
    found.length = sizeof found.storage;
    if (getter(descriptor, found.get(), &found.length) != 0) {
        return {};
    }
    return to_address(found);
}

}  // namespace

std::string to_text(const Address& address) {
    if (address.host == "unix") {
        return address.host;
    }
    return address.host.contains(':') ? fmt::format("[{}]:{}", address.host, address.port)
                                      : fmt::format("{}:{}", address.host, address.port);
}

Address to_address(const SocketAddress& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.family() == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address.storage, sizeof v4);
        ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
        return {text.data(), ntohs(v4.sin_port)};
    }
    if (address.family() == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address.storage, sizeof v6);
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
            ::inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text.data(), text.size());
        } else {
            ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
        }
        return {text.data(), ntohs(v6.sin6_port)};
    }
    return {"unix", 0};
}

Address local_address(int descriptor) { return address_by(::getsockname, descriptor); }
Address peer_address(int descriptor) { return address_by(::getpeername, descriptor); }

std::vector<SocketAddress> resolve(const Address& address) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | (is_numeric(address.host) ? AI_NUMERICHOST : AI_ADDRCONFIG);
    addrinfo* found = nullptr;
    const int trouble =
        ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
    if (trouble != 0) {
        throw unavailable("The address of {} could not be found: {}.", address.host,
                          ::gai_strerror(trouble));
    }
    std::vector<SocketAddress> all;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        SocketAddress next;
        next.length = each->ai_addrlen;
        std::memcpy(&next.storage, each->ai_addr, each->ai_addrlen);
        all.push_back(next);
    }
    ::freeaddrinfo(found);
    return all;
}

bool is_numeric(const std::string& host) {
    in6_addr unused{};
    const auto v6 = host.substr(0, host.find('%'));
    return ::inet_pton(AF_INET, host.c_str(), &unused) == 1 ||
           ::inet_pton(AF_INET6, v6.c_str(), &unused) == 1;
}

SocketAddress unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) {
        throw bad_request("The socket path {} must have 1 to {} bytes.", path,
                          sizeof address.sun_path - 1);
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    SocketAddress result;
    result.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    std::memcpy(&result.storage, &address, sizeof address);
    return result;
}

}  // namespace welkin::async
