#include "core/base/run_child.h"

#include <fcntl.h>
#include <poll.h>

#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "core/async/blocking_pool.h"
#include "core/base/child.h"
#include "core/base/descriptor.h"
#include "core/base/error.h"
#include "core/base/pidfd.h"

namespace welkin {

namespace {

using Clock = std::chrono::steady_clock;

constexpr long look_around_ms = 200;  ///< how late the end of this process is noticed

struct Pipe {
    Descriptor reader;
    Descriptor writer;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw internal("Could not make a pipe: {}.", std::generic_category().message(errno));
    }
    return {Descriptor(ends[0]), Descriptor(ends[1])};
}

void make_non_blocking(const Descriptor& descriptor) {
    ::fcntl(descriptor.get(), F_SETFL, O_NONBLOCK);
}

/// A running helper and our ends of its pipes. Left early, it is killed with its whole group.
class Running {
public:
    Running(const std::vector<std::string>& argv, std::string_view input)
        : name_(argv.at(0)), input_(input) {
        auto in = make_pipe();
        auto out = make_pipe();
        auto err = make_pipe();
        pid_ = start_child({.argv = argv,
                            .in = in.reader.get(),
                            .out = out.writer.get(),
                            .err = err.writer.get()});
        process_ = Descriptor(::pidfd_open(pid_, 0));
        in_ = std::move(in.writer);
        out_ = std::move(out.reader);
        err_ = std::move(err.reader);
        make_non_blocking(in_);
        make_non_blocking(out_);
        make_non_blocking(err_);
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() {
        if (pid_ > 0) {
            ::kill(-pid_, SIGKILL);
            wait();
        }
    }

    ProcessOutput finish(Clock::time_point deadline) {
        if (!process_.valid()) {
            throw internal("Could not watch {}: no descriptor is free.", name_);
        }
        while (!ended_) {
            exchange(deadline);
        }
        drain(out_, output_.out);
        drain(err_, output_.err);
        const int status = wait();
        pid_ = 0;
        output_.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        return std::move(output_);
    }

private:
    /// One round of waiting for whatever comes first.
    void exchange(Clock::time_point deadline) {
        if (input_.empty()) {
            in_.reset();
        }
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) {
            throw unavailable("{} did not end in time and was killed.", name_);
        }
        if (async::blocking_should_end()) {
            throw unavailable("{} was killed because this process is ending.", name_);
        }
        // poll() passes over descriptors below zero: pipes that are closed.
        std::array<pollfd, 4> polled = {{{.fd = in_.get(), .events = POLLOUT, .revents = 0},
                                         {.fd = out_.get(), .events = POLLIN, .revents = 0},
                                         {.fd = err_.get(), .events = POLLIN, .revents = 0},
                                         {.fd = process_.get(), .events = POLLIN, .revents = 0}}};
        if (::poll(polled.data(), polled.size(),
                   static_cast<int>(std::min<long>(left, look_around_ms))) < 0) {
            return;
        }
        if (polled[0].revents != 0) {
            feed();
        }
        if (polled[1].revents != 0) {
            drain(out_, output_.out);
        }
        if (polled[2].revents != 0) {
            drain(err_, output_.err);
        }
        ended_ = polled[3].revents != 0;
    }

    void feed() {
        const ssize_t count = ::write(in_.get(), input_.data(), input_.size());
        if (count >= 0) {
            input_.remove_prefix(static_cast<size_t>(count));
        } else if (errno != EAGAIN && errno != EINTR) {
            input_ = {};  // it wants no more
        }
    }

    void drain(Descriptor& from, std::string& into) {
        std::array<char, 65536> buffer;
        while (from.valid()) {
            const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
            if (count < 0 && errno == EINTR) {
                continue;
            }
            if (count < 0 && errno == EAGAIN) {
                return;
            }
            if (count <= 0) {
                from.reset();
                return;
            }
            if (into.size() + static_cast<size_t>(count) > max_child_output_bytes) {
                throw internal("{} wrote more than {} bytes and was killed.", name_,
                               max_child_output_bytes);
            }
            into.append(buffer.data(), static_cast<size_t>(count));
        }
    }

    int wait() const {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        return status;
    }

    std::string name_;
    std::string_view input_;
    int pid_ = 0;
    Descriptor process_;
    Descriptor in_;
    Descriptor out_;
    Descriptor err_;
    bool ended_ = false;
    ProcessOutput output_;
};

}  // namespace

ProcessOutput run_child(const std::vector<std::string>& argv, std::string_view input,
                        Duration timeout) {
    const auto deadline = Clock::now() + timeout;
    Running helper(argv, input);
    return helper.finish(deadline);
}

}  // namespace welkin
