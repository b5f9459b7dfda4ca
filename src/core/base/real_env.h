#pragma once
// The parts of the real Env, one file each; made and owned by make_real_env().
#include <memory>

#include "core/base/env.h"

namespace welkin {

std::unique_ptr<Files> make_real_files();
std::unique_ptr<Processes> make_real_processes();

}  // namespace welkin
