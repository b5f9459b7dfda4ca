#pragma once
// The ports resource.
#include "core/http/reply.h"
#include "core/http/request.h"
#include "network/network.h"
#include "network/port.h"
#include "network/virtual_network.h"

namespace welkin::network {

Task<http::Reply> create_port_request(http::Request& request, Network::State& network);
Task<http::Reply> list_ports(http::Request& request, Network::State& network);
Task<http::Reply> show_port(http::Request& request, Network::State& network);
Task<http::Reply> update_port(http::Request& request, Network::State& network);
Task<http::Reply> delete_port(http::Request& request, Network::State& network);

/// Whose it is, in policy's words: its own project and its network's.
auth::Owner owner_of(const Port& port, const VirtualNetwork& on);

}  // namespace welkin::network
