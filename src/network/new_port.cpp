#include "network/new_port.h"

#include "core/base/uuid.h"
#include "network/errors.h"

namespace welkin::network {

namespace {

constexpr size_t max_address_pairs = 10;

/// Whether a port gets the project's default group when nothing was said.
bool wants_default_group(const Port& port) {
    return port.port_security_enabled && !port.device_owner.starts_with("network:");
}

std::string free_mac(sql::Transaction& tx, Env& env, const NetworkId& network) {
    for (int attempt = 0; attempt < 16; ++attempt) {
        auto mac = new_mac(env);
        if (!tx.query_one("SELECT 1 FROM network_port WHERE network_id = ? AND mac_address = ?",
                          network, mac)) {
            return mac;
        }
    }
    throw unavailable("Unable to generate a free MAC address on network {}.", network)
        .named("MacAddressGenerationFailure");
}

}  // namespace

std::string new_mac(Env& env) {
    const uint64_t random = env.random_number();
    return fmt::format("fa:16:3e:{:02x}:{:02x}:{:02x}", random & 0xff, random >> 8 & 0xff,
                       random >> 16 & 0xff);
}

void check_groups(sql::Transaction& tx, Network::State& network, const ProjectId& project,
                  std::vector<std::string>& groups, GroupsOf whose) {
    std::vector<std::string> unique;
    for (auto& group : groups) {
        if (std::find(unique.begin(), unique.end(), group) == unique.end()) {
            unique.push_back(std::move(group));
        }
    }
    groups = std::move(unique);
    if (groups.empty()) {
        return;
    }
    const auto found = network.groups.list_rows(tx, any_of("id", groups));
    for (const auto& id : groups) {
        const bool there = std::any_of(found.begin(), found.end(), [&](const SecurityGroup& g) {
            return g.id.value == id && (whose == GroupsOf::any_project || g.project_id == project);
        });
        if (!there) {
            throw group_not_found(id);
        }
    }
}

void check_port_security(Port& port) {
    if (!port.port_security_enabled) {
        if (!port.security_groups.empty()) {
            throw conflict(
                "Port security must be enabled in order to have security groups on a "
                "port.")
                .named("PortSecurityAndIPRequiredForSecurityGroups");
        }
        if (!port.allowed_address_pairs.empty()) {
            throw conflict(
                "Port security must be enabled in order to have allowed address pairs "
                "on a port.")
                .named("AddressPairAndPortSecurityRequired");
        }
    }
    if (port.allowed_address_pairs.size() > max_address_pairs) {
        throw bad_request("Exceeded maximum amount of allowed address pairs: at most {}.",
                          max_address_pairs)
            .named("AllowedAddressPairExhausted");
    }
    std::vector<AddressPair> seen;
    for (auto& pair : port.allowed_address_pairs) {
        if (pair.mac_address.empty()) {
            pair.mac_address = port.mac_address;
        }
        if (std::find(seen.begin(), seen.end(), pair) != seen.end()) {
            throw bad_request(
                "Request contains duplicate address pair: mac_address {} ip_address "
                "{}.",
                pair.mac_address, pair.ip_address)
                .named("DuplicateAddressPairInRequest");
        }
        seen.push_back(pair);
    }
}

void create_port(sql::Transaction& tx, Network::State& network, const history::Author& author,
                 const VirtualNetwork& on, Port& port, const PortWishes& wishes) {
    create_port(tx, network, author, on, network.subnets.of_network(tx, on.id), port, wishes);
}

void create_port(sql::Transaction& tx, Network::State& network, const history::Author& author,
                 const VirtualNetwork& on, const std::vector<Subnet>& subnets, Port& port,
                 const PortWishes& wishes) {
    network.quotas.check(tx, port.project_id, "port");
    auto& env = network.core.env;
    port.id = PortId(new_uuid(env));
    port.network_id = on.id;
    port.status = "DOWN";
    if (!wishes.port_security_given) {
        port.port_security_enabled = on.port_security_enabled;
    }
    if (port.mac_address.empty()) {
        port.mac_address = free_mac(tx, env, on.id);
    }
    if (wishes.security_groups) {
        port.security_groups = *wishes.security_groups;
        check_groups(tx, network, port.project_id, port.security_groups, GroupsOf::project);
    } else if (wants_default_group(port)) {
        port.security_groups = {network.groups.ensure_default(tx, author, port.project_id).value};
    }
    port.fixed_ips =
        network.addressing.choose(tx, on.id, subnets, wishes.fixed_ips, port.mac_address);
    check_port_security(port);
    network.ports.insert(tx, author, port);
}

}  // namespace welkin::network
