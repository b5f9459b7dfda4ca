// os-hypervisors: hosts and what is left of them.
#include <algorithm>

#include "compute/api/hosts.h"
#include "compute/api/links.h"
#include "compute/api/paging.h"
#include "core/base/text.h"
#include "core/observe/log.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

constexpr Version with_uuids{2, 53};
constexpr Version without_capacity{2, 88};

struct Hypervisor {
    Host host;
    placement::HostCapacity capacity;
    bool up = false;
    std::vector<Server> servers;
    std::string uptime;  ///< empty: not known
};

std::vector<Hypervisor> find_hypervisors(sql::Transaction& tx, State& compute) {
    std::map<HostName, placement::HostCapacity> capacities;
    for (auto& capacity : compute.placement.hosts(tx)) {
        capacities.emplace(capacity.host, capacity);
    }
    std::vector<Hypervisor> found;
    for (auto& host : compute.host_rows.list(tx)) {
        auto& hypervisor = found.emplace_back();
        hypervisor.up = host.is_up(tx.now(), compute.settings.service_down_time);
        hypervisor.capacity = capacities[host.name];
        hypervisor.servers = compute.servers.on_host(tx, host.name);
        hypervisor.host = std::move(host);
    }
    return found;
}

std::string id_of(const Host& host, Version version) {
    return version >= with_uuids ? host.node_uuid : std::to_string(host.node_id);
}

void write_id(json::Writer& writer, std::string_view uuid, int64_t number, Version version) {
    if (version >= with_uuids) {
        writer.member("id", uuid);
    } else {
        writer.member("id", number);
    }
}

/// An object from 2.28 on, before that its text.
void write_cpu_info(json::Writer& writer, const Host& host, Version version) {
    if (version < Version{2, 28}) {
        writer.member("cpu_info", host.cpu_info);
        return;
    }
    writer.key("cpu_info").raw(host.cpu_info.empty() ? "{}" : host.cpu_info);
}

void write_capacity(json::Writer& writer, const Hypervisor& hypervisor, Version version) {
    const auto& host = hypervisor.host;
    const auto& used = hypervisor.capacity.used;
    const auto reserved = hypervisor.capacity.inventory.reserved;
    const auto busy = std::ranges::count_if(hypervisor.servers, [](const Server& server) {
        return server.task_state != TaskState::none;
    });
    writer.member("vcpus", host.vcpus).member("memory_mb", host.memory_mb);
    writer.member("local_gb", host.disk_gb).member("vcpus_used", used.vcpus);
    writer.member("memory_mb_used", used.memory_mb + reserved.memory_mb);
    writer.member("local_gb_used", used.disk_gb);
    writer.member("free_ram_mb", host.memory_mb - used.memory_mb - reserved.memory_mb);
    writer.member("free_disk_gb", host.disk_gb - used.disk_gb);
    writer.member("current_workload", static_cast<int64_t>(busy));
    writer.member("running_vms", static_cast<int64_t>(hypervisor.servers.size()));
    writer.member("disk_available_least", host.free_disk_gb);
    write_cpu_info(writer, host, version);
}

void write_servers(json::Writer& writer, const Hypervisor& hypervisor) {
    writer.key("servers").begin_array();
    for (const auto& server : hypervisor.servers) {
        writer.begin_object().member("name", server.name).member("uuid", server.id.value);
        writer.end_object();
    }
    writer.end_array();
}

void write_brief(json::Writer& writer, const Hypervisor& hypervisor, Version version) {
    const auto& host = hypervisor.host;
    write_id(writer, host.node_uuid, host.node_id, version);
    writer.member("hypervisor_hostname", host.name.value);
    writer.member("state", hypervisor.up ? "up" : "down");
    writer.member("status", host.disabled ? "disabled" : "enabled");
}

void write_detail(json::Writer& writer, const Hypervisor& hypervisor, Version version) {
    const auto& host = hypervisor.host;
    write_brief(writer, hypervisor, version);
    writer.member("hypervisor_type", host.hypervisor_type);
    writer.member("hypervisor_version", host.hypervisor_version);
    writer.member("host_ip", host.host_ip);
    writer.key("service").begin_object();
    write_id(writer, host.service_uuid, host.service_id, version);
    writer.member("host", host.name.value);
    if (host.disabled_reason) {
        writer.member("disabled_reason", *host.disabled_reason);
    } else {
        writer.member_null("disabled_reason");
    }
    writer.end_object();
    if (version < without_capacity) {
        write_capacity(writer, hypervisor, version);
    } else {
        writer.member("uptime",
                      hypervisor.uptime.empty() ? json::Value() : json::Value(hypervisor.uptime));
    }
}

/// From 2.88 on the details have it; a host that does not answer has none.
Task<void> read_uptime(State& compute, Hypervisor& hypervisor) {
    if (!hypervisor.up) {
        co_return;
    }
    try {
        hypervisor.uptime = co_await compute.host(hypervisor.host.name).uptime();
    } catch (const Error& error) {
        log::info("host does not say its uptime",
                  {{"host", hypervisor.host.name}, {"why", error.message}});
    }
}

enum class Detail { no, yes };

bool wants_servers(const Request& request) {
    return request.version() >= with_uuids && query_boolean(request, "with_servers", false);
}

void write_one(json::Writer& writer, const Hypervisor& hypervisor, const Request& request,
               Detail detail) {
    writer.begin_object();
    if (detail == Detail::yes) {
        write_detail(writer, hypervisor, request.version());
    } else {
        write_brief(writer, hypervisor, request.version());
    }
    if (wants_servers(request) &&
        (!hypervisor.servers.empty() || request.version() >= Version{2, 75})) {
        write_servers(writer, hypervisor);
    }
    writer.end_object();
}

/// Those whose name has `pattern` in it; throws not_found() if there is none.
void keep_matching(std::vector<Hypervisor>& all, std::string_view pattern) {
    std::erase_if(all, [&](const Hypervisor& one) {
        return one.host.name.value.find(pattern) == std::string::npos;
    });
    if (all.empty()) {
        throw not_found("No hypervisor matching '{}' could be found.", pattern);
    }
}

/// Drops what comes before the marker and after the limit.
void keep_page(std::vector<Hypervisor>& all, const sql::Page& page, Version version) {
    if (!page.marker.empty()) {
        const auto seen = std::ranges::find_if(
            all, [&](const Hypervisor& one) { return id_of(one.host, version) == page.marker; });
        if (seen == all.end()) {
            throw bad_request("marker [{}] not found", page.marker);
        }
        all.erase(all.begin(), seen + 1);
    }
    if (all.size() > static_cast<size_t>(page.limit)) {
        all.resize(static_cast<size_t>(page.limit));
    }
}

Task<Reply> list_with(Request& request, State& compute, Detail detail) {
    request.authorize();
    check_query(request, {2, 53},
                {"limit", "marker", "hypervisor_hostname_pattern", "with_servers"});
    auto all = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return find_hypervisors(tx, compute); });
    sql::Page page;
    if (request.version() >= Version{2, 33}) {
        page = read_page(request, {}, {});
    }
    if (const auto pattern = request.query.find("hypervisor_hostname_pattern");
        pattern && request.version() >= with_uuids) {
        if (request.query.has("limit") || request.query.has("marker")) {
            throw bad_request(
                "Paging over hypervisors with the hypervisor_hostname_pattern query "
                "parameter is not supported.");
        }
        keep_matching(all, *pattern);
    }
    keep_page(all, page, request.version());
    if (detail == Detail::yes && request.version() >= without_capacity) {
        for (auto& hypervisor : all) {
            co_await read_uptime(compute, hypervisor);
        }
    }
    json::Text body;
    json::Writer writer(body.value);
    writer.begin_object().key("hypervisors").begin_array();
    for (const auto& hypervisor : all) {
        write_one(writer, hypervisor, request, detail);
    }
    writer.end_array();
    if (request.version() >= Version{2, 33} && !all.empty()) {
        write_next_link(writer, request, "hypervisors", all.size(), page,
                        id_of(all.back().host, request.version()));
    }
    writer.end_object();
    co_return http::ok(std::move(body));
}

Task<Hypervisor> find_one(Request& request, State& compute) {
    request.authorize();
    const auto& id = request.path_part("id");
    const bool valid =
        request.version() >= with_uuids ? id.size() == 36 : text::to_integer(id).has_value();
    if (!valid && request.version() >= with_uuids) {
        throw bad_request("Invalid uuid {}", id);
    }
    for (auto& hypervisor : co_await compute.core.database.read(
             [&](sql::Transaction& tx) { return find_hypervisors(tx, compute); })) {
        if (id_of(hypervisor.host, request.version()) == id) {
            co_return std::move(hypervisor);
        }
    }
    throw not_found("Hypervisor with ID '{}' could not be found.", id);
}

}  // namespace

/// GET /os-hypervisors
Task<Reply> list_hypervisors(Request& request, State& compute) {
    return list_with(request, compute, Detail::no);
}

/// GET /os-hypervisors/detail
Task<Reply> list_hypervisors_detail(Request& request, State& compute) {
    return list_with(request, compute, Detail::yes);
}

/// GET /os-hypervisors/{id}
Task<Reply> show_hypervisor(Request& request, State& compute) {
    auto hypervisor = co_await find_one(request, compute);
    if (request.version() >= without_capacity) {
        co_await read_uptime(compute, hypervisor);
    }
    co_return http::ok(wrapped("hypervisor", [&](json::Writer& writer) {
        write_one(writer, hypervisor, request, Detail::yes);
    }));
}

/// GET /os-hypervisors/{id}/uptime, up to 2.87
Task<Reply> show_hypervisor_uptime(Request& request, State& compute) {
    auto hypervisor = co_await find_one(request, compute);
    co_await read_uptime(compute, hypervisor);
    if (hypervisor.uptime.empty()) {
        throw bad_request("Host {} does not answer at this time.", hypervisor.host.name);
    }
    co_return http::ok(wrapped("hypervisor", [&](json::Writer& writer) {
        writer.begin_object();
        write_brief(writer, hypervisor, request.version());
        writer.member("uptime", hypervisor.uptime).end_object();
    }));
}

/// GET /os-hypervisors/statistics, up to 2.87
Task<Reply> show_hypervisor_statistics(Request& request, State& compute) {
    request.authorize();
    const auto all = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return find_hypervisors(tx, compute); });
    placement::Resources total, used;
    int64_t least = 0, running = 0, busy = 0;
    for (const auto& one : all) {
        total.vcpus += one.host.vcpus;
        total.memory_mb += one.host.memory_mb;
        total.disk_gb += one.host.disk_gb;
        used.vcpus += one.capacity.used.vcpus;
        used.memory_mb += one.capacity.used.memory_mb + one.capacity.inventory.reserved.memory_mb;
        used.disk_gb += one.capacity.used.disk_gb;
        least += one.host.free_disk_gb;
        running += static_cast<int64_t>(one.servers.size());
        busy += std::ranges::count_if(
            one.servers, [](const Server& server) { return server.task_state != TaskState::none; });
    }
    co_return http::ok(wrapped("hypervisor_statistics", [&](json::Writer& writer) {
        writer.begin_object().member("count", static_cast<int64_t>(all.size()));
        writer.member("vcpus", total.vcpus).member("memory_mb", total.memory_mb);
        writer.member("local_gb", total.disk_gb).member("vcpus_used", used.vcpus);
        writer.member("memory_mb_used", used.memory_mb).member("local_gb_used", used.disk_gb);
        writer.member("free_ram_mb", total.memory_mb - used.memory_mb);
        writer.member("free_disk_gb", total.disk_gb - used.disk_gb);
        writer.member("current_workload", busy).member("running_vms", running);
        writer.member("disk_available_least", least).end_object();
    }));
}

/// GET /os-hypervisors/{id}/search, up to 2.52: {id} is a part of a name.
Task<Reply> search_hypervisors(Request& request, State& compute) {
    request.authorize();
    auto all = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return find_hypervisors(tx, compute); });
    keep_matching(all, request.path_part("id"));
    co_return http::ok(wrapped("hypervisors", [&](json::Writer& writer) {
        writer.begin_array();
        for (const auto& one : all) {
            write_one(writer, one, request, Detail::no);
        }
        writer.end_array();
    }));
}

/// GET /os-hypervisors/{id}/servers, up to 2.52: {id} is a part of a name.
Task<Reply> list_hypervisor_servers(Request& request, State& compute) {
    request.authorize();
    auto all = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return find_hypervisors(tx, compute); });
    keep_matching(all, request.path_part("id"));
    co_return http::ok(wrapped("hypervisors", [&](json::Writer& writer) {
        writer.begin_array();
        for (const auto& one : all) {
            writer.begin_object();
            write_brief(writer, one, request.version());
            if (!one.servers.empty()) {
                write_servers(writer, one);
            }
            writer.end_object();
        }
        writer.end_array();
    }));
}

}  // namespace welkin::compute
