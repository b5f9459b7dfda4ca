#include "core/work/runner.h"

#include "core/work/scheduler.h"

namespace welkin::sql {
extern const Migration core_schema[];
extern const int core_schema_count;
}  // namespace welkin::sql

namespace welkin::work {

Runner::Runner(sql::Database& database, RunnerOptions options)
    : scheduler_(std::make_shared<Scheduler>(database, std::move(options))) {}

Runner::~Runner() = default;

void Runner::add_kind(Kind kind) { scheduler_->add_kind(std::move(kind)); }

void Runner::insert(sql::Transaction& tx, std::string_view kind, std::string_view object,
                    json::Value context, const history::Author& author, Interrupt interrupt) {
    WorkflowRow row;
    row.kind = kind;
    row.object = object;
    row.context = json::to_string(context);
    row.request_id = author.request_id;
    row.user_id = author.user_id;
    row.project_id = author.project_id;
    row.created_at = tx.now();
    const bool first = !rows::object_has_any(tx, object);
    const bool leased = first && scheduler_->has_room();
    if (leased) {
        auto lease = scheduler_->lease_from(tx.now());
        row.lease_owner = std::move(lease.owner);
        row.lease_until = lease.until;
    }
    row.id = rows::insert(tx, row);
    if (leased) {
        tx.after_commit([scheduler = scheduler_, row = std::move(row)]() mutable {
            scheduler->hand_over(std::move(row));
        });
    } else if (first) {
        tx.after_commit([scheduler = scheduler_] { scheduler->wake(); });
    } else if (interrupt == Interrupt::yes) {
        rows::interrupt_before(tx, object, row.id);
        tx.after_commit([scheduler = scheduler_, object = std::string(object), id = row.id] {
            scheduler->interrupt(object, id);
        });
    }
}

bool Runner::busy(sql::Transaction& tx, std::string_view object) {
    return rows::object_has_any(tx, object);
}

bool Runner::interrupted(std::string_view object) const { return scheduler_->interrupted(object); }

void Runner::every(Duration period, std::string name, std::function<Task<void>()> job) {
    scheduler_->every(period, std::move(name), std::move(job));
}

Task<void> Runner::run() { return scheduler_->run(); }

Task<void> Runner::stop() { return scheduler_->stop(); }

Task<void> Runner::idle() { return scheduler_->idle(); }

std::span<const sql::Migration> migrations() {
    return {sql::core_schema, static_cast<size_t>(sql::core_schema_count)};
}

}  // namespace welkin::work
