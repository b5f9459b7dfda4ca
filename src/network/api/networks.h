#pragma once
// The networks resource.
#include "core/http/reply.h"
#include "core/http/request.h"
#include "network/network.h"
#include "network/virtual_network.h"

namespace welkin::network {

Task<http::Reply> create_network(http::Request& request, Network::State& network);
Task<http::Reply> list_networks(http::Request& request, Network::State& network);
Task<http::Reply> show_network(http::Request& request, Network::State& network);
Task<http::Reply> update_network(http::Request& request, Network::State& network);
Task<http::Reply> delete_network(http::Request& request, Network::State& network);

/// Whose it is, in policy's words.
auth::Owner owner_of(const VirtualNetwork& network);
/// The network, if the caller may see it; else throws NetworkNotFound.
VirtualNetwork visible_network(sql::Transaction& tx, Network::State& network,
                               const http::Request& request, std::string_view id);
/// SQL for the networks that a caller may see: "" for administrators.
struct Scope visible_networks(const http::Request& request);

}  // namespace welkin::network
