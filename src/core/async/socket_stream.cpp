#include "core/async/socket_stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "core/async/address.h"
#include "core/base/error.h"

namespace welkin::async {

namespace {

/// After so many system calls in a row that did not block, others on the loop get their turn.
constexpr int calls_per_turn = 64;
constexpr size_t sendfile_chunk_bytes = 1 << 20;
constexpr size_t copy_chunk_bytes = 256 << 10;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

class SocketStream final : public Stream {
public:
    SocketStream(Socket socket, Address peer)
        : socket_(std::move(socket)), peer_(std::make_shared<const Address>(std::move(peer))) {}

    Task<size_t> read(std::span<char> into, Duration timeout) override {
        if (turn_is_over()) {
            co_await yield();
        }
        for (;;) {
            const ssize_t count = ::recv(socket_.descriptor(), into.data(), into.size(), 0);
            if (count >= 0) {
                co_return static_cast<size_t>(count);
            }
            if (would_block()) {
                const auto peer = peer_;
                check(co_await socket_.readable(timeout), *peer, "send");
            } else if (errno != EINTR) {
                lost(errno);
            }
        }
    }

    Task<void> write(std::string_view first, std::string_view second, Duration timeout) override {
        if (turn_is_over()) {
            co_await yield();
        }
        while (!first.empty() || !second.empty()) {
            std::array<iovec, 2> parts = {{{const_cast<char*>(first.data()), first.size()},
                                           {const_cast<char*>(second.data()), second.size()}}};
            msghdr message{};
            message.msg_iov = parts.data();
            message.msg_iovlen = parts.size();
            const ssize_t count = ::sendmsg(socket_.descriptor(), &message, MSG_NOSIGNAL);
            if (count >= 0) {
                const auto sent = static_cast<size_t>(count);
                const size_t of_first = std::min(sent, first.size());
                first.remove_prefix(of_first);
                second.remove_prefix(sent - of_first);
            } else if (would_block()) {
                const auto peer = peer_;
                check(co_await socket_.writable(timeout), *peer, "take");
            } else if (errno != EINTR) {
                lost(errno);
            }
        }
    }

    Task<void> write_file(int descriptor, uint64_t offset, uint64_t length,
                          Duration timeout) override {
        auto position = static_cast<off_t>(offset);
        while (length > 0) {
            if (turn_is_over()) {
                co_await yield();
            }
            const ssize_t count =
                ::sendfile(socket_.descriptor(), descriptor, &position,
                           static_cast<size_t>(std::min<uint64_t>(length, sendfile_chunk_bytes)));
            if (count > 0) {
                length -= static_cast<uint64_t>(count);
            } else if (count == 0) {
                throw internal("A file ended {} bytes before its expected end.", length);
            } else if (would_block()) {
                const auto peer = peer_;
                check(co_await socket_.writable(timeout), *peer, "take");
            } else if (errno == EINVAL || errno == ENOSYS) {
                co_return co_await copy_file(descriptor, static_cast<uint64_t>(position), length,
                                             timeout);
            } else if (errno != EINTR) {
                lost(errno);
            }
        }
    }

    void shutdown_write() override { ::shutdown(socket_.descriptor(), SHUT_WR); }
    void close() override { socket_.close(); }
    Address peer() const override { return *peer_; }
    Address local() const override { return local_address(socket_.descriptor()); }

private:
    /// For files that sendfile() does not take.
    Task<void> copy_file(int descriptor, uint64_t offset, uint64_t length, Duration timeout) {
        std::string buffer(std::min<uint64_t>(length, copy_chunk_bytes), '\0');
        while (length > 0) {
            const size_t wanted = std::min<uint64_t>(length, buffer.size());
            const ssize_t count = co_await blocking([&] {
                return ::pread(descriptor, buffer.data(), wanted, static_cast<off_t>(offset));
            });
            if (count <= 0) {
                throw internal("A file ended {} bytes before its expected end.", length);
            }
            const auto size = static_cast<size_t>(count);
            co_await write(std::string_view(buffer).substr(0, size), {}, timeout);
            offset += size;
            length -= size;
        }
    }

    /// A peer that is always ready must not keep the loop to itself.
    bool turn_is_over() {
        calls_ = (calls_ + 1) % calls_per_turn;
        return calls_ == 0;
    }

    /// A wait also ends when the stream is destroyed, so this must not touch it.
    static void check(Socket::Wake wake, const Address& peer, std::string_view what) {
        if (wake == Socket::Wake::timed_out) {
            throw request_timeout("{} did not {} data in time.", to_text(peer), what);
        }
        if (wake == Socket::Wake::closed) {
            throw unavailable("The connection with {} is closed.", to_text(peer));
        }
    }

    [[noreturn]] void lost(int number) const {
        if (!socket_.is_open()) {
            check(Socket::Wake::closed, *peer_, {});
        }
        throw unavailable("The connection with {} was lost: {}.", to_text(*peer_),
                          std::generic_category().message(number));
    }

    Socket socket_;
    std::shared_ptr<const Address> peer_;  ///< shared with waits, which may outlive the stream
    int calls_ = 0;
};

}  // namespace

std::unique_ptr<Stream> make_socket_stream(Socket socket, Address peer) {
    if (peer.host != "unix") {
        const int on = 1;
        ::setsockopt(socket.descriptor(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    return std::make_unique<SocketStream>(std::move(socket), std::move(peer));
}

}  // namespace welkin::async
