#pragma once
// Stream: a byte connection (TCP, unix socket, or either under TLS), and who makes them.
//
// Every wait has a deadline; past it the call throws request_timeout() and the stream is useless.
// A Stream belongs to the loop it was made on and is used by one reader and one writer at a time.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/async/async.h"

namespace welkin::async {

struct Address {
    std::string host;  ///< numeric; "unix" for a unix socket
    uint16_t port = 0;
};

class Stream {
public:
    virtual ~Stream() = default;
    /// At least one byte, or 0 at the end of input. Throws unavailable() when the peer is gone.
    virtual Task<size_t> read(std::span<char> into, Duration timeout) = 0;
    /// All bytes. A second span is sent behind the first in one system call where that works.
    virtual Task<void> write(std::string_view first, std::string_view second, Duration timeout) = 0;
    /// `length` bytes of a file from `offset`: sendfile where it works, else read and write.
    /// The timeout is for progress, not for the whole.
    virtual Task<void> write_file(int descriptor, uint64_t offset, uint64_t length,
                                  Duration timeout) = 0;
    virtual void shutdown_write() = 0;
    virtual void close() = 0;
    virtual Address peer() const = 0;
    virtual Address local() const = 0;
    virtual bool encrypted() const { return false; }
};

/// Certificate chain and private key in PEM files, loaded once. Throws bad_request() if unusable.
class TlsServer {
public:
    TlsServer(const std::string& certificate_path, const std::string& key_path);
    ~TlsServer();
    Task<std::unique_ptr<Stream>> accept(std::unique_ptr<Stream> plain, Duration timeout) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

class Listener {
public:
    virtual ~Listener() = default;
    virtual Task<std::unique_ptr<Stream>> accept() = 0;
    virtual Address local() const = 0;
    virtual void close() = 0;  ///< a pending accept() throws
};

/// Binds and listens on the current loop. `share` sets SO_REUSEPORT so that each loop can have one.
/// Port 0 picks a free one. Throws unavailable() naming the address when it is taken.
enum class Share { no, yes };
std::unique_ptr<Listener> listen(const Address& address, Share share = Share::no);
/// The same inside a network namespace below /run/netns (the socket stays in it).
std::unique_ptr<Listener> listen_in_namespace(const std::string& network_namespace,
                                              const Address& address);

/// On a unix socket, whose file must not exist yet.
std::unique_ptr<Listener> listen_unix(const std::string& path);

Task<std::unique_ptr<Stream>> connect(Address address, Duration timeout);
Task<std::unique_ptr<Stream>> connect_unix(std::string path, Duration timeout);
/// TLS towards a server, verified against the system's roots or `ca_path`.
Task<std::unique_ptr<Stream>> connect_tls(Address address, std::string server_name,
                                          std::string ca_path, Duration timeout);

}  // namespace welkin::async
