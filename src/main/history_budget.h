#pragma once
// The budget of the change log, kept without an operator: history.keep_for and
// history.keep_at_most.
#include <span>

#include "core/config/config.h"
#include "core/core.h"

namespace welkin {

std::span<const config::Option> history_options();

/// Adds the periodic job that deletes what is beyond the budget, the oldest first. Throws
/// bad_request() for a budget of nothing.
void keep_history_within_budget(Core& core);

}  // namespace welkin
