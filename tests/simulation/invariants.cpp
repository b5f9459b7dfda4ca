#include "simulation/invariants.h"

#include <set>

namespace welkin::simulation {

namespace {

using compute::PowerState;

struct ServerRow {
    std::string id;
    std::string vm_state;
    std::string task_state;
    std::string host;
    std::string fault;
};

std::vector<ServerRow> servers_of(sql::Transaction& tx) {
    std::vector<ServerRow> servers;
    for (const auto& row : tx.query(
             "SELECT id, vm_state, task_state, host, fault_message FROM compute_server ORDER BY "
             "id")) {
        servers.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4)});
    }
    return servers;
}

std::set<std::string> column(sql::Transaction& tx, std::string_view query) {
    std::set<std::string> values;
    for (const auto& row : tx.query(query)) {
        values.insert(row.text(0));
    }
    return values;
}

/// Collects sentences.
class Findings {
public:
    template <class... Args>
    void require(bool holds, fmt::format_string<Args...> sentence, Args&&... args) {
        if (!holds) {
            found.push_back(fmt::format(sentence, std::forward<Args>(args)...));
        }
    }
    void same(const std::set<std::string>& are, const std::set<std::string>& should,
              std::string_view what) {
        for (const auto& each : are) {
            require(should.contains(each), "{} {} has no reason to be there", what, each);
        }
        for (const auto& each : should) {
            require(are.contains(each), "{} {} is missing", what, each);
        }
    }
    std::vector<std::string> found;
};

void check_states(Findings& findings, const std::vector<ServerRow>& servers) {
    for (const auto& server : servers) {
        findings.require(server.task_state.empty(), "server {} is {} for ever", server.id,
                         server.task_state);
        findings.require(server.vm_state != "building", "server {} is building for ever",
                         server.id);
        findings.require(server.vm_state != "error" || !server.fault.empty(),
                         "server {} is in ERROR without a reason", server.id);
        findings.require(server.vm_state == "error" || !server.host.empty(),
                         "server {} is {} on no host", server.id, server.vm_state);
    }
}

void check_guests(Findings& findings, const std::vector<ServerRow>& servers,
                  const HostWorld& world) {
    std::map<std::string, std::string> state_of;
    for (const auto& server : servers) {
        if (!server.host.empty()) {
            state_of[server.id] = server.vm_state;
        }
    }
    for (const auto& [id, guest] : world.guests) {
        findings.require(state_of.contains(id.value), "guest {} belongs to no server", id);
        findings.require(guest.whole || state_of[id.value] == "error", "guest {} is half made", id);
    }
    for (const auto& [id, state] : state_of) {
        const auto guest = world.guests.find(ServerId(id));
        // What failed may have failed halfway.
        if (state == "error") {
            continue;
        }
        if (guest == world.guests.end()) {
            findings.require(false, "server {} is {} without a guest", id, state);
            continue;
        }
        const auto power = guest->second.state;
        const auto expected = state == "active"   ? PowerState::running
                              : state == "paused" ? PowerState::paused
                                                  : PowerState::shut_down;
        findings.require(power == expected, "server {} is {} and its guest {}", id, state,
                         to_text(power));
    }
}

void check_claims(Findings& findings, sql::Transaction& tx) {
    findings.same(column(tx, "SELECT consumer FROM placement_claim"),
                  column(tx, "SELECT id FROM compute_server WHERE host <> ''"), "claim");
    for (const char* resource : {"vcpus", "memory_mb", "disk_gb"}) {
        const auto row = tx.query_one(
            fmt::format("SELECT COALESCE(SUM(used_{0}), 0), "
                        "(SELECT COALESCE(SUM({0}), 0) FROM placement_claim) FROM placement_host",
                        resource));
        findings.require(row->integer(0) == row->integer(1), "hosts use {} {} but {} are claimed",
                         row->integer(0), resource, row->integer(1));
    }
}

void check_ports(Findings& findings, sql::Transaction& tx, const HostWorld& world) {
    const auto bound =
        column(tx, "SELECT id FROM network_port WHERE device_owner LIKE 'compute:%' ESCAPE '!'");
    findings.same(bound,
                  column(tx,
                         "SELECT p.id FROM network_port p JOIN compute_server s ON s.id = "
                         "p.device_id AND s.host = p.host_id WHERE s.host <> ''"),
                  "port");
    findings.same(column(tx, "SELECT id FROM network_port WHERE created_for_server = 1"),
                  column(tx,
                         "SELECT id FROM network_port WHERE created_for_server = 1 AND device_id "
                         "<> ''"),
                  "port of no server");
    for (const char* table : {"network_fixed_ip", "network_port_group"}) {
        findings.same(column(tx, fmt::format("SELECT DISTINCT port_id FROM {}", table)),
                      column(tx, fmt::format("SELECT DISTINCT t.port_id FROM {} t JOIN "
                                             "network_port p ON p.id = t.port_id",
                                             table)),
                      table);
    }
    const auto running = column(tx,
                                "SELECT p.id FROM network_port p JOIN compute_server s ON s.id = "
                                "p.device_id WHERE s.vm_state IN ('active', 'paused')");
    for (const auto& id : world.taps) {
        findings.require(bound.contains(id.value), "tap of port {} belongs to nobody", id);
    }
    for (const auto& id : running) {
        findings.require(world.taps.contains(PortId(id)), "port {} has no tap", id);
    }
    const auto carried = column(tx,
                                "SELECT DISTINCT network_id FROM network_port WHERE device_owner "
                                "LIKE 'compute:%' ESCAPE '!'");
    for (const auto& id : world.bridges) {
        findings.require(carried.contains(id.value), "the bridge of network {} carries nothing",
                         id);
    }
}

}  // namespace

std::vector<std::string> what_is_wrong(SimulatedCloud& cloud) {
    Findings findings;
    cloud.query([&](sql::Transaction& tx) {
        findings.same(column(tx, "SELECT object FROM work_workflow"), {}, "workflow of");
        const auto servers = servers_of(tx);
        check_states(findings, servers);
        check_guests(findings, servers, cloud.world);
        check_claims(findings, tx);
        check_ports(findings, tx, cloud.world);
        findings.same(column(tx, "SELECT DISTINCT server_id FROM compute_server_group_member"),
                      column(tx,
                             "SELECT DISTINCT server_id FROM compute_server_group_member m JOIN "
                             "compute_server s ON s.id = m.server_id"),
                      "group member");
    });
    return findings.found;
}

std::vector<std::string> what_is_left(SimulatedCloud& cloud) {
    Findings findings;
    cloud.query([&](sql::Transaction& tx) {
        for (const char* table : {"compute_server", "compute_server_group_member",
                                  "compute_console_token", "placement_claim", "work_workflow"}) {
            const auto rows = tx.query_one(fmt::format("SELECT COUNT(*) FROM {}", table));
            findings.require(rows->integer(0) == 0, "{} rows are left in {}", rows->integer(0),
                             table);
        }
        findings.same(column(tx,
                             "SELECT id FROM network_port WHERE device_owner LIKE 'compute:%' "
                             "ESCAPE '!' OR created_for_server = 1"),
                      {}, "port");
        const auto used = tx.query_one(
            "SELECT SUM(used_vcpus + used_memory_mb + used_disk_gb + claims) FROM placement_host");
        findings.require(used->integer(0) == 0, "the hosts have something in use");
    });
    findings.require(cloud.world.guests.empty(), "{} guests are left", cloud.world.guests.size());
    findings.require(cloud.world.taps.empty(), "{} taps are left", cloud.world.taps.size());
    findings.require(cloud.world.bridges.empty(), "{} bridges are left",
                     cloud.world.bridges.size());
    return findings.found;
}

}  // namespace welkin::simulation
