#pragma once
// Running a helper to its end on the calling thread.
#include <string>
#include <string_view>
#include <vector>

#include "core/base/env.h"

namespace welkin {

/// More output than this of either kind ends the helper with internal().
constexpr size_t max_child_output_bytes = 64 << 20;

/// What Processes::run() promises, but blocking. Ends when the helper does, even if something it
/// left behind still holds its output open.
ProcessOutput run_child(const std::vector<std::string>& argv, std::string_view input,
                        Duration timeout);

}  // namespace welkin
