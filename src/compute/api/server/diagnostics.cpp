// os-server-diagnostics: what is known of a running guest from outside.
#include "compute/api/links.h"
#include "compute/api/server/server_metadata.h"
#include "compute/api/server/server_view.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

struct Diagnosed {
    Server server;
    std::string hypervisor;
    std::vector<network::PortView> ports;
};

int64_t count_disks(const Server& server) {
    return 1 + (server.ephemeral_gb > 0 ? 1 : 0) + (server.swap_mb > 0 ? 1 : 0);
}

std::string_view state_word(PowerState state) {
    switch (state) {
        case PowerState::running:
            return "running";
        case PowerState::paused:
            return "paused";
        case PowerState::crashed:
            return "crashed";
        case PowerState::suspended:
            return "suspended";
        case PowerState::shut_down:
            return "shutdown";
        case PowerState::no_state:
            return "pending";
    }
    CHECK(false);
}

/// Counters that no driver reports are null.
void write_nulls(json::Writer& writer, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        writer.member_null(name);
    }
}

/// The one form of all hypervisors, from 2.48 on.
void write_details(json::Writer& writer, const Diagnosed& found, PowerState state) {
    const auto& server = found.server;
    writer.begin_object().member("state", state_word(state));
    // The wire knows a closed list of drivers; "hypervisor" says which one it really is.
    writer.member("driver", "libvirt").member("hypervisor", found.hypervisor);
    writer.member("hypervisor_os", "linux").member_null("uptime");
    writer.member("config_drive", server.config_drive).member("num_cpus", server.vcpus);
    writer.member("num_nics", static_cast<int64_t>(found.ports.size()));
    writer.member("num_disks", count_disks(server));
    writer.key("memory_details").begin_object().member("maximum", server.memory_mb);
    writer.member_null("used").end_object();
    writer.key("cpu_details").begin_array();
    for (int64_t id = 0; id < server.vcpus; ++id) {
        writer.begin_object().member("id", id);
        write_nulls(writer, {"time", "utilisation"});
        writer.end_object();
    }
    writer.end_array().key("nic_details").begin_array();
    for (const auto& port : found.ports) {
        writer.begin_object().member("mac_address", port.mac_address);
        write_nulls(writer, {"rx_octets", "rx_errors", "rx_drop", "rx_packets", "rx_rate",
                             "tx_octets", "tx_errors", "tx_drop", "tx_packets", "tx_rate"});
        writer.end_object();
    }
    writer.end_array().key("disk_details").begin_array();
    for (int64_t disk = 0; disk < count_disks(server); ++disk) {
        writer.begin_object();
        write_nulls(writer, {"read_bytes", "read_requests", "write_bytes", "write_requests",
                             "errors_count"});
        writer.end_object();
    }
    writer.end_array().end_object();
}

}  // namespace

/// GET /servers/{id}/diagnostics: before 2.48 every hypervisor had members of its own.
Task<Reply> show_diagnostics(Request& request, State& compute) {
    const auto found = co_await compute.core.database.read([&](sql::Transaction& tx) {
        Diagnosed one;
        one.server = visible_server(tx, compute, request);
        one.ports = compute.network.ports_of(tx, one.server.id);
        if (const auto host = compute.host_rows.find(tx, one.server.host)) {
            one.hypervisor = host->hypervisor_type;
        }
        return one;
    });
    const auto& server = found.server;
    if (server.host.empty()) {
        throw conflict("Instance {} is not ready: it is on no host.", server.id);
    }
    const auto state = co_await compute.host(server.host).state(server.id);
    json::Text body;
    json::Writer writer(body.value);
    if (request.version() >= Version{2, 48}) {
        write_details(writer, found, state);
        co_return http::ok(std::move(body));
    }
    writer.begin_object().member("state", state_word(state));
    writer.member("hypervisor", found.hypervisor).member("memory", server.memory_mb * 1024);
    writer.member("vcpus", server.vcpus);
    for (size_t i = 0; i < found.ports.size(); ++i) {
        writer.member(fmt::format("nic{}_mac_address", i), found.ports[i].mac_address);
    }
    writer.end_object();
    co_return http::ok(std::move(body));
}

}  // namespace welkin::compute
