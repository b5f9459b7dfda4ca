#pragma once
// The URLs of compute: routes.cpp is the table.
#include "compute/state.h"
#include "core/http/router.h"

namespace welkin::compute {

/// Adds the API at /compute/v2.1 and the version document at /compute.
void mount_routes(http::Router& router, State& state);

}  // namespace welkin::compute
