#pragma once
// What a driver is told of a server whose guest it is to make.
#include "compute/work/server_work.h"

namespace welkin::compute {

/// From the rows as they are now. Throws DriverError{fatal} when the image is gone.
Task<GuestSpec> make_guest_spec(const ServerWork& work, State& state);

}  // namespace welkin::compute
