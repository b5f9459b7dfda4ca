#pragma once
// A guest's serial output in a file that QEMU appends to for as long as the guest runs.
#include <cstdint>
#include <string>

#include "core/base/env.h"

namespace welkin::compute::qemu {

/// The last bytes of the file, at most `max_bytes`; empty if there is no file. Blocks.
std::string newest(Files& files, const std::string& path, uint64_t max_bytes);

/// Cuts a file that is larger than `limit` down to its newest `keep` bytes, from the beginning of a
/// line. QEMU goes on with it: it appends wherever the end is. Blocks.
void bound_log(Files& files, const std::string& path, uint64_t limit, uint64_t keep);

}  // namespace welkin::compute::qemu
