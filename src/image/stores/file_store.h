#pragma once
// The file store: one file for each piece of data, in a folder of the data directory.
#include "image/stores/store.h"

namespace welkin::image::stores {

/// Keeps data in `directory`/data and what is being written in `directory`/incoming.
std::unique_ptr<Store> make_file_store(Env& env, const std::string& directory);

}  // namespace welkin::image::stores
