#include "core/sql/group_commit.h"

#include <gtest/gtest.h>

#include "core/async/loops.h"
#include "core/observe/metrics.h"
#include "core/sql/contract.h"

namespace welkin::sql {
namespace {

const Migration tables[] = {
    {"test", "0001_tables",
     "CREATE TABLE account (id VARCHAR(64) PRIMARY KEY, balance BIGINT NOT NULL CHECK (balance >= "
     "0));"},
};

struct Fixture {
    explicit Fixture(int loop_count) : loops(loop_count) { reopen(); }
    ~Fixture() { database.reset(); }
    void reopen() {
        database.reset();
        database = open(*env, {.url = "sqlite://" + directory.path() + "/test.db"});
        database->migrate(tables);
    }
    std::vector<std::pair<std::string, int64_t>> accounts() {
        return loops.get(database->read([](Transaction& tx) {
            std::vector<std::pair<std::string, int64_t>> found;
            for (const auto& row : tx.query("SELECT id, balance FROM account ORDER BY id")) {
                found.emplace_back(row.text(0), row.integer(1));
            }
            return found;
        }));
    }
    TemporaryDirectory directory;
    std::unique_ptr<Env> env = make_real_env();
    async::Loops loops;
    std::unique_ptr<Database> database;
};

Task<void> insert_account(Database& database, int number, std::atomic<int>& failed) {
    try {
        co_await database.write([number](Transaction& tx) {
            tx.execute("INSERT INTO account VALUES (?, ?)", fmt::format("{:03}", number), number);
            if (number % 3 == 0) {
                throw conflict("not this one");
            }
        });
    } catch (const Error& error) {
        EXPECT_EQ(error.fault, Fault::conflict);
        ++failed;
    }
}

Task<void> insert_many(Database& database, std::atomic<int>& failed) {
    std::vector<Task<void>> tasks;
    for (int i = 0; i < 90; ++i) {
        tasks.push_back(insert_account(database, i, failed));
    }
    co_await async::all(std::move(tasks));
}

TEST(GroupCommit, RollsBackAFailingWriteAlone) {
    Fixture fixture(1);
    const auto commits_before = metrics::counter("welkin_sql_commits_total", "").value();
    std::atomic<int> failed{0};
    fixture.loops.run(insert_many(*fixture.database, failed));
    const auto commits = metrics::counter("welkin_sql_commits_total", "").value() - commits_before;
    EXPECT_EQ(failed, 30);
    EXPECT_LT(commits, 60u) << "writes that wait together share a commit";
    fixture.reopen();
    const auto accounts = fixture.accounts();
    EXPECT_EQ(accounts.size(), 60u);
    for (const auto& [id, balance] : accounts) {
        EXPECT_NE(balance % 3, 0);
    }
}

Task<void> transfer_many(Database& database, int seed, async::Loop& home) {
    for (int i = 0; i < 100; ++i) {
        const int from = (seed + i) % 10;
        const int to = (seed * 7 + i * 3) % 10;
        try {
            co_await database.write([from, to](Transaction& tx) {
                tx.execute("UPDATE account SET balance = balance + 5 WHERE id = ?",
                           std::to_string(to));
                tx.execute("UPDATE account SET balance = balance - 5 WHERE id = ?",
                           std::to_string(from));
            });
        } catch (const ConstraintViolation& violation) {
            EXPECT_EQ(violation.kind, ConstraintViolation::Kind::other);
        }
        EXPECT_EQ(&async::Loop::current(), &home) << "a write resumes where it was called";
        const auto total = co_await database.read([](Transaction& tx) {
            return tx.query_one("SELECT SUM(balance) FROM account")->integer(0);
        });
        EXPECT_EQ(total, 100) << "a read sees whole transactions only";
    }
}

Task<void> count_down(Task<void> task, std::atomic<int>& left, async::Event& ended) {
    co_await std::move(task);
    if (--left == 0) {
        ended.set();
    }
}

Task<void> transfer_everywhere(async::Loops& loops, Database& database) {
    co_await database.write([](Transaction& tx) {
        for (int i = 0; i < 10; ++i) {
            tx.execute("INSERT INTO account VALUES (?, ?)", std::to_string(i), 10);
        }
    });
    async::Event ended;
    std::atomic<int> left{32};
    for (int i = 0; i < 32; ++i) {
        auto& loop = loops.at(static_cast<size_t>(i) % loops.count());
        async::spawn_on(loop, count_down(transfer_many(database, i, loop), left, ended),
                        "transfer");
    }
    co_await ended.wait();
}

TEST(GroupCommit, KeepsTransactionsWholeFromManyLoops) {
    Fixture fixture(4);
    fixture.loops.run(transfer_everywhere(fixture.loops, *fixture.database));
    EXPECT_EQ(fixture.accounts().size(), 10u);
}

/// A coroutine that runs at once and dies with this object, wherever it is.
struct Begun {
    struct promise_type {
        Begun get_return_object() {
            return {std::coroutine_handle<promise_type>::from_promise(*this)};
        }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
    std::coroutine_handle<promise_type> handle;
    ~Begun() { handle.destroy(); }
};

Begun begin(Task<void> task) { co_await std::move(task); }

Task<void> begin_and_give_up(Database& database) {
    for (int i = 0; i < 200; ++i) {
        auto ran = std::make_unique<std::atomic<int>>(0);
        {
            auto first = begin(database.write([&](Transaction&) { ++*ran; }));
            auto second = begin(database.write([&](Transaction&) { ++*ran; }));
            if (i % 2 == 0) {
                co_await async::yield();
            }
        }
        // It ran before or never: what it refers to may go.
        const int before = *ran;
        co_await database.write([](Transaction&) {});
        EXPECT_EQ(*ran, before);
    }
}

TEST(GroupCommit, LetsAWaitingWriteBeGivenUp) {
    Fixture fixture(1);
    fixture.loops.run(begin_and_give_up(*fixture.database));
}

Task<void> observe_order(Database& database) {
    std::vector<int> order;
    co_await database.write([&](Transaction& tx) {
        tx.execute("INSERT INTO account VALUES ('a', 1)");
        tx.after_commit([&] { order.push_back(1); });
        tx.after_commit([&] { order.push_back(2); });
    });
    order.push_back(3);
    EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(GroupCommit, RunsActionsAfterTheCommitAndBeforeTheWriter) {
    Fixture fixture(1);
    fixture.loops.run(observe_order(*fixture.database));
}

}  // namespace
}  // namespace welkin::sql
