#pragma once
// Socket: a non-blocking descriptor on a loop, and waiting until it is ready.
//
// Callers try the system call first and wait only when it would block. One timer per socket serves
// all its waits: it is moved only when a wait ends sooner than the timer would, so that a busy
// connection does not touch it.
#include <coroutine>
#include <memory>

#include "core/async/async.h"
#include "core/base/descriptor.h"

namespace welkin::async {

class Socket {
public:
    enum class Direction { read, write };
    enum class Wake { ready, timed_out, closed };

    /// On the current loop, which must be a real one. `descriptor` must be non-blocking.
    explicit Socket(Descriptor descriptor);
    Socket(Socket&&) noexcept = default;
    Socket& operator=(Socket&&) = delete;
    ~Socket();

    int descriptor() const;
    bool is_open() const;
    /// Suspended waits end with Wake::closed.
    void close();

    class Awaiter;
    /// May end early (ready, but nothing there). One waiter per direction at a time.
    Awaiter readable(Duration timeout);
    Awaiter writable(Duration timeout);

private:
    struct Core;
    std::shared_ptr<Core> core_;
};

class Socket::Awaiter {
public:
    Awaiter(std::shared_ptr<Core> core, Direction direction, Duration timeout);
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter();

    bool await_ready() const { return false; }
    bool await_suspend(std::coroutine_handle<> handle);
    Wake await_resume();

private:
    std::shared_ptr<Core> core_;
    Direction direction_;
    Duration timeout_;
    bool suspended_ = false;
};

}  // namespace welkin::async
