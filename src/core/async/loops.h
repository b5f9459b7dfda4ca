#pragma once
// Loops: the real event loops, one thread each, and the threads for blocking calls.
#include <cstdint>
#include <memory>
#include <vector>

#include "core/async/async.h"

namespace welkin::async {

class Loops {
public:
    /// Starts `threads` event loops and at most `blocking_threads` blocking ones (made on demand).
    explicit Loops(int threads, int blocking_threads = 16);
    ~Loops();  ///< stop(), then joins

    Loop& at(size_t index);
    size_t count() const;
    void stop();

    /// Runs `task` on loop 0 and returns when it has ended, with its exception if it threw.
    void run(Task<void> task);
    /// run() for a value: tests and main use it.
    template <class T>
    T get(Task<T> task) {
        std::optional<T> result;
        run([](Task<T> inner, std::optional<T>& out) -> Task<void> {
            out.emplace(co_await std::move(inner));
        }(std::move(task), result));
        return std::move(*result);
    }

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace welkin::async
