#pragma once
// Reaper: removes data that belongs to no image and takes images back to queued whose upload died.
#include <string>

#include "core/base/task.h"
#include "image/state.h"

namespace welkin::image {

/// Everything that is past its time. Safe to run in several processes at once.
Task<void> reap_expired(State& state);

/// The data of a transfer that is leaving, now. Trouble is logged; reap_expired() tries again.
Task<void> reap(State& state, std::string location);

/// Gives an upload up: its image, if it still waits for it, is queued again.
void give_up(sql::Transaction& tx, State& state, const Transfer& transfer,
             const history::Author& author);

}  // namespace welkin::image
