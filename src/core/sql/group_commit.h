#pragma once
// GroupCommit: the one writer of a database that takes one writer at a time. Internal to core/sql.
//
// Writes wait in a queue. As soon as it is not empty a blocking job takes it up: it begins a
// transaction, runs one write after the other, each in a savepoint, until the queue is empty or the
// batch is large, commits once, and resumes every awaiter on its own loop. A lone write waits for
// nobody; while one commit syncs, the next batch gathers.
#include <functional>
#include <memory>

#include "core/async/async.h"
#include "core/sql/connection.h"

namespace welkin::sql {

class GroupCommit {
public:
    GroupCommit(Database& owner, Connection& connection);
    ~GroupCommit();  ///< waits for the batch that is running

    /// Returns when the write is durable; throws what it threw. Destroying the task takes the write
    /// back if it has not begun, and waits for its end if it has.
    Task<void> write(std::function<void(Transaction&)> function);

    /// Runs `function` on the writer's connection, between batches.
    void with_connection(const std::function<void(Connection&)>& function);

private:
    struct State;
    struct Write;
    struct Awaiter;
    struct Turn;
    std::shared_ptr<State> state_;
};

}  // namespace welkin::sql
