#include "core/work/workflow_row.h"

#include "core/sql/columns.h"

namespace welkin::work {

namespace {

// The id is apart: the database gives it.
const sql::Columns<WorkflowRow> columns{"work_workflow",
                                        {{"kind", &WorkflowRow::kind},
                                         {"object", &WorkflowRow::object},
                                         {"state", &WorkflowRow::direction},
                                         {"step", &WorkflowRow::step},
                                         {"attempt", &WorkflowRow::attempt},
                                         {"not_before", &WorkflowRow::not_before},
                                         {"interrupted", &WorkflowRow::interrupted},
                                         {"context", &WorkflowRow::context},
                                         {"error", &WorkflowRow::error},
                                         {"lease_owner", &WorkflowRow::lease_owner},
                                         {"lease_until", &WorkflowRow::lease_until},
                                         {"request_id", &WorkflowRow::request_id},
                                         {"user_id", &WorkflowRow::user_id},
                                         {"project_id", &WorkflowRow::project_id},
                                         {"created_at", &WorkflowRow::created_at}}};

std::vector<WorkflowRow> select(sql::Transaction& tx, std::string_view tail,
                                const std::vector<sql::Value>& args) {
    static const std::string head = "SELECT w.id, " + columns.names() + " FROM work_workflow w ";
    std::vector<WorkflowRow> found;
    for (const auto& row : tx.query_values(head + std::string(tail), args)) {
        found.push_back(columns.read(row, 1));
        found.back().id = row.integer(0);
    }
    return found;
}

}  // namespace

std::string_view to_text(Direction direction) {
    return direction == Direction::forward ? "forward" : "undoing";
}

std::optional<Direction> enum_from_text(std::string_view text, std::type_identity<Direction>) {
    if (text == "forward") {
        return Direction::forward;
    }
    if (text == "undoing") {
        return Direction::undoing;
    }
    return std::nullopt;
}

int64_t rows::insert(sql::Transaction& tx, const WorkflowRow& row) {
    static const std::string text = "INSERT INTO work_workflow (" + columns.names() +
                                    ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    return tx.insert(text, row.kind, row.object, row.direction, row.step, row.attempt,
                     row.not_before, row.interrupted, row.context, row.error, row.lease_owner,
                     row.lease_until, row.request_id, row.user_id, row.project_id, row.created_at);
}

bool rows::object_has_any(sql::Transaction& tx, std::string_view object) {
    return !tx.query("SELECT id FROM work_workflow WHERE object = ? LIMIT 1", object).empty();
}

bool rows::any(sql::Transaction& tx) {
    return !tx.query("SELECT id FROM work_workflow LIMIT 1").empty();
}

void rows::interrupt_before(sql::Transaction& tx, std::string_view object, int64_t id) {
    tx.execute("UPDATE work_workflow SET interrupted = 1 WHERE object = ? AND id < ?", object, id);
}

std::vector<WorkflowRow> rows::due(sql::Transaction& tx, int limit) {
    return select(tx,
                  "WHERE (lease_owner = '' OR lease_until < ?) AND not_before <= ? AND NOT EXISTS "
                  "(SELECT 1 FROM work_workflow e WHERE e.object = w.object AND e.id < w.id) "
                  "ORDER BY w.id LIMIT ?",
                  {to_micros(tx.now()), to_micros(tx.now()), static_cast<int64_t>(limit)});
}

std::optional<WorkflowRow> rows::due_of_object(sql::Transaction& tx, std::string_view object) {
    auto found = select(tx, "WHERE object = ? ORDER BY w.id LIMIT 1", {std::string(object)});
    if (found.empty()) {
        return std::nullopt;
    }
    auto& row = found.front();
    const bool free = row.lease_owner.empty() || row.lease_until < tx.now();
    if (!free || row.not_before > tx.now()) {
        return std::nullopt;
    }
    return std::move(row);
}

bool rows::take(sql::Transaction& tx, WorkflowRow& row, const Lease& lease) {
    const auto changed = tx.execute(
        "UPDATE work_workflow SET lease_owner = ?, lease_until = ? "
        "WHERE id = ? AND lease_owner = ? AND lease_until = ?",
        lease.owner, lease.until, row.id, row.lease_owner, row.lease_until);
    row.lease_owner = lease.owner;
    row.lease_until = lease.until;
    return changed == 1;
}

bool rows::save(sql::Transaction& tx, WorkflowRow& row) {
    const auto changed = tx.execute(
        "UPDATE work_workflow SET state = ?, step = ?, attempt = ?, not_before = ?, context = ?, "
        "error = ?, lease_until = ? WHERE id = ? AND lease_owner = ?",
        row.direction, row.step, row.attempt, row.not_before, row.context, row.error,
        row.lease_until, row.id, row.lease_owner);
    if (changed != 1) {
        return false;
    }
    const auto flag = tx.query("SELECT interrupted FROM work_workflow WHERE id = ?", row.id);
    row.interrupted = flag.front().get<bool>(0);
    return true;
}

bool rows::erase(sql::Transaction& tx, const WorkflowRow& row) {
    return tx.execute("DELETE FROM work_workflow WHERE id = ? AND lease_owner = ?", row.id,
                      row.lease_owner) == 1;
}

void rows::renew(sql::Transaction& tx, int64_t id, const Lease& lease) {
    tx.execute("UPDATE work_workflow SET lease_until = ? WHERE id = ? AND lease_owner = ?",
               lease.until, id, lease.owner);
}

void rows::release_of(sql::Transaction& tx, std::string_view owner) {
    tx.execute("UPDATE work_workflow SET lease_owner = '' WHERE lease_owner = ?", owner);
}

void rows::release_of_others(sql::Transaction& tx, std::string_view owner) {
    tx.execute("UPDATE work_workflow SET lease_owner = '' WHERE lease_owner NOT IN ('', ?)", owner);
}

}  // namespace welkin::work
