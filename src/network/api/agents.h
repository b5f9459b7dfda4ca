#pragma once
// The agents resource: the host sides of networking.
#include "core/http/reply.h"
#include "core/http/request.h"
#include "network/network.h"

namespace welkin::network {

Task<http::Reply> list_agents(http::Request& request, Network::State& network);
Task<http::Reply> show_agent(http::Request& request, Network::State& network);
Task<http::Reply> update_agent(http::Request& request, Network::State& network);
Task<http::Reply> delete_agent(http::Request& request, Network::State& network);

}  // namespace welkin::network
