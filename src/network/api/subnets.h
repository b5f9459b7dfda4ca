#pragma once
// The subnets resource.
#include "core/http/reply.h"
#include "core/http/request.h"
#include "network/network.h"
#include "network/store/scope.h"
#include "network/subnet.h"
#include "network/virtual_network.h"

namespace welkin::network {

Task<http::Reply> create_subnet(http::Request& request, Network::State& network);
Task<http::Reply> list_subnets(http::Request& request, Network::State& network);
Task<http::Reply> show_subnet(http::Request& request, Network::State& network);
Task<http::Reply> update_subnet(http::Request& request, Network::State& network);
Task<http::Reply> delete_subnet(http::Request& request, Network::State& network);

/// Whose it is, in policy's words: its own project and its network's.
auth::Owner owner_of(const Subnet& subnet, const VirtualNetwork& on);

}  // namespace welkin::network
