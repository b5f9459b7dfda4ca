#pragma once
// The workflows of compute: one file each, named here for who starts them.
#include "compute/state.h"
#include "core/work/runner.h"

namespace welkin::compute {

/// Declares every kind to the runner. Called once by Compute.
void add_workflows(work::Runner& runner, State& state);

}  // namespace welkin::compute
