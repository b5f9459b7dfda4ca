#include "core/async/socket.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/async/asio_loop.h"
#include "core/base/error.h"

namespace asio = boost::asio;

namespace welkin::async {

namespace {

constexpr Duration longest_wait = 720h;  // keeps now + timeout from overflowing

std::shared_ptr<Loop> current_loop() { return AsioLoop::current().shared_from_this(); }

}  // namespace

/// Asio's handlers hold it weakly: what is left in a stopped loop must not keep it, for it keeps
/// the loop.
struct Socket::Core : std::enable_shared_from_this<Core> {
    struct Side {
        std::coroutine_handle<> waiting;
        Steady::time_point deadline;
        Wake wake = Wake::ready;
        bool asked = false;  ///< Asio has been asked to tell, and will

        void resume(Wake why) {
            if (waiting) {
                wake = why;
                std::exchange(waiting, {}).resume();
            }
        }
    };

    explicit Core(Descriptor fd)
        : loop(current_loop()),
          descriptor(AsioLoop::current().context(), fd.release()),
          timer(AsioLoop::current().context()) {}

    Side& side(Direction direction) { return sides[direction == Direction::read ? 0 : 1]; }

    void wait(Direction direction, std::coroutine_handle<> handle, Duration timeout) {
        auto& here = side(direction);
        CHECK(!here.waiting);
        here.waiting = handle;
        here.deadline = Steady::now() + std::min(timeout, longest_wait);
        if (!here.asked) {
            here.asked = true;
            const auto kind = direction == Direction::read
                                  ? asio::posix::descriptor_base::wait_read
                                  : asio::posix::descriptor_base::wait_write;
            descriptor.async_wait(
                kind, [weak = weak_from_this(), direction](const boost::system::error_code& error) {
                    if (const auto core = weak.lock()) {
                        core->side(direction).asked = false;
                        core->side(direction).resume(error ? Wake::closed : Wake::ready);
                    }
                });
        }
        arm(here.deadline);
    }

    void arm(Steady::time_point when) {
        if (armed && armed_until <= when) {
            return;
        }
        armed = true;
        armed_until = when;
        timer.expires_at(when);
        timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
            const auto core = error ? nullptr : weak.lock();
            if (core) {
                core->armed = false;
                core->check_deadlines();
            }
        });
    }

    void check_deadlines() {
        const auto now = Steady::now();
        for (auto& each : sides) {
            if (each.waiting && each.deadline <= now) {
                each.resume(Wake::timed_out);
            }
        }
        for (auto& each : sides) {
            if (each.waiting) {
                arm(each.deadline);
            }
        }
    }

    void close() {
        boost::system::error_code ignored;
        descriptor.close(ignored);
        timer.cancel(ignored);
    }

    std::shared_ptr<Loop> loop;  ///< outlives what follows
    asio::posix::stream_descriptor descriptor;
    asio::steady_timer timer;
    std::array<Side, 2> sides;
    bool armed = false;
    Steady::time_point armed_until;
};

Socket::Socket(Descriptor descriptor) : core_(std::make_shared<Core>(std::move(descriptor))) {}

Socket::~Socket() {
    if (core_) {
        close();
    }
}

int Socket::descriptor() const { return core_->descriptor.native_handle(); }
bool Socket::is_open() const { return core_->descriptor.is_open(); }
void Socket::close() { core_->close(); }

Socket::Awaiter Socket::readable(Duration timeout) { return {core_, Direction::read, timeout}; }
Socket::Awaiter Socket::writable(Duration timeout) { return {core_, Direction::write, timeout}; }

Socket::Awaiter::Awaiter(std::shared_ptr<Core> core, Direction direction, Duration timeout)
    : core_(std::move(core)), direction_(direction), timeout_(timeout) {}

Socket::Awaiter::~Awaiter() {
    if (suspended_) {
        core_->side(direction_).waiting = {};
    }
}

bool Socket::Awaiter::await_suspend(std::coroutine_handle<> handle) {
    if (!core_->descriptor.is_open()) {
        core_->side(direction_).wake = Wake::closed;
        return false;
    }
    core_->wait(direction_, handle, timeout_);
    suspended_ = true;
    return true;
}

Socket::Wake Socket::Awaiter::await_resume() {
    suspended_ = false;
    return core_->side(direction_).wake;
}

}  // namespace welkin::async
