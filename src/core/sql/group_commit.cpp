#include "core/sql/group_commit.h"

#include <condition_variable>

#include "core/observe/metrics.h"
#include "core/sql/connection_transaction.h"

namespace welkin::sql {

namespace {

constexpr size_t max_batch = 256;
constexpr auto max_batch_time = 10ms;

struct Metrics {
    metrics::Counter& writes =
        metrics::counter("welkin_sql_writes_total", "Write transactions, failed ones too.");
    metrics::Counter& commits =
        metrics::counter("welkin_sql_commits_total", "Commits; many writes share one.");
    metrics::Histogram& seconds =
        metrics::histogram("welkin_sql_commit_seconds", "Time of one commit with its sync.");
};

}  // namespace

struct GroupCommit::Write {
    std::function<void(Transaction&)> function;
    async::Loop* loop = nullptr;
    std::shared_ptr<async::Loop> keep_loop;  // the loop may end before the batch
    std::coroutine_handle<> waiter;
    std::exception_ptr error;
    std::vector<std::function<void()>> actions;
    bool finished = false;   // guarded by State::mutex: the function will not run any more
    bool abandoned = false;  // guarded by State::mutex: nobody waits any more
};

struct GroupCommit::State : std::enable_shared_from_this<State> {
    State(Database& the_owner, Connection& the_connection)
        : owner(the_owner), connection(the_connection) {}

    void enqueue(std::shared_ptr<Write> write);
    void abandon(const std::shared_ptr<Write>& write);
    void drain();
    void run_batch();
    std::shared_ptr<Write> next();
    /// False if the database threw the whole transaction away.
    bool run_one(Write& write);
    void commit(std::vector<std::shared_ptr<Write>>& batch);
    void requeue(std::vector<std::shared_ptr<Write>>& batch);
    void finish(std::vector<std::shared_ptr<Write>> batch);
    void writer_left();

    Database& owner;
    Connection& connection;
    Metrics metrics;
    std::mutex connection_mutex;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::shared_ptr<Write>> queue;
    bool writer_active = false;
};

/// The writer's job. If the loop ends without having run it, nobody writes any more.
struct GroupCommit::Turn {
    explicit Turn(std::shared_ptr<State> the_state) : state(std::move(the_state)) {}
    Turn(const Turn&) = delete;
    ~Turn() {
        if (state) {
            state->writer_left();
        }
    }
    void take() {
        auto taken = std::move(state);
        taken->drain();
    }
    std::shared_ptr<State> state;
};

void GroupCommit::State::enqueue(std::shared_ptr<Write> write) {
    auto& loop = *write->loop;
    {
        std::lock_guard lock(mutex);
        queue.push_back(std::move(write));
        if (writer_active) {
            return;
        }
        writer_active = true;
    }
    loop.post_blocking([turn = std::make_unique<Turn>(shared_from_this())] { turn->take(); });
}

void GroupCommit::State::writer_left() {
    std::lock_guard lock(mutex);
    writer_active = false;
    changed.notify_all();
}

void GroupCommit::State::abandon(const std::shared_ptr<Write>& write) {
    std::unique_lock lock(mutex);
    write->abandoned = true;
    if (std::erase(queue, write) > 0) {
        return;
    }
    changed.wait(lock, [&] { return write->finished || !writer_active; });
}

std::shared_ptr<GroupCommit::Write> GroupCommit::State::next() {
    std::lock_guard lock(mutex);
    if (queue.empty()) {
        return nullptr;
    }
    auto write = std::move(queue.front());
    queue.pop_front();
    return write;
}

void GroupCommit::State::drain() {
    while (true) {
        {
            std::lock_guard lock(mutex);
            if (queue.empty()) {
                writer_active = false;
                changed.notify_all();
                return;
            }
        }
        run_batch();
    }
}

void GroupCommit::State::run_batch() {
    std::unique_lock connection_lock(connection_mutex);
    std::vector<std::shared_ptr<Write>> batch;
    const auto begun = owner.env().steady_now();
    try {
        connection.begin(Access::write);
    } catch (...) {
        if (auto write = next()) {
            write->error = std::current_exception();
            batch.push_back(std::move(write));
        }
        finish(std::move(batch));
        return;
    }
    while (auto write = next()) {
        if (!run_one(*write)) {
            requeue(batch);
            batch = {std::move(write)};
            finish(std::move(batch));
            return;
        }
        batch.push_back(std::move(write));
        if (batch.size() >= max_batch || owner.env().steady_now() - begun > max_batch_time) {
            break;
        }
    }
    commit(batch);
    connection_lock.unlock();
    finish(std::move(batch));
}

bool GroupCommit::State::run_one(Write& write) {
    ConnectionTransaction transaction(owner, connection, Access::write);
    metrics.writes.add();
    try {
        connection.savepoint();
        write.function(transaction);
        connection.release_savepoint();
        write.actions = transaction.take_actions();
    } catch (...) {
        write.error = std::current_exception();
        connection.rollback_savepoint();
        return connection.in_transaction();
    }
    return true;
}

void GroupCommit::State::commit(std::vector<std::shared_ptr<Write>>& batch) {
    const auto begun = owner.env().steady_now();
    try {
        owner.env().crash_point("sql/commit/before");
        connection.commit();
    } catch (...) {
        connection.rollback();
        for (auto& write : batch) {
            if (!write->error) {
                write->error = std::current_exception();
            }
            write->actions.clear();
        }
        return;
    }
    const std::chrono::duration<double> taken = owner.env().steady_now() - begun;
    owner.env().crash_point("sql/commit/after");
    metrics.commits.add();
    metrics.seconds.observe(taken.count());
}

void GroupCommit::State::requeue(std::vector<std::shared_ptr<Write>>& batch) {
    // What one write's failure took with it is simply done again: a write has no effect elsewhere.
    std::vector<std::shared_ptr<Write>> failed;
    std::lock_guard lock(mutex);
    for (auto write = batch.rbegin(); write != batch.rend(); ++write) {
        (*write)->actions.clear();
        (*write)->error = nullptr;
        if ((*write)->abandoned) {
            (*write)->finished = true;
        } else {
            queue.push_front(std::move(*write));
        }
    }
    changed.notify_all();
}

void GroupCommit::State::finish(std::vector<std::shared_ptr<Write>> batch) {
    {
        std::lock_guard lock(mutex);
        for (auto& write : batch) {
            write->finished = true;
        }
        changed.notify_all();
    }
    // One wake-up a loop, however many of its coroutines were in the batch.
    std::vector<std::pair<async::Loop*, std::vector<std::shared_ptr<Write>>>> by_loop;
    for (auto& write : batch) {
        auto found =
            std::ranges::find(by_loop, write->loop, [](auto& entry) { return entry.first; });
        if (found == by_loop.end()) {
            by_loop.emplace_back(write->loop, std::vector<std::shared_ptr<Write>>{});
            found = std::prev(by_loop.end());
        }
        found->second.push_back(std::move(write));
    }
    for (auto& [loop, writes] : by_loop) {
        const auto keep = writes.front()->keep_loop;
        loop->post([done = std::move(writes)] {
            for (const auto& write : done) {
                for (auto& action : write->actions) {
                    action();
                }
                write->actions.clear();
                // Whoever gives a write up does so on this loop, so nothing races here.
                if (!write->abandoned) {
                    write->waiter.resume();
                }
            }
        });
    }
}

struct GroupCommit::Awaiter {
    std::shared_ptr<State> state;
    std::shared_ptr<Write> write;
    bool resumed = false;

    Awaiter(std::shared_ptr<State> the_state, std::function<void(Transaction&)> function)
        : state(std::move(the_state)), write(std::make_shared<Write>()) {
        write->function = std::move(function);
    }
    Awaiter(const Awaiter&) = delete;
    ~Awaiter() {
        if (!resumed && write->waiter) {
            state->abandon(write);
        }
    }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
        write->waiter = waiter;
        write->loop = &async::Loop::current();
        write->keep_loop = write->loop->weak_from_this().lock();
        state->enqueue(write);
    }
    void await_resume() {
        resumed = true;
        if (write->error) {
            // Taken, not copied: the exception ends with who catches it, not on the loop's thread
            // (TSan cannot see libstdc++ count the references to it).
            std::rethrow_exception(std::exchange(write->error, nullptr));
        }
    }
};

GroupCommit::GroupCommit(Database& owner, Connection& connection)
    : state_(std::make_shared<State>(owner, connection)) {}

GroupCommit::~GroupCommit() {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [&] { return !state_->writer_active; });
}

Task<void> GroupCommit::write(std::function<void(Transaction&)> function) {
    co_await Awaiter(state_, std::move(function));
}

void GroupCommit::with_connection(const std::function<void(Connection&)>& function) {
    std::lock_guard lock(state_->connection_mutex);
    function(state_->connection);
}

}  // namespace welkin::sql
