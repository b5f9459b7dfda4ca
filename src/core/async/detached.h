#pragma once
// Coroutines that nobody awaits: what spawn() starts.
//
// Each loop's thread keeps a list of its own, so that those still suspended when the loop ends can
// be told from lost ones. They are never destroyed by themselves, for what they refer to may be
// gone: they are set aside until the process ends.
#include "core/base/task.h"

namespace welkin::async::detail {

/// Runs `task` until it first suspends; from then on it owns itself. An exception is logged.
void start_detached(Task<void> task, const char* name);

/// Sets aside the coroutines of this thread, which will never run again.
void abandon_detached();

/// Destroys the coroutines of this thread, the youngest first, with all that they hold.
void destroy_detached();

}  // namespace welkin::async::detail
