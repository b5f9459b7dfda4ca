#pragma once
// Control: what host sides ask of the control plane: their document, and to note their heartbeat.
#include "network/host/host_network.h"
#include "network/state.h"

namespace welkin::network {

/// Whether a network's DHCP server may be given a port of its own, which is a write.
enum class Reserve { no, yes };

/// What a host should carry, computed from the database; nothing if a network's DHCP server lacks
/// an address that it could have and none may be reserved now.
std::optional<HostDocument> document_of(sql::Transaction& tx, Network::State& network,
                                        const HostName& host, Reserve reserve);

/// Serves host sides, and rings their doorbell when something changed that they carry.
void serve_hosts(Network::State& network);

}  // namespace welkin::network
