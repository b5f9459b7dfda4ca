#pragma once
// What the host itself needs before it can carry networks, beside what each network brings.
#include <string>
#include <vector>

#include "network/host/linux/commands.h"

namespace welkin::network {

/// Forwarding and bridge filtering. True if forwarding was off before. Throws unavailable() naming
/// what the host lacks.
Task<bool> prepare_host(Commands& commands);
Task<void> turn_off_forwarding(Commands& commands);

/// Where the host's own firewall drops what is forwarded (as Docker sets it up), lets our networks
/// pass it; what may pass in them is for our own tables.
Task<void> open_host_firewall(Commands& commands);
Task<void> close_host_firewall(Commands& commands);

/// Name servers of this host that its networks can ask too: no loopback ones.
std::vector<std::string> host_dns_servers(Env& env);

}  // namespace welkin::network
