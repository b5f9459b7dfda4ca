#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "core/async/address.h"
#include "core/async/socket_stream.h"
#include "core/base/error.h"

namespace welkin::async {

namespace {

/// A name being looked up. The lookup cannot be stopped, so it is shared with who waits for it.
struct Lookup {
    Address address;
    Event done;
    std::vector<SocketAddress> found;
    std::exception_ptr error;
};

[[noreturn]] void too_slow(const std::string& name) {
    throw request_timeout("{} could not be reached in time.", name);
}

Task<std::vector<SocketAddress>> look_up(Address address, Duration timeout) {
    if (is_numeric(address.host)) {
        co_return resolve(address);
    }
    const auto lookup = std::make_shared<Lookup>();
    lookup->address = address;
    Loop::current().post_blocking([lookup] {
        try {
            lookup->found = resolve(lookup->address);
        } catch (...) {
            lookup->error = std::current_exception();
        }
        lookup->done.set();
    });
    const bool in_time = co_await lookup->done.wait(timeout);
    if (!in_time) {
        too_slow(to_text(address));
    }
    if (lookup->error) {
        std::rethrow_exception(lookup->error);
    }
    co_return std::move(lookup->found);
}

/// 0, or the error number.
int start_connecting(int descriptor, const SocketAddress& where) {
    int result = 0;
    do {
        result = ::connect(descriptor, where.get(), where.length);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

int pending_error(int descriptor) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

/// 0 when connected, or the error number.
Task<int> connect_socket(Socket& socket, SocketAddress where, Steady::time_point deadline) {
    const int trouble = start_connecting(socket.descriptor(), where);
    if (trouble != EINPROGRESS) {
        co_return trouble;
    }
    const auto left = std::chrono::duration_cast<Duration>(deadline - Steady::now());
    const auto wake = co_await socket.writable(std::max<Duration>(left, 0us));
    co_return wake == Socket::Wake::timed_out ? ETIMEDOUT : pending_error(socket.descriptor());
}

Descriptor make_socket(int family) {
    return Descriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

}  // namespace

Task<std::unique_ptr<Stream>> connect(Address address, Duration timeout) {
    const auto deadline = Steady::now() + timeout;
    const auto name = to_text(address);
    const auto candidates = co_await look_up(address, timeout);
    int trouble = 0;
    for (const auto& where : candidates) {
        auto descriptor = make_socket(where.family());
        if (!descriptor.valid()) {
            trouble = errno;
            continue;
        }
        Socket socket(std::move(descriptor));
        trouble = co_await connect_socket(socket, where, deadline);
        if (trouble == 0) {
            co_return make_socket_stream(std::move(socket), to_address(where));
        }
    }
    if (trouble == ETIMEDOUT) {
        too_slow(name);
    }
    throw unavailable("The connection to {} failed: {}.", name,
                      std::generic_category().message(trouble));
}

Task<std::unique_ptr<Stream>> connect_unix(std::string path, Duration timeout) {
    const auto where = unix_address(path);
    const auto deadline = Steady::now() + timeout;
    auto socket = make_socket(AF_UNIX);
    for (;;) {
        const int trouble = socket.valid() ? start_connecting(socket.get(), where) : errno;
        if (trouble == 0) {
            co_return make_socket_stream(Socket(std::move(socket)), {"unix", 0});
        }
        if (trouble != EAGAIN) {
            throw unavailable("The connection to {} failed: {}.", path,
                              std::generic_category().message(trouble));
        }
        // The listener's queue is full, and a unix socket cannot be waited on for that.
        if (Steady::now() >= deadline) {
            too_slow(path);
        }
        co_await sleep(10ms);
    }
}

}  // namespace welkin::async
