#pragma once
// run_on: awaits a task that runs on another loop, for objects that belong to one.
#include <exception>
#include <memory>
#include <optional>

#include "core/async/async.h"

namespace welkin::async {

namespace detail {
template <class T>
struct RunOnResult {
    Event done;
    std::optional<T> value;
    std::exception_ptr error;
};
template <>
struct RunOnResult<void> {
    Event done;
    std::exception_ptr error;
};

template <class T>
Task<void> run_and_keep(Task<T> task, std::shared_ptr<RunOnResult<T>> result) {
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(task);
        } else {
            result->value.emplace(co_await std::move(task));
        }
    } catch (...) {
        result->error = std::current_exception();
    }
    result->done.set();
}
}  // namespace detail

/// Runs `task` on `loop` and resumes here with its result or exception. The task goes on to its end
/// there even if the awaiter is destroyed meanwhile.
template <class T>
Task<T> run_on(Loop& loop, Task<T> task) {
    if (&Loop::current() == &loop) {
        co_return co_await std::move(task);
    }
    auto result = std::make_shared<detail::RunOnResult<T>>();
    spawn_on(loop, detail::run_and_keep(std::move(task), result), "run_on");
    co_await result->done.wait();
    if (result->error) {
        std::rethrow_exception(result->error);
    }
    if constexpr (!std::is_void_v<T>) {
        co_return std::move(*result->value);
    }
}

}  // namespace welkin::async
