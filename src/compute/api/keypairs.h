#pragma once
// The os-keypairs resource.
#include "compute/state.h"
#include "core/http/request.h"

namespace welkin::compute {

Task<http::Reply> create_keypair(http::Request& request, State& compute);
Task<http::Reply> list_keypairs(http::Request& request, State& compute);
Task<http::Reply> show_keypair(http::Request& request, State& compute);
Task<http::Reply> delete_keypair(http::Request& request, State& compute);

}  // namespace welkin::compute
