#pragma once
// Guard: what may pass on a host: anti-spoofing and security groups of every port, as two nftables
// tables. No I/O.
//
// A bridged packet meets them in this order. Table bridge: `spoof` (prerouting) lets a port send
// only from its own addresses; `ends` (forward) writes the numbers of both ports into the packet's
// mark, source in the high half, destination in the low half. br_netfilter then shows the packet to
// the inet hooks: table inet: `zones` (prerouting) puts each network's connections into a zone of
// their own, so that networks may use the same addresses; `guard` (forward) lets known connections
// pass, then asks the egress chain of the source and the ingress chain of the destination.
// Groups are chains, shared by their ports; members of remote groups are sets.
#include <map>
#include <string>
#include <vector>

#include "network/host/host_network.h"
#include "network/host/linux/ruleset.h"

namespace welkin::network {

struct GuardNames {
    std::string table;               ///< of both tables, unique to this data directory
    std::map<NetworkId, int> zones;  ///< conntrack zone of each network
    std::map<PortId, int> numbers;   ///< of each port: 1 to 65535
    std::string uplink_range;        ///< addresses between host and networks
};

struct GuardTables {
    Table bridge;
    Table inet;
};

GuardTables guard_tables(const HostDocument& document, const GuardNames& names);

/// Match and verdict of one rule, e.g. "meta nfproto ipv4 tcp dport 22 accept".
std::string rule_text(const SecurityGroupRule& rule);

}  // namespace welkin::network
