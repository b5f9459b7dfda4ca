#pragma once
// Execution: one workflow from where its row says to its end, or until it has to wait.
// Internal to core/work.
#include <memory>
#include <optional>
#include <string_view>

#include "core/work/scheduler.h"

namespace welkin::work {

class Execution {
public:
    Execution(Scheduler& scheduler, std::shared_ptr<Active> active)
        : scheduler_(scheduler), active_(std::move(active)) {}

    enum class Outcome {
        more,   ///< go on
        ended,  ///< its row is gone, or somebody else's
        later,  ///< held, and started again after a delay
    };
    /// `more` when it broke off because the runner stops.
    Task<Outcome> run();
    /// The object's next workflow, leased with the commit that ended this one.
    std::optional<WorkflowRow> take_successor() { return std::move(successor_); }

private:
    enum class Result { committed, lost, refused };

    const Kind& kind() const { return active_->known->kind; }
    const Kind::Step& step() const { return kind().steps[static_cast<size_t>(active_->row.step)]; }
    void crash_point(std::string_view where);

    Task<Outcome> forward();
    Task<Outcome> step_failed(Error why);
    Task<Outcome> unwind(Error why, int from);
    Task<Outcome> backward();
    Task<Outcome> retry_later(Error why, bool undoing);

    /// Commits `change` with the row as `next` says, or without the row if this is the `last`
    /// commit. Tries again while the database is in trouble. `refused`: `change` threw, see
    /// refusal_.
    Task<Result> commit(std::function<void(sql::Transaction&)> change, WorkflowRow next, bool last);
    void commit_in(sql::Transaction& tx, WorkflowRow& next, bool last);

    Scheduler& scheduler_;
    std::shared_ptr<Active> active_;
    std::exception_ptr refusal_;
    std::optional<WorkflowRow> successor_;
};

}  // namespace welkin::work
