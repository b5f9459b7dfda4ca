#include "network/host/linux/connections.h"

#include "network/host/linux/guard.h"

namespace welkin::network {

namespace {

struct Seen {
    NetworkId network;
    const Port* port = nullptr;
};

std::map<PortId, Seen> ports_of(const HostDocument& document) {
    std::map<PortId, Seen> ports;
    for (const auto& net : document.networks) {
        for (const auto& port : net.ports) {
            ports[port.id] = {net.id, &port};
        }
    }
    return ports;
}

std::map<std::string, std::set<std::string>> rules_of(const HostDocument& document) {
    std::map<std::string, std::set<std::string>> rules;
    for (const auto& group : document.groups) {
        auto& texts = rules[group.id.value];
        for (const auto& rule : group.rules) {
            texts.insert(rule.direction + " " + rule_text(rule));
        }
    }
    return rules;
}

/// Everything that lets something through to or from the port.
std::set<std::string> permissions(const Port& port,
                                  const std::map<std::string, std::set<std::string>>& rules) {
    std::set<std::string> all;
    if (!port.port_security_enabled) {
        all.insert("everything");
        return all;
    }
    for (const auto& group : port.security_groups) {
        if (const auto found = rules.find(group); found != rules.end()) {
            all.insert(found->second.begin(), found->second.end());
        }
    }
    return all;
}

bool lost_something(const std::set<std::string>& before, const std::set<std::string>& after) {
    return !std::includes(after.begin(), after.end(), before.begin(), before.end());
}

}  // namespace

std::map<int, std::set<std::string>> addresses_to_cut(const HostDocument& before,
                                                      const HostDocument& after,
                                                      const std::map<NetworkId, int>& zones) {
    std::map<int, std::set<std::string>> cut;
    const auto new_ports = ports_of(after);
    const auto old_rules = rules_of(before);
    const auto new_rules = rules_of(after);
    for (const auto& [id, old] : ports_of(before)) {
        const auto zone = zones.find(old.network);
        if (zone == zones.end()) {
            continue;
        }
        const auto now = new_ports.find(id);
        const bool lost =
            now != new_ports.end() && lost_something(permissions(*old.port, old_rules),
                                                     permissions(*now->second.port, new_rules));
        for (const auto& fixed : old.port->fixed_ips) {
            const bool kept =
                now != new_ports.end() &&
                std::find(now->second.port->fixed_ips.begin(), now->second.port->fixed_ips.end(),
                          fixed) != now->second.port->fixed_ips.end();
            if (lost || !kept) {
                cut[zone->second].insert(fixed.ip_address);
            }
        }
    }
    std::map<std::string, const HostGroup*> groups;
    for (const auto& group : after.groups) {
        groups[group.id.value] = &group;
    }
    for (const auto& group : before.groups) {
        const auto now = groups.find(group.id.value);
        for (const auto& member : group.members) {
            const bool stays = now != groups.end() &&
                               std::find(now->second->members.begin(), now->second->members.end(),
                                         member) != now->second->members.end();
            // A group that nobody here refers to any more shows in its ports' lost rules.
            if (now != groups.end() && !stays) {
                for (const auto& net : after.networks) {
                    cut[zones.at(net.id)].insert(member);
                }
            }
        }
    }
    return cut;
}

Task<void> cut_connections(Commands& commands, std::map<int, std::set<std::string>> addresses) {
    for (const auto& [zone, cut] : addresses) {
        for (const auto& address : cut) {
            const bool six = address.find(':') != std::string::npos;
            for (const char* end : {"--orig-src", "--orig-dst"}) {
                // Finding none is a failure in its eyes, not in ours.
                co_await commands.try_run({"conntrack", "--delete", "--family",
                                           six ? "ipv6" : "ipv4", "--zone", std::to_string(zone),
                                           end, address});
            }
        }
    }
}

Task<void> flush_zone(Commands& commands, int zone) {
    for (const char* family : {"ipv4", "ipv6"}) {
        co_await commands.try_run(
            {"conntrack", "--delete", "--family", family, "--zone", std::to_string(zone)});
    }
}

}  // namespace welkin::network
