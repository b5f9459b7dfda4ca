#pragma once
// Making and changing ports: what the API and compute's attach() have in common.
#include <optional>
#include <string>
#include <vector>

#include "network/port.h"
#include "network/state.h"
#include "network/subnet.h"

namespace welkin::network {

/// What is not in the Port itself because absence means something.
struct PortWishes {
    std::optional<std::vector<FixedAddress>> fixed_ips;
    std::optional<std::vector<std::string>> security_groups;  ///< ids; none: "default"
    bool port_security_given = false;
};

/// Completes `port` (id, MAC, addresses, groups) and inserts it. Counts its quota.
void create_port(sql::Transaction& tx, Network::State& network, const history::Author& author,
                 const VirtualNetwork& on, Port& port, const PortWishes& wishes);

/// The same for one of several on the same network: its subnets are read once by the caller.
void create_port(sql::Transaction& tx, Network::State& network, const history::Author& author,
                 const VirtualNetwork& on, const std::vector<Subnet>& subnets, Port& port,
                 const PortWishes& wishes);

/// Throws SecurityGroupNotFound unless all are groups of the project (or `any_project`).
enum class GroupsOf { project, any_project };
void check_groups(sql::Transaction& tx, Network::State& network, const ProjectId& project,
                  std::vector<std::string>& groups, GroupsOf whose);

/// Address pairs and groups make no sense without port security; fills in the pairs' MAC.
void check_port_security(Port& port);

std::string new_mac(Env& env);

}  // namespace welkin::network
