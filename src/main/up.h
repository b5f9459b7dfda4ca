#pragma once
// `welkin up`: the whole cloud in one process, on one port.
#include <string>

#include "core/config/config.h"

namespace welkin {

/// Serves until SIGTERM or SIGINT; the exit code of the process.
int run_up(config::Config& config, const std::string& data_dir);

/// `welkin purge`: ends every guest of the data directory, undoes what was made on the host and
/// deletes the directory.
int run_purge(const std::string& data_dir);

}  // namespace welkin
