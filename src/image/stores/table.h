#pragma once
// The image stores there are, by the name that the option image.store gives.
#include "image/stores/store.h"

namespace welkin::image::stores {

/// Throws bad_request() naming the known ones for a name that is none of them.
std::unique_ptr<Store> make_store(std::string_view name, Env& env, const std::string& directory);

}  // namespace welkin::image::stores
