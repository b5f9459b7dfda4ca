#pragma once
// Threads that leave signals to the main thread.
#include <csignal>
#include <thread>
#include <utility>

namespace welkin::async {

/// A thread that takes no signals but those its own faults raise.
template <class F>
std::thread start_quiet_thread(F function) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP}) {
        sigdelset(&all, fault);
    }
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::move(function));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

}  // namespace welkin::async
