// os-simple-tenant-usage: how long a project's servers have run in a period, and with how much.
#include <algorithm>

#include "compute/api/links.h"
#include "compute/api/paging.h"
#include "compute/api/quotas.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

struct Period {
    Time start;
    Time stop;
    Time now;
};

Time read_time(const Request& request, std::string_view name, Time otherwise) {
    const auto given = request.query.find(name);
    if (!given || given->empty()) {
        return otherwise;
    }
    const auto time = parse_time(*given);
    if (!time) {
        throw bad_request("Datetime is in invalid format: {} is '{}'.", name, *given);
    }
    return *time;
}

Period read_period(const Request& request, Time now) {
    // Four weeks, as Nova takes them when nothing is said.
    Period period{read_time(request, "start", now - 4 * 7 * 24h), read_time(request, "end", now),
                  now};
    if (period.start >= period.stop) {
        throw bad_request("Invalid start time. The start time cannot occur after the end time.");
    }
    return period;
}

double hours_of(const Server& server, const Period& period) {
    if (!server.launched_at || *server.launched_at > period.stop) {
        return 0;
    }
    const auto from = std::max(*server.launched_at, period.start);
    return std::chrono::duration<double, std::ratio<3600>>(period.stop - from).count();
}

struct Usage {
    ProjectId project_id;
    double hours = 0, vcpu_hours = 0, memory_hours = 0, disk_hours = 0;
    std::vector<Server> servers;
};

std::vector<Usage> usages_of(std::vector<Server> servers, const Period& period) {
    std::vector<Usage> usages;
    for (auto& server : servers) {
        if (!server.launched_at || *server.launched_at > period.stop) {
            continue;
        }
        auto usage = std::ranges::find_if(
            usages, [&](const Usage& one) { return one.project_id == server.project_id; });
        if (usage == usages.end()) {
            usage = usages.insert(usages.end(), Usage{server.project_id});
        }
        const auto hours = hours_of(server, period);
        usage->hours += hours;
        usage->vcpu_hours += hours * static_cast<double>(server.vcpus);
        usage->memory_hours += hours * static_cast<double>(server.memory_mb);
        usage->disk_hours += hours * static_cast<double>(server.disk_gb + server.ephemeral_gb);
        usage->servers.push_back(std::move(server));
    }
    return usages;
}

void write_server(json::Writer& writer, const Server& server, const Period& period) {
    const auto uptime =
        std::chrono::duration_cast<std::chrono::seconds>(period.now - *server.launched_at);
    writer.begin_object().member("instance_id", server.id.value).member("name", server.name);
    writer.member("hours", hours_of(server, period)).member("flavor", server.flavor_name);
    writer.member("tenant_id", server.project_id.value).member("memory_mb", server.memory_mb);
    writer.member("local_gb", server.disk_gb + server.ephemeral_gb);
    writer.member("vcpus", server.vcpus);
    writer.member("started_at", format_time_bare(*server.launched_at)).member_null("ended_at");
    writer.member("state", to_text(server.vm_state));
    writer.member("uptime", static_cast<int64_t>(uptime.count())).end_object();
}

void write_usage(json::Writer& writer, const Usage& usage, const Period& period, bool detailed) {
    writer.begin_object().member("tenant_id", usage.project_id.value);
    writer.member("total_hours", usage.hours).member("total_vcpus_usage", usage.vcpu_hours);
    writer.member("total_memory_mb_usage", usage.memory_hours);
    writer.member("total_local_gb_usage", usage.disk_hours);
    writer.member("start", format_time_bare(period.start));
    writer.member("stop", format_time_bare(period.stop));
    if (detailed) {
        writer.key("server_usages").begin_array();
        for (const auto& server : usage.servers) {
            write_server(writer, server, period);
        }
        writer.end_array();
    }
    writer.end_object();
}

struct Found {
    std::vector<Usage> usages;
    Period period;
    sql::Page page;
    std::string last_id;
    size_t count = 0;
};

Task<Found> find_usages(Request& request, State& compute, std::optional<ProjectId> project) {
    check_query(request, {2, 75}, {"start", "end", "detailed", "limit", "marker"});
    Found found{.period = read_period(request, compute.core.env.now()),
                .page = {.sort = {{"created_at"}}, .limit = 1'000'000}};
    if (request.version() >= Version{2, 40}) {
        found.page = read_page(request, {}, {{"created_at"}});
    }
    auto servers = co_await compute.core.database.read([&](sql::Transaction& tx) {
        return compute.servers.list(tx, {.project_id = project}, found.page);
    });
    found.count = servers.size();
    found.last_id = servers.empty() ? "" : servers.back().id.value;
    found.usages = usages_of(std::move(servers), found.period);
    co_return found;
}

void write_next(json::Writer& writer, const Request& request, std::string_view plural,
                const Found& found) {
    if (request.version() >= Version{2, 40}) {
        write_next_link(writer, request, plural, found.count, found.page, found.last_id);
    }
}

}  // namespace

/// GET /os-simple-tenant-usage
Task<Reply> list_usages(Request& request, State& compute) {
    request.authorize();
    const bool detailed = request.query.get("detailed", "0") == "1";
    const auto found = co_await find_usages(request, compute, std::nullopt);
    json::Text body;
    json::Writer writer(body.value);
    writer.begin_object().key("tenant_usages").begin_array();
    for (const auto& usage : found.usages) {
        write_usage(writer, usage, found.period, detailed);
    }
    writer.end_array();
    write_next(writer, request, "tenant_usages", found);
    writer.end_object();
    co_return http::ok(std::move(body));
}

/// GET /os-simple-tenant-usage/{id}
Task<Reply> show_usage(Request& request, State& compute) {
    const ProjectId project(request.path_part("id"));
    request.authorize({.project = project});
    const auto found = co_await find_usages(request, compute, project);
    json::Text body;
    json::Writer writer(body.value);
    writer.begin_object().key("tenant_usage");
    if (found.usages.empty()) {
        writer.begin_object().end_object();
    } else {
        write_usage(writer, found.usages.front(), found.period, true);
    }
    write_next(writer, request, "tenant_usage", found);
    writer.end_object();
    co_return http::ok(std::move(body));
}

}  // namespace welkin::compute
