#pragma once
// The flavors resource, its extra specs (os-extra_specs) and who may use private ones
// (os-flavor-access).
#include "compute/flavor.h"
#include "compute/state.h"
#include "core/http/request.h"

namespace welkin::compute {

Task<http::Reply> list_flavors(http::Request& request, State& compute);
Task<http::Reply> list_flavors_detail(http::Request& request, State& compute);
Task<http::Reply> show_flavor(http::Request& request, State& compute);
Task<http::Reply> create_flavor(http::Request& request, State& compute);
Task<http::Reply> update_flavor(http::Request& request, State& compute);
Task<http::Reply> delete_flavor(http::Request& request, State& compute);

Task<http::Reply> list_flavor_specs(http::Request& request, State& compute);
Task<http::Reply> create_flavor_specs(http::Request& request, State& compute);
Task<http::Reply> show_flavor_spec(http::Request& request, State& compute);
Task<http::Reply> update_flavor_spec(http::Request& request, State& compute);
Task<http::Reply> delete_flavor_spec(http::Request& request, State& compute);

Task<http::Reply> list_flavor_access(http::Request& request, State& compute);
Task<http::Reply> add_flavor_access(http::Request& request, State& compute);
Task<http::Reply> remove_flavor_access(http::Request& request, State& compute);

/// The flavor of the path, if the caller may see it. Throws not_found().
Flavor visible_flavor(sql::Transaction& tx, State& compute, const http::Request& request);

}  // namespace welkin::compute
