#include "core/history/history.h"

#include "core/history/history_state.h"
#include "core/sql/database.h"

namespace welkin::history {

namespace {

/// So that a trim never keeps the writer of the database to itself for long.
constexpr int64_t max_trimmed = 5000;

json::Value read_detail(const sql::Row& row, size_t column) {
    return row.is_null(column) ? json::Value{} : json::parse(row.text(column));
}

}  // namespace

void append(sql::Transaction& transaction, const Author& author, Change change) {
    if (change.project_id.empty()) {
        change.project_id = author.project_id;
    }
    const auto detail = change.detail.is_null() ? sql::Value{} : json::to_string(change.detail);
    const auto sequence = transaction.insert(
        "INSERT INTO history_entry (time, request_id, user_id, author_project_id, project_id, "
        "service, resource, resource_id, action, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        transaction.now(), author.request_id, author.user_id, author.project_id, change.project_id,
        change.service, change.resource, change.resource_id, change.action, detail);
    auto& state = transaction.database().history();
    if (state.anyone_listens()) {
        transaction.after_commit([&state, sequence, change = std::move(change)] {
            state.committed(sequence);
            state.tell(change);
        });
    } else {
        transaction.after_commit([&state, sequence] { state.committed(sequence); });
    }
}

std::vector<Entry> list(sql::Transaction& transaction, const Filter& filter) {
    std::string condition = "sequence > ?";
    std::vector<sql::Value> args = {filter.after};
    const auto equals = [&](const char* column, const std::string& wanted) {
        if (!wanted.empty()) {
            condition += fmt::format(" AND {} = ?", column);
            args.emplace_back(wanted);
        }
    };
    equals("service", filter.service);
    equals("resource", filter.resource);
    equals("resource_id", filter.resource_id);
    args.emplace_back(static_cast<int64_t>(filter.limit));
    const auto rows = transaction.query_values(
        "SELECT sequence, time, request_id, user_id, author_project_id, project_id, service, "
        "resource, resource_id, action, detail FROM history_entry WHERE " +
            condition + " ORDER BY sequence LIMIT ?",
        args);
    std::vector<Entry> entries;
    entries.reserve(rows.size());
    for (const auto& row : rows) {
        auto& entry = entries.emplace_back();
        entry.sequence = row.integer(0);
        entry.time = row.get<Time>(1);
        entry.author.request_id = row.text(2);
        entry.author.user_id = row.get<UserId>(3);
        entry.author.project_id = row.get<ProjectId>(4);
        entry.project_id = row.get<ProjectId>(5);
        entry.service = row.text(6);
        entry.resource = row.text(7);
        entry.resource_id = row.text(8);
        entry.action = row.text(9);
        entry.detail = read_detail(row, 10);
    }
    return entries;
}

int64_t sequence(sql::Database& database) { return database.history().sequence(); }

void subscribe(sql::Database& database, std::string service,
               std::function<void(const Change&)> listener) {
    database.history().subscribe(std::move(service), std::move(listener));
}

int64_t trim(sql::Transaction& transaction, Time older_than, int64_t keep_at_most) {
    const auto bounds = transaction.query("SELECT MIN(sequence), MAX(sequence) FROM history_entry");
    if (bounds.front().is_null(0)) {
        return 0;
    }
    const auto first = bounds.front().integer(0);
    const auto last = bounds.front().integer(1);
    return transaction.execute(
        "DELETE FROM history_entry WHERE sequence < ? AND (time < ? OR sequence <= ?)",
        std::min(first + max_trimmed, last), older_than, last - keep_at_most);
}

}  // namespace welkin::history
