#pragma once
// How long a host runs and how busy it is, in the one line that uptime(1) prints and that clients
// of os-hypervisors take apart.
#include <string>

#include "core/base/env.h"

namespace welkin::compute {

/// " 22:14:01 up 1 day,  3:42,  0 users,  load average: 0.10, 0.20, 0.30": from /proc; nobody is
/// ever counted as logged in.
std::string uptime_line(Env& env);

}  // namespace welkin::compute
