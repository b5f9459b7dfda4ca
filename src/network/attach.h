#pragma once
// What compute asks of ports inside its own transactions: the face's attach() and its kin.
#include <span>
#include <vector>

#include "network/state.h"

namespace welkin::network {

std::vector<PortView> attach_server(sql::Transaction& tx, Network::State& network,
                                    const auth::Caller& caller, const history::Author& author,
                                    const AttachRequest& wanted);
void detach_server(sql::Transaction& tx, Network::State& network, const history::Author& author,
                   const ServerId& server);
void detach_port(sql::Transaction& tx, Network::State& network, const history::Author& author,
                 const PortId& id);

/// Views in the order of `ports`, with a fixed number of queries.
std::vector<PortView> port_views(sql::Transaction& tx, Network::State& network,
                                 const std::vector<Port>& ports);
/// Ports of servers, in the order of their interfaces.
std::vector<Port> server_ports(sql::Transaction& tx, Network::State& network,
                               std::span<const ServerId> servers);

void add_server_group(sql::Transaction& tx, Network::State& network, const history::Author& author,
                      const auth::Caller& caller, const ServerId& server, std::string_view group);
void remove_server_group(sql::Transaction& tx, Network::State& network,
                         const history::Author& author, const auth::Caller& caller,
                         const ServerId& server, std::string_view group);

}  // namespace welkin::network
