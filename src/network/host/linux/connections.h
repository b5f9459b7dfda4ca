#pragma once
// Connections that were let in by what is not allowed any more have to end: known connections pass
// the guard without being asked again.
#include <map>
#include <set>
#include <string>

#include "network/host/host_network.h"
#include "network/host/linux/commands.h"

namespace welkin::network {

/// Addresses whose connections must be cut, by conntrack zone: of ports that left, changed address
/// or lost a rule, and of members that left a remote group.
std::map<int, std::set<std::string>> addresses_to_cut(const HostDocument& before,
                                                      const HostDocument& after,
                                                      const std::map<NetworkId, int>& zones);

Task<void> cut_connections(Commands& commands, std::map<int, std::set<std::string>> addresses);

/// Forgets every connection of a zone before another network gets it.
Task<void> flush_zone(Commands& commands, int zone);

}  // namespace welkin::network
