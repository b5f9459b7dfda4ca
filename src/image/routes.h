#pragma once
// The URLs of image.
#include "core/http/router.h"
#include "image/state.h"

namespace welkin::image {

void mount_routes(http::Router& router, State& state);

}  // namespace welkin::image
