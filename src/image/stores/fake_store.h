#pragma once
// The fake store: data in memory, for tests and the simulation.
#include "image/stores/store.h"

namespace welkin::image::stores {

/// Holds `capacity_bytes` at most, then throws insufficient_storage.
std::unique_ptr<Store> make_fake_store(uint64_t capacity_bytes);

}  // namespace welkin::image::stores
