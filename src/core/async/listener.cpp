#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <thread>

#include "core/async/address.h"
#include "core/async/socket_stream.h"
#include "core/base/error.h"
#include "core/observe/log.h"

namespace welkin::async {

namespace {

constexpr int backlog = 4096;

std::string reason(int number) { return std::generic_category().message(number); }

class SocketListener final : public Listener {
public:
    SocketListener(Descriptor descriptor, Address local)
        : socket_(std::move(descriptor)),
          local_(std::make_shared<const Address>(std::move(local))) {}

    Task<std::unique_ptr<Stream>> accept() override {
        const auto local = local_;
        while (true) {
            SocketAddress peer;
            peer.length = sizeof peer.storage;
            Descriptor accepted(::accept4(socket_.descriptor(), peer.get(), &peer.length,
                                          SOCK_NONBLOCK | SOCK_CLOEXEC));
            if (accepted.valid()) {
                co_return make_socket_stream(Socket(std::move(accepted)), to_address(peer));
            }
            const int trouble = errno;
            auto wake = Socket::Wake::ready;
            if (trouble == EMFILE || trouble == ENFILE || trouble == ENOBUFS || trouble == ENOMEM) {
                // The connection stays in the queue; it gets its turn when others have ended.
                log::warning("cannot accept a connection",
                             {{"address", to_text(*local)}, {"error", reason(trouble)}});
                // A listening socket is never writable: this only waits, or ends with the listener.
                wake = co_await socket_.writable(100ms);
            } else if (trouble == EAGAIN || trouble == EBADF) {
                wake = co_await socket_.readable(1h);
            }
            // Other errors are those of a connection that is already gone. A closed listener may
            // have been destroyed, too.
            if (wake == Socket::Wake::closed) {
                throw unavailable("The listener at {} is closed.", to_text(*local));
            }
        }
    }

    Address local() const override { return *local_; }
    void close() override { socket_.close(); }

private:
    Socket socket_;
    std::shared_ptr<const Address> local_;  ///< shared with accept(), which may outlive us
};

[[noreturn]] void cannot_listen(const Address& address, int number) {
    throw unavailable("Cannot listen on {}: {}.", to_text(address), reason(number));
}

Descriptor bind_socket(const Address& address, Share share) {
    const auto where = resolve(address).front();
    Descriptor socket(::socket(where.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.valid()) {
        cannot_listen(address, errno);
    }
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (share == Share::yes) {
        ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    }
    if (::bind(socket.get(), where.get(), where.length) != 0 ||
        ::listen(socket.get(), backlog) != 0) {
        cannot_listen(address, errno);
    }
    return socket;
}

std::unique_ptr<Listener> make_listener(Descriptor socket) {
    auto local = local_address(socket.get());
    return std::make_unique<SocketListener>(std::move(socket), std::move(local));
}

}  // namespace

std::unique_ptr<Listener> listen(const Address& address, Share share) {
    return make_listener(bind_socket(address, share));
}

std::unique_ptr<Listener> listen_in_namespace(const std::string& network_namespace,
                                              const Address& address) {
    const std::string path = "/run/netns/" + network_namespace;
    const Descriptor space(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!space.valid()) {
        throw unavailable("Cannot open the network namespace {}: {}.", path, reason(errno));
    }
    // A socket stays in the namespace of the thread that made it; that thread has no other use.
    Descriptor socket;
    std::exception_ptr error;
    std::thread([&] {
        try {
            if (::setns(space.get(), CLONE_NEWNET) != 0) {
                throw unavailable("Cannot enter the network namespace {}: {}.", path,
                                  reason(errno));
            }
            socket = bind_socket(address, Share::no);
        } catch (...) {
            error = std::current_exception();
        }
    }).join();
    if (error) {
        std::rethrow_exception(error);
    }
    return make_listener(std::move(socket));
}

std::unique_ptr<Listener> listen_unix(const std::string& path) {
    const auto where = unix_address(path);
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.valid() || ::bind(socket.get(), where.get(), where.length) != 0 ||
        ::listen(socket.get(), backlog) != 0) {
        throw unavailable("Cannot listen on {}: {}.", path, reason(errno));
    }
    return make_listener(std::move(socket));
}

}  // namespace welkin::async
