// os-hosts, up to 2.42: hosts by name, and how much of each is taken by which project.
#include "compute/api/hosts.h"

#include <algorithm>
#include <map>

#include "compute/api/links.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

void write_resource(json::Writer& writer, std::string_view host, std::string_view project,
                    const placement::Resources& resources) {
    writer.begin_object().key("resource").begin_object();
    writer.member("host", host).member("project", project).member("cpu", resources.vcpus);
    writer.member("memory_mb", resources.memory_mb).member("disk_gb", resources.disk_gb);
    writer.end_object().end_object();
}

struct Use {
    Host host;
    placement::Resources used;
    std::map<std::string, placement::Resources> by_project;
};

Use find_use(sql::Transaction& tx, State& compute, const HostName& name) {
    auto host = compute.host_rows.find(tx, name);
    if (!host) {
        throw not_found("Compute host {} could not be found.", name);
    }
    Use use;
    use.host = std::move(*host);
    if (const auto capacity = compute.placement.host(tx, name)) {
        use.used = capacity->used;
    }
    for (const auto& server : compute.servers.on_host(tx, name)) {
        auto& project = use.by_project[server.project_id.value];
        project.vcpus += server.vcpus;
        project.memory_mb += server.memory_mb;
        project.disk_gb += server.disk_gb + server.ephemeral_gb;
    }
    return use;
}

}  // namespace

/// GET /os-hosts, of one zone or all
Task<Reply> list_hosts(Request& request, State& compute) {
    request.authorize();
    const auto wanted = request.query.get("zone");
    struct Row {
        std::string name, zone;
    };
    const auto rows = co_await compute.core.database.read([&](sql::Transaction& tx) {
        const auto zones = compute.aggregates.zones(tx);
        std::vector<Row> found;
        for (const auto& host : compute.host_rows.list(tx)) {
            const auto zone = zones.find(host.name.value);
            found.push_back({host.name.value, zone == zones.end()
                                                  ? compute.settings.default_availability_zone
                                                  : zone->second});
        }
        std::erase_if(found, [&](const Row& row) { return !wanted.empty() && row.zone != wanted; });
        return found;
    });
    co_return http::ok(wrapped("hosts", [&](json::Writer& writer) {
        writer.begin_array();
        for (const auto& row : rows) {
            writer.begin_object().member("host_name", row.name).member("service", "compute");
            writer.member("zone", row.zone).end_object();
        }
        writer.end_array();
    }));
}

/// GET /os-hosts/{name}
Task<Reply> show_host(Request& request, State& compute) {
    request.authorize();
    const HostName name(request.path_part("name"));
    const auto use = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return find_use(tx, compute, name); });
    placement::Resources promised;
    for (const auto& [project, resources] : use.by_project) {
        promised.vcpus += resources.vcpus;
        promised.memory_mb += resources.memory_mb;
        promised.disk_gb += resources.disk_gb;
    }
    co_return http::ok(wrapped("host", [&](json::Writer& writer) {
        writer.begin_array();
        write_resource(writer, name.value, "(total)",
                       {use.host.vcpus, use.host.memory_mb, use.host.disk_gb});
        write_resource(writer, name.value, "(used_now)", use.used);
        write_resource(writer, name.value, "(used_max)", promised);
        for (const auto& [project, resources] : use.by_project) {
            write_resource(writer, name.value, project, resources);
        }
        writer.end_array();
    }));
}

}  // namespace welkin::compute
