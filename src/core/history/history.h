#pragma once
// History: the append-only change log. Each change of a resource appends one row in the same
// transaction: sequence, time, request id, who, service, resource, action, what changed.
//
// Instance actions, notifications, live updates and audit are views of it, and a cached reply is
// valid exactly as long as it has not grown: see sequence().
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"
#include "core/json/json.h"

namespace welkin::sql {
class Transaction;
class Database;
}  // namespace welkin::sql

namespace welkin::history {

/// On whose behalf something changes.
struct Author {
    std::string request_id;
    UserId user_id;
    ProjectId project_id;
};

struct Change {
    std::string service;   ///< "compute"
    std::string resource;  ///< "server"
    std::string resource_id;
    std::string action;    ///< "create", "update", "delete", "stop", ...
    json::Value detail;    ///< what changed; an object or null
    ProjectId project_id;  ///< whose resource it is (else the author's project)
};

struct Entry : Change {
    int64_t sequence = 0;
    Time time{};
    Author author;
};

/// Appends in the caller's transaction.
void append(sql::Transaction& transaction, const Author& author, Change change);

struct Filter {
    std::string service;
    std::string resource;
    std::string resource_id;
    int64_t after = 0;  ///< sequence
    int limit = 1000;
};
std::vector<Entry> list(sql::Transaction& transaction, const Filter& filter);

/// The highest committed sequence: grows with every change of any resource in any process.
int64_t sequence(sql::Database& database);

/// Calls `listener` after each commit that appended for `service` (all when empty), on the loop of
/// whoever committed; it must only wake others. In this process only; periodic work is the
/// backstop.
void subscribe(sql::Database& database, std::string service,
               std::function<void(const Change&)> listener);

/// Deletes the oldest rows beyond the budget; a periodic job. At most some thousands a call, so
/// that it holds up nobody, and never the newest row. Returns how many; 0 when there is nothing
/// more to do.
int64_t trim(sql::Transaction& transaction, Time older_than, int64_t keep_at_most);

}  // namespace welkin::history
