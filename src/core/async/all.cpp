#include "core/async/async.h"

namespace welkin::async {

namespace {

/// What the branches of one all() share: how many still run, and who waits for them.
struct Join {
    size_t running = 0;
    std::coroutine_handle<> waiting = std::noop_coroutine();
    std::exception_ptr first_error;
};

/// One task of all(), owned by all()'s frame: destroying that destroys them too.
class Branch {
public:
    struct promise_type {
        Join* join = nullptr;

        promise_type(Task<void>&, Join& shared) : join(&shared) {}
        Branch get_return_object() {
            return Branch(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        std::suspend_always initial_suspend() noexcept { return {}; }
        struct Final {
            bool await_ready() noexcept { return false; }
            std::coroutine_handle<> await_suspend(
                std::coroutine_handle<promise_type> handle) noexcept {
                auto& join = *handle.promise().join;
                return --join.running == 0 ? join.waiting : std::noop_coroutine();
            }
            void await_resume() noexcept {}
        };
        Final final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() {
            if (!join->first_error) {
                join->first_error = std::current_exception();
            }
        }
    };

    explicit Branch(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    Branch(Branch&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Branch& operator=(Branch&&) = delete;
    ~Branch() {
        if (handle_) {
            handle_.destroy();
        }
    }
    void start() { handle_.resume(); }

private:
    std::coroutine_handle<promise_type> handle_;
};

Branch run(Task<void> task, Join&) { co_await std::move(task); }

struct JoinAwaiter {
    Join& join;
    std::vector<Branch>& branches;

    bool await_ready() const { return branches.empty(); }
    bool await_suspend(std::coroutine_handle<> handle) {
        // One more than there are, so that branches that end at once do not resume us in here.
        join.running = branches.size() + 1;
        for (auto& branch : branches) {
            branch.start();
        }
        join.waiting = handle;
        return --join.running > 0;
    }
    void await_resume() const {
        if (join.first_error) {
            std::rethrow_exception(join.first_error);
        }
    }
};

}  // namespace

Task<void> all(std::vector<Task<void>> tasks) {
    Join join;
    std::vector<Branch> branches;
    branches.reserve(tasks.size());
    for (auto& task : tasks) {
        branches.push_back(run(std::move(task), join));
    }
    co_await JoinAwaiter{join, branches};
}

}  // namespace welkin::async
