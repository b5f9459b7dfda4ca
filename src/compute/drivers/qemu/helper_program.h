#pragma once
// The short programs a guest's files are made with: qemu-img, genisoimage, cp.
#include <string>
#include <vector>

#include "core/base/env.h"

namespace welkin::compute::qemu {

/// Its standard output. Throws DriverError{fatal} with what it said when it fails.
Task<std::string> run_program(Env& env, std::vector<std::string> argv);

}  // namespace welkin::compute::qemu
