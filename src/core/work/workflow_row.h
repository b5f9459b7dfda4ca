#pragma once
// WorkflowRow: a workflow as the database keeps it, and every statement on that table.
//
// Only the first row of an object (lowest id) is ever leased, so an object's workflows run one
// after the other in the order they were started. A lease is a row's owner and the time it holds
// until; every change of a leased row is compare-and-set on its owner.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/history/history.h"
#include "core/sql/database.h"

namespace welkin::work {

enum class Direction { forward, undoing };
std::string_view to_text(Direction direction);
std::optional<Direction> enum_from_text(std::string_view text, std::type_identity<Direction>);

struct WorkflowRow {
    int64_t id = 0;
    std::string kind;
    std::string object;
    Direction direction = Direction::forward;
    int step = 0;     ///< the next to run, or to undo; -1 when only `fail` is left
    int attempt = 0;  ///< failures of that step so far
    Time not_before{};
    bool interrupted = false;
    std::string context;  ///< JSON
    std::string error;    ///< JSON of why it unwinds; empty while it does not
    std::string lease_owner;
    Time lease_until{};
    std::string request_id;
    UserId user_id;
    ProjectId project_id;
    Time created_at{};
};

/// A lease that is given: who and until when.
struct Lease {
    std::string owner;
    Time until{};
};

namespace rows {

/// Returns the id.
int64_t insert(sql::Transaction& tx, const WorkflowRow& row);
bool object_has_any(sql::Transaction& tx, std::string_view object);
bool any(sql::Transaction& tx);
/// Asks the object's workflows started before `id` to unwind.
void interrupt_before(sql::Transaction& tx, std::string_view object, int64_t id);

/// Rows that are due, first of their object and leased by nobody (any more), oldest first.
std::vector<WorkflowRow> due(sql::Transaction& tx, int limit);
/// The object's first row, if it is due and leased by nobody.
std::optional<WorkflowRow> due_of_object(sql::Transaction& tx, std::string_view object);
/// False if somebody was faster.
bool take(sql::Transaction& tx, WorkflowRow& row, const Lease& lease);

/// Saves direction, step, attempt, not_before, context, error and lease; false if `row.lease_owner`
/// does not hold the row any more. Sets `row.interrupted` to what the database says.
bool save(sql::Transaction& tx, WorkflowRow& row);
bool erase(sql::Transaction& tx, const WorkflowRow& row);

void renew(sql::Transaction& tx, int64_t id, const Lease& lease);
void release_of(sql::Transaction& tx, std::string_view owner);
/// Voids every lease but the owner's: only where no other process can be alive.
void release_of_others(sql::Transaction& tx, std::string_view owner);

}  // namespace rows

}  // namespace welkin::work
