#pragma once
// LinkPlan: the lines for `ip -batch` that make a host's links what a document wants. No I/O.
#include <map>
#include <optional>
#include <set>
#include <string>

#include "network/host/host_network.h"
#include "network/host/linux/commands.h"
#include "network/host/linux/uplinks.h"

namespace welkin::network {

/// A network and the addresses of its uplink, if it has one.
struct PlannedNet {
    const HostNet* net = nullptr;
    std::optional<UplinkPair> uplink;
};

/// Bridge, legs and taps that are missing or differ, in the host's namespace.
std::string host_lines(const PlannedNet& planned, const std::map<std::string, Link>& links);

/// Everything inside the network's namespace; right to run again. `present` are the addresses that
/// lan0 has now; those not wanted any more are taken away.
std::string inside_lines(const PlannedNet& planned, const std::set<std::string>& present);

/// Shell commands and nftables script inside the namespace: forwarding, and the way out.
std::string inside_rules();

}  // namespace welkin::network
