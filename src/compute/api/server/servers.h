#pragma once
// The servers resource. Creating is in server_create.cpp, lists in server_list.cpp, actions in
// server_actions.cpp.
#include "compute/state.h"
#include "core/http/request.h"

namespace welkin::compute {

Task<http::Reply> create_server(http::Request& request, State& compute);
Task<http::Reply> list_servers(http::Request& request, State& compute);
Task<http::Reply> list_servers_detail(http::Request& request, State& compute);
Task<http::Reply> show_server(http::Request& request, State& compute);
Task<http::Reply> update_server(http::Request& request, State& compute);
Task<http::Reply> delete_server(http::Request& request, State& compute);

}  // namespace welkin::compute
