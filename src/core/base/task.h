#pragma once
// Task<T>: a lazily started coroutine that yields one T (or throws).
//
// A Task runs when it is awaited, on the awaiter's thread, and resumes its awaiter when it ends
// (symmetric transfer, so chains of any length use no stack). It owns its frame: destroying a Task
// that has not finished destroys what it was doing. Start one that nobody awaits with
// async::spawn(). Parameters of a coroutine that may outlive its caller go by value.
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

namespace welkin {

template <class T = void>
class Task;

namespace detail {

struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> handle) noexcept {
        return handle.promise().awaiter;
    }
    void await_resume() noexcept {}
};

struct PromiseBase {
    std::coroutine_handle<> awaiter = std::noop_coroutine();

    std::suspend_always initial_suspend() noexcept { return {}; }
    FinalAwaiter final_suspend() noexcept { return {}; }
};

template <class T>
struct Promise : PromiseBase {
    std::variant<std::monostate, T, std::exception_ptr> result;

    Task<T> get_return_object();
    template <class U>
    void return_value(U&& value) {
        result.template emplace<1>(std::forward<U>(value));
    }
    void unhandled_exception() { result.template emplace<2>(std::current_exception()); }
    T take() {
        if (result.index() == 2) {
            std::rethrow_exception(std::get<2>(std::move(result)));
        }
        return std::get<1>(std::move(result));
    }
};

template <>
struct Promise<void> : PromiseBase {
    std::exception_ptr error;

    Task<void> get_return_object();
    void return_void() {}
    void unhandled_exception() { error = std::current_exception(); }
    void take() {
        if (error) {
            std::rethrow_exception(std::move(error));
        }
    }
};

}  // namespace detail

template <class T>
class [[nodiscard]] Task {
public:
    using promise_type = detail::Promise<T>;
    using Handle = std::coroutine_handle<promise_type>;

    Task() = default;
    explicit Task(Handle handle) : handle_(handle) {}
    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            reset();
            handle_ = std::exchange(other.handle_, {});
        }
        return *this;
    }
    ~Task() { reset(); }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
        handle_.promise().awaiter = awaiter;
        return handle_;
    }
    T await_resume() { return handle_.promise().take(); }

    bool valid() const { return static_cast<bool>(handle_); }

private:
    void reset() {
        if (handle_) {
            handle_.destroy();
            handle_ = {};
        }
    }
    Handle handle_;
};

template <class T>
Task<T> detail::Promise<T>::get_return_object() {
    return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> detail::Promise<void>::get_return_object() {
    return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

}  // namespace welkin
