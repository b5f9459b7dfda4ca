#pragma once
// What dnsmasq is told for one network: its command line and the two files that it reads again on
// SIGHUP. No I/O.
#include <string>
#include <vector>

#include "network/host/host_network.h"

namespace welkin::network {

struct DhcpPlan {
    std::vector<std::string> command;  ///< empty: the network needs no server
    std::string hosts;                 ///< MAC, name and address of each port
    std::string options;               ///< what each subnet and port is told
};

/// `folder` is where the files are; `servers` are asked for names it does not know itself.
DhcpPlan dhcp_plan(const HostNet& net, const std::string& folder, const std::string& dns_domain,
                   const std::vector<std::string>& servers);

/// Addresses with prefix that the network's namespace has: gateways and its own.
std::vector<std::string> own_addresses(const HostNet& net);
/// The gateway of the subnet if this namespace answers for it.
std::optional<std::string> own_gateway(const HostNet& net, const Subnet& subnet);

}  // namespace welkin::network
