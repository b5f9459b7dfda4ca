#pragma once
// Fetching image data to a file of this host.
#include <string>

#include "image/state.h"

namespace welkin::image {

/// Puts the data at `destination`, replacing what is there: a hard link to the store's own file
/// where that works (so never write to it), else a copy. Blocks. Throws unavailable() if the data
/// is missing, or is not what was uploaded.
void fetch_data(const State& state, const Record& image, const std::string& destination);

}  // namespace welkin::image
