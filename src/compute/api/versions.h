#pragma once
// Version documents: which versions of the compute API there are. Clients read them before anything
// else, without a token.
#include "compute/state.h"
#include "core/http/request.h"

namespace welkin::compute {

/// The newest microversion served: everything up to it is right.
inline constexpr Version newest_version{2, 93};
inline constexpr Version oldest_version{2, 1};

Task<http::Reply> list_versions(http::Request& request, State& compute);
Task<http::Reply> show_old_version(http::Request& request, State& compute);
Task<http::Reply> show_version(http::Request& request, State& compute);

}  // namespace welkin::compute
