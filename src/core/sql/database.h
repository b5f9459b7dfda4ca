#pragma once
// Database: one SQL database (SQLite now; PostgreSQL and MariaDB speak the same text), reached by
// transactions only.
//
// A transaction is a function: `co_await db.write([&](sql::Transaction& tx) { ... })`. It runs to
// its end without awaiting anything, on a thread where it may block, and may be run again after a
// serialization failure, so it has no effect outside the database (use after_commit()). Whatever it
// throws rolls it back. When write() returns, the change is durable.
//
// On SQLite, writes of many requests share one fsync (group commit): one writer runs them one after
// the other, each in a savepoint, and commits the batch. Reads run on the caller's thread.
//
// SQL is plain text with `?` placeholders and only what all three databases understand:
// no RETURNING, no ON CONFLICT, no boolean type (use INTEGER 0/1), times as BIGINT microseconds,
// VARCHAR(n) for keys, TEXT for the rest, LIKE only with ESCAPE '!' given.
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/base/env.h"
#include "core/base/id.h"
#include "core/base/task.h"
#include "core/base/time.h"
#include "core/sql/convert.h"
#include "core/sql/migrations.h"

namespace welkin::sql {

/// One result row. Columns are found by position: what the SELECT names, in its order.
class Row {
public:
    std::vector<Value> columns;

    bool is_null(size_t column) const {
        return std::holds_alternative<std::monostate>(columns[column]);
    }
    template <class T>
    T get(size_t column) const {
        return from_value<T>(columns[column]);
    }
    std::string text(size_t column) const { return get<std::string>(column); }
    int64_t integer(size_t column) const { return get<int64_t>(column); }
};

/// Arguments of a statement. (A braced list would copy every string once more.)
template <class... Args>
std::vector<Value> values(const Args&... args) {
    std::vector<Value> made;
    made.reserve(sizeof...(args));
    (made.push_back(to_value(args)), ...);
    return made;
}

/// Thrown for a unique or foreign key violation; stores turn it into conflict() with their words.
struct ConstraintViolation : std::exception {
    enum class Kind { unique, foreign_key, not_null, other } kind = Kind::other;
    std::string detail;
    const char* what() const noexcept override { return detail.c_str(); }
};

class Transaction {
public:
    virtual ~Transaction() = default;

    template <class... Args>
    std::vector<Row> query(std::string_view sql, const Args&... args) {
        return query_values(sql, values(args...));
    }
    /// The only row, or nothing. More than one CHECK-fails.
    template <class... Args>
    std::optional<Row> query_one(std::string_view sql, const Args&... args) {
        auto rows = query(sql, args...);
        return one(std::move(rows));
    }
    /// Rows affected. Compare-and-set is an UPDATE ... WHERE state = ? whose result is 0 or 1.
    template <class... Args>
    int64_t execute(std::string_view sql, const Args&... args) {
        return execute_values(sql, values(args...));
    }
    /// An INSERT of one row into a table with an AUTO_KEY column (migrations.h); the key it got.
    template <class... Args>
    int64_t insert(std::string_view sql, const Args&... args) {
        return insert_values(sql, values(args...));
    }
    virtual std::vector<Row> query_values(std::string_view sql, const std::vector<Value>& args) = 0;
    virtual int64_t execute_values(std::string_view sql, const std::vector<Value>& args) = 0;
    virtual int64_t insert_values(std::string_view sql, const std::vector<Value>& args) = 0;

    /// Runs after the commit is durable, never after a rollback. Must not throw or block.
    virtual void after_commit(std::function<void()> action) = 0;
    /// The clock of this transaction: constant while it runs.
    virtual Time now() const = 0;
    virtual class Database& database() = 0;

private:
    static std::optional<Row> one(std::vector<Row> rows);
};

struct Options {
    std::string url;  ///< "sqlite:///path", "sqlite::memory:"; later postgresql://, mysql://
    bool synchronous = true;  ///< false only for tests that do not test durability
};

class Database {
public:
    virtual ~Database() = default;

    /// Applies what is missing of each module's migrations, in the order given.
    virtual void migrate(std::span<const Migration> migrations) = 0;

    template <class F>
    Task<std::invoke_result_t<F&, Transaction&>> write(F function) {
        return run(std::move(function), Mode::write);
    }
    /// A snapshot; writing in it throws.
    template <class F>
    Task<std::invoke_result_t<F&, Transaction&>> read(F function) {
        return run(std::move(function), Mode::read);
    }

    virtual Env& env() = 0;
    virtual const struct Dialect& dialect() const = 0;
    /// True if no other process can have this database open, so that what others left is void.
    virtual bool exclusive() const = 0;
    /// Shared state of history (subscribers, last sequence): see history.h.
    virtual class HistoryState& history() = 0;

protected:
    enum class Mode { read, write };
    virtual Task<void> run_in_transaction(Mode mode,
                                          std::function<void(Transaction&)> function) = 0;

private:
    template <class F>
    Task<std::invoke_result_t<F&, Transaction&>> run(F function, Mode mode) {
        using Result = std::invoke_result_t<F&, Transaction&>;
        if constexpr (std::is_void_v<Result>) {
            co_await run_in_transaction(mode, [&](Transaction& tx) { function(tx); });
        } else {
            std::optional<Result> result;
            co_await run_in_transaction(mode,
                                        [&](Transaction& tx) { result.emplace(function(tx)); });
            co_return std::move(*result);
        }
    }
};

/// Throws bad_request() for a URL that is not understood, unavailable() when the database cannot be
/// opened or, SQLite, when another process uses it. Destroy it after the last task that uses it.
std::unique_ptr<Database> open(Env& env, const Options& options);

}  // namespace welkin::sql
