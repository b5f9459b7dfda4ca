#pragma once
// os-aggregates: sets of hosts that operators name; and os-server-groups: sets of servers that
// users name. Also the list of what used to be extensions.
#include "compute/state.h"
#include "core/http/request.h"

namespace welkin::compute {

Task<http::Reply> list_aggregates(http::Request& request, State& compute);
Task<http::Reply> show_aggregate(http::Request& request, State& compute);
Task<http::Reply> create_aggregate(http::Request& request, State& compute);
Task<http::Reply> update_aggregate(http::Request& request, State& compute);
Task<http::Reply> delete_aggregate(http::Request& request, State& compute);
Task<http::Reply> add_aggregate_host(http::Request& request, State& compute);
Task<http::Reply> remove_aggregate_host(http::Request& request, State& compute);
Task<http::Reply> set_aggregate_metadata(http::Request& request, State& compute);

Task<http::Reply> list_server_groups(http::Request& request, State& compute);
Task<http::Reply> show_server_group(http::Request& request, State& compute);
Task<http::Reply> create_server_group(http::Request& request, State& compute);
Task<http::Reply> delete_server_group(http::Request& request, State& compute);

Task<http::Reply> list_extensions(http::Request& request, State& compute);
Task<http::Reply> show_extension(http::Request& request, State& compute);

}  // namespace welkin::compute
