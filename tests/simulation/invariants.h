#pragma once
// Invariants: what must hold of a cloud at rest, whatever happened to it before.
#include <string>
#include <vector>

#include "simulation/simulated_cloud.h"

namespace welkin::simulation {

/// What is wrong, a sentence each: an operation that never ended, an ERROR without a reason, a
/// guest, tap, claim, port or address that no row accounts for or that is missing.
std::vector<std::string> what_is_wrong(SimulatedCloud& cloud);

/// What is there although no server is left, a sentence each.
std::vector<std::string> what_is_left(SimulatedCloud& cloud);

}  // namespace welkin::simulation
