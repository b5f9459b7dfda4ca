#pragma once
// What this machine offers to guests.
#include <string>

#include "compute/drivers/driver.h"
#include "core/base/env.h"

namespace welkin::compute::qemu {

/// Throws DriverError{fatal} when there is no QEMU.
Task<HostFacts> read_host_facts(Env& env, std::string data_dir);

/// "QEMU emulator version 7.2.12 (...)" is 7002012.
int64_t parse_version(std::string_view text);

}  // namespace welkin::compute::qemu
