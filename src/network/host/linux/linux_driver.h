#pragma once
// The data plane of a Linux host. For each network with ports here: a bridge in the host's
// namespace (wbr-...), and a namespace of its own (welkin-...) that is the network's gateway, with
// a leg on the bridge (lan0), dnsmasq, the metadata address, and a leg outside (up0) through which
// packets leave with the host's address. Guests are on tap devices (wtap...) of the bridge.
//
// All of it is kernel state and processes that outlive us; the ledger says what is ours.
#include "network/host/host_network.h"

namespace welkin::network {

std::unique_ptr<HostDriver> make_linux_driver(DriverEnvironment around);

/// Removes everything that the ledger in `folder` names. Twice is fine.
Task<void> purge_linux(Env& env, std::string folder);

}  // namespace welkin::network
