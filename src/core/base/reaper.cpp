#include "core/base/reaper.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <sys/wait.h>

#include <csignal>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/error.h"
#include "core/base/pidfd.h"

namespace welkin {

struct Reaper::State {
    Descriptor bell{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    std::mutex mutex;
    std::vector<Descriptor> adopted;
    bool stopped = false;
    std::thread thread;

    void ring() const {
        const uint64_t one = 1;
        CHECK(::write(bell.get(), &one, sizeof one) == sizeof one);
    }
    void work();
};

Reaper::Reaper() : state_(std::make_shared<State>()) { CHECK(state_->bell.valid()); }

Reaper::~Reaper() {
    {
        const std::scoped_lock lock(state_->mutex);
        state_->stopped = true;
    }
    if (state_->thread.joinable()) {
        state_->ring();
        state_->thread.join();
    }
}

void Reaper::adopt(int pid) {
    Descriptor process(::pidfd_open(pid, 0));
    if (!process.valid()) {
        // Only when descriptors have run out; then whoever asks for the process is told it is dead.
        return;
    }
    const std::scoped_lock lock(state_->mutex);
    state_->adopted.push_back(std::move(process));
    if (!state_->thread.joinable()) {
        sigset_t all;
        sigset_t before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        state_->thread = std::thread([state = state_.get()] { state->work(); });
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
    state_->ring();
}

void Reaper::State::work() {
    std::vector<Descriptor> processes;
    std::vector<pollfd> polled;
    for (;;) {
        {
            const std::scoped_lock lock(mutex);
            if (stopped) {
                return;
            }
            for (auto& process : adopted) {
                processes.push_back(std::move(process));
            }
            adopted.clear();
        }
        polled.assign(1, {.fd = bell.get(), .events = POLLIN, .revents = 0});
        for (const auto& process : processes) {
            polled.push_back({.fd = process.get(), .events = POLLIN, .revents = 0});
        }
        if (::poll(polled.data(), polled.size(), -1) <= 0) {
            continue;
        }
        if (polled[0].revents != 0) {
            uint64_t count = 0;
            static_cast<void>(!::read(bell.get(), &count, sizeof count));
        }
        for (size_t i = processes.size(); i > 0; --i) {
            if (polled[i].revents != 0) {
                siginfo_t info{};
                ::waitid(P_PIDFD, static_cast<id_t>(processes[i - 1].get()), &info, WEXITED);
                processes.erase(processes.begin() + static_cast<ptrdiff_t>(i - 1));
            }
        }
    }
}

}  // namespace welkin
