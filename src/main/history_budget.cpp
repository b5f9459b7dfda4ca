#include "main/history_budget.h"

#include "core/history/history.h"
#include "core/sql/database.h"
#include "core/work/runner.h"

namespace welkin {
namespace {

using config::Type;

constexpr auto period = 1min;

constexpr config::Option options[] = {
    {"history.keep_for", Type::duration_ms, "90d",
     "How long the change log, from which come instance actions and audit, keeps a change."},
    {"history.keep_at_most", Type::integer, "1000000",
     "Changes that the change log keeps; the oldest beyond them go before their time."},
};

struct Budget {
    Duration age{};
    int64_t entries = 0;
};

/// A few thousand at a time, so that requests get their turn in between.
Task<void> trim(Core& core, Budget budget) {
    int64_t deleted = 0;
    do {
        deleted = co_await core.database.write([&](sql::Transaction& tx) {
            return history::trim(tx, tx.now() - budget.age, budget.entries);
        });
    } while (deleted > 0);
}

}  // namespace

std::span<const config::Option> history_options() { return options; }

void keep_history_within_budget(Core& core) {
    const Budget budget{std::chrono::milliseconds(core.config.milliseconds("history.keep_for")),
                        core.config.integer("history.keep_at_most")};
    if (budget.age <= Duration::zero() || budget.entries <= 0) {
        throw bad_request("history.keep_for and history.keep_at_most must be greater than 0.");
    }
    core.runner.every(period, "history.trim", [&core, budget] { return trim(core, budget); });
}

}  // namespace welkin
