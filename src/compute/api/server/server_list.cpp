// GET /servers and /servers/detail: filters, sorting, paging.
#include <algorithm>

#include "compute/agent/commands.h"
#include "compute/api/links.h"
#include "compute/api/paging.h"
#include "compute/api/server/server_view.h"
#include "compute/api/server/servers.h"
#include "compute/name_pattern.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

constexpr const char* all_filters = "os_compute_api:servers:allow_all_filters";

/// A filter that is an exact match on one column. Users may use it from some version on; what they
/// may not use is ignored, as Nova does.
struct Exact {
    const char* name;
    const char* column;
    Version for_users{};
};
constexpr Version admins_only = version_end;
constexpr Version more_for_users{2, 83};
constexpr Exact exact_filters[] = {
    {"image", "image_id"},
    {"flavor", "flavor_id"},
    {"reservation_id", "reservation_id"},
    {"key_name", "key_name", more_for_users},
    {"task_state", "task_state", more_for_users},
    {"vm_state", "vm_state", more_for_users},
    {"user_id", "user_id", more_for_users},
    {"availability_zone", "availability_zone", more_for_users},
    {"power_state", "power_state", more_for_users},
    {"config_drive", "config_drive", more_for_users},
    {"progress", "progress", more_for_users},
    {"created_at", "created_at", more_for_users},
    {"launched_at", "launched_at", more_for_users},
    {"image_ref", "image_id", admins_only},
    {"uuid", "id", admins_only},
    {"host", "host", admins_only},
    {"node", "host", admins_only},
    {"hostname", "hostname", admins_only},
    {"launch_index", "launch_index", admins_only},
    {"root_device_name", "root_device", admins_only},
    {"auto_disk_config", "disk_config", admins_only},
    {"locked_by", "locked_by", admins_only},
    {"access_ip_v4", "access_ipv4", admins_only},
    {"access_ip_v6", "access_ipv6", admins_only},
};

/// Parameters with a meaning of their own, and those that Nova knows and that match nothing here.
constexpr std::string_view other_names[] = {
    "limit",
    "marker",
    "offset",
    "page_size",
    "sort_key",
    "sort_dir",
    "all_tenants",
    "tenant_id",
    "project_id",
    "status",
    "ip",
    "ip6",
    "name",
    "description",
    "deleted",
    "changes-since",
    "changes-before",
    "locked",
    "tags",
    "tags-any",
    "not-tags",
    "not-tags-any",
    "soft_deleted",
    "display_name",
    "display_description",
    "terminated_at",
    "kernel_id",
    "ramdisk_id",
};

/// Names of Nova's internals that clients must not filter by.
constexpr std::string_view refused_names[] = {
    "block_device_mapping", "services",        "metadata",    "system_metadata",
    "info_cache",           "security_groups", "pci_devices",
};

constexpr SortName sort_names[] = {
    {"created_at", "created_at"},
    {"updated_at", "updated_at"},
    {"launched_at", "launched_at"},
    {"display_name", "name"},
    {"name", "name"},
    {"uuid", "id"},
    {"user_id", "user_id"},
    {"project_id", "project_id"},
    {"vm_state", "vm_state"},
    {"task_state", "task_state"},
    {"power_state", "power_state"},
    {"image_ref", "image_id"},
    {"key_name", "key_name"},
    {"host", "host"},
    {"node", "host"},
    {"hostname", "hostname"},
    {"instance_type_id", "flavor_id"},
    {"availability_zone", "availability_zone"},
    {"access_ip_v4", "access_ipv4"},
    {"access_ip_v6", "access_ipv6"},
    {"auto_disk_config", "disk_config"},
    {"config_drive", "config_drive"},
    {"display_description", "description"},
    {"launch_index", "launch_index"},
    {"locked_by", "locked_by"},
    {"progress", "progress"},
    {"root_device_name", "root_device"},
    {"terminated_at", "created_at"},
    {"kernel_id", "created_at"},
    {"ramdisk_id", "created_at"},
    {"locked", "locked_by"},
};

/// What SQL cannot match, matched on rows as they come.
struct Patterns {
    std::optional<NamePattern> name;
    std::optional<NamePattern> description;
    std::optional<NamePattern> ipv4;
    std::optional<NamePattern> ipv6;

    bool any() const { return name || description || ipv4 || ipv6; }
    bool addresses() const { return ipv4 || ipv6; }
};

struct Wanted {
    ServerFilter filter;
    Patterns patterns;
    sql::Page page;
};

void check_names(const Request& request) {
    const bool strict = request.version() >= Version{2, 75};
    for (const auto& [name, value] : request.query) {
        if (std::ranges::find(refused_names, name) != std::end(refused_names) ||
            name.starts_with('_')) {
            throw bad_request("Invalid filter field: {}.", name);
        }
        const bool known =
            std::ranges::find(other_names, name) != std::end(other_names) ||
            std::ranges::any_of(exact_filters, [&](const auto& one) { return one.name == name; });
        if (strict && !known) {
            throw bad_request("Additional properties are not allowed ('{}' was unexpected)", name);
        }
    }
}

std::optional<Time> read_time(const Request& request, std::string_view name) {
    const auto given = request.query.find(name);
    if (!given) {
        return std::nullopt;
    }
    const auto time = parse_time(*given);
    if (!time) {
        throw bad_request(
            "Invalid input for query parameters {}. Value: {}. '{}' is not a "
            "'date-time'",
            name, *given, *given);
    }
    return time;
}

void add_status(ServerFilter& filter, const Request& request) {
    const auto statuses = request.query.all("status");
    for (auto status : statuses) {
        for (const auto& pair : states_with_status(status)) {
            filter.states.push_back(pair);
        }
    }
    if (statuses.empty() || !filter.states.empty()) {
        return;
    }
    // Words of Nova that no server of ours ever has match nothing; others are mistakes.
    constexpr std::string_view nova_only[] = {"DELETED",       "SOFT_DELETED",     "SUSPENDED",
                                              "RESCUE",        "RESIZE",           "VERIFY_RESIZE",
                                              "REVERT_RESIZE", "MIGRATING",        "PASSWORD",
                                              "SHELVED",       "SHELVED_OFFLOADED"};
    const bool known = std::ranges::any_of(
        nova_only, [&](auto one) { return text::equal_ignoring_case(one, statuses.front()); });
    if (!known && request.version() >= Version{2, 38}) {
        throw bad_request("Invalid status value");
    }
    if (text::equal_ignoring_case(statuses.front(), "DELETED") && !request.is_admin()) {
        throw forbidden("Only administrators may list deleted instances");
    }
    filter.no_state = true;
}

void add_tags(ServerFilter& filter, const Request& request) {
    if (request.version() < Version{2, 26}) {
        return;
    }
    const auto read = [&](std::string_view name, std::vector<std::string>& into) {
        if (const auto given = request.query.find(name)) {
            into = text::split(*given, ',');
        }
    };
    read("tags", filter.tags);
    read("tags-any", filter.tags_any);
    read("not-tags", filter.not_tags);
    read("not-tags-any", filter.not_tags_any);
}

/// Whose servers: the caller's project's, or with all_tenants those of any one or all.
void add_project(ServerFilter& filter, Request& request, bool detail) {
    const auto asked = request.query.find("all_tenants");
    bool everybody = false;
    if (asked) {
        // "all_tenants" without a value means yes.
        const auto value = asked->empty() ? std::optional(true) : text::to_boolean(*asked);
        if (!value) {
            throw bad_request(
                "Invalid input for query parameters all_tenants. Value: {}. It must "
                "be true or false.",
                *asked);
        }
        everybody = *value;
    }
    if (!everybody) {
        filter.project_id = request.caller().project_id;
        return;
    }
    const char* rule = detail ? "os_compute_api:servers:detail:get_all_tenants"
                              : "os_compute_api:servers:index:get_all_tenants";
    if (!request.may(rule)) {
        throw forbidden("Policy doesn't allow {} to be performed.", rule);
    }
    for (const char* name : {"tenant_id", "project_id"}) {
        if (const auto project = request.query.find(name)) {
            filter.project_id = ProjectId(*project);
        }
    }
}

/// A filter's text as its column stores it.
sql::Value column_value(const Request& request, std::string_view name, std::string_view given) {
    if (name == "launch_index" || name == "progress") {
        return query_integer(request, name, 0);
    }
    if (name == "power_state") {
        return sql::to_value(power_state_from_number(query_integer(request, name, 0)));
    }
    if (name == "config_drive") {
        return sql::to_value(query_boolean(request, name, false));
    }
    if (name == "auto_disk_config") {
        return query_boolean(request, name, false) ? "AUTO" : "MANUAL";
    }
    if (name == "created_at" || name == "launched_at") {
        return sql::to_value(*read_time(request, name));
    }
    // "null" asks for what is not set.
    return given == "null" || given == "None" ? std::string() : std::string(given);
}

void add_exact(ServerFilter& filter, const Request& request) {
    const bool everything = request.may(all_filters);
    for (const auto& one : exact_filters) {
        const auto given = request.query.find(one.name);
        if (given && (everything || one.for_users <= request.version())) {
            filter.equal.emplace_back(one.column, column_value(request, one.name, *given));
        }
    }
    if (request.query.has("locked") && request.version() >= Version{2, 73}) {
        filter.locked = query_boolean(request, "locked", false);
    }
    // What is deleted is gone, and no server has a kernel of its own: nothing matches.
    const bool deleted = text::to_boolean(request.query.get("deleted", "false")).value_or(false);
    const bool nothing = deleted || !request.query.get("terminated_at").empty() ||
                         !request.query.get("kernel_id").empty() ||
                         !request.query.get("ramdisk_id").empty();
    if (everything && nothing) {
        filter.no_state = true;
    }
}

void add_patterns(Wanted& wanted, const Request& request) {
    const auto read = [&](std::initializer_list<const char*> names) {
        std::optional<NamePattern> pattern;
        for (const char* name : names) {
            if (const auto given = request.query.find(name)) {
                pattern.emplace(*given);
            }
        }
        return pattern;
    };
    wanted.patterns.name = read({"name", "display_name"});
    wanted.patterns.description = read({"description", "display_description"});
    wanted.patterns.ipv4 = read({"ip"});
    wanted.patterns.ipv6 = read({"ip6"});
}

Wanted read_wanted(Request& request, bool detail) {
    check_names(request);
    Wanted wanted;
    auto& filter = wanted.filter;
    add_project(filter, request, detail);
    add_status(filter, request);
    filter.changed_since = read_time(request, "changes-since");
    filter.changed_before = read_time(request, "changes-before");
    if (filter.changed_since && filter.changed_before &&
        *filter.changed_since > *filter.changed_before) {
        throw bad_request(
            "The value of changes-since must be less than or equal to "
            "changes-before.");
    }
    add_tags(filter, request);
    add_exact(filter, request);
    add_patterns(wanted, request);
    wanted.page = read_page(request, sort_names, {{"created_at", true}, {"id", true}});
    return wanted;
}

bool has_address(const std::vector<network::PortView>& ports, int version,
                 const NamePattern& pattern) {
    return std::ranges::any_of(ports, [&](const auto& port) {
        return std::ranges::any_of(port.fixed_ips, [&](const auto& ip) {
            return ip.ip_version == version && pattern.found_in(ip.address);
        });
    });
}

bool matches(const Server& server, const std::vector<network::PortView>& ports,
             const Patterns& patterns) {
    return (!patterns.name || patterns.name->found_in(server.name)) &&
           (!patterns.description ||
            patterns.description->found_in(server.description.value_or(""))) &&
           (!patterns.ipv4 || has_address(ports, 4, *patterns.ipv4)) &&
           (!patterns.ipv6 || has_address(ports, 6, *patterns.ipv6));
}

/// Reads page after page until enough match the patterns, or none are left.
std::vector<Server> search(sql::Transaction& tx, State& compute, const Wanted& wanted) {
    auto page = wanted.page;
    page.limit = max_page;
    std::vector<Server> found;
    while (true) {
        auto servers = compute.servers.list(tx, wanted.filter, page);
        const bool last = servers.size() < static_cast<size_t>(page.limit);
        if (!last) {
            page.marker = servers.back().id.value;
        }
        std::map<ServerId, std::vector<network::PortView>> ports;
        if (wanted.patterns.addresses()) {
            std::vector<ServerId> ids;
            for (const auto& server : servers) {
                ids.push_back(server.id);
            }
            ports = compute.network.ports_of(tx, ids);
        }
        for (auto& server : servers) {
            if (matches(server, ports[server.id], wanted.patterns)) {
                found.push_back(std::move(server));
                if (found.size() == static_cast<size_t>(wanted.page.limit)) {
                    return found;
                }
            }
        }
        if (last) {
            return found;
        }
    }
}

std::vector<Server> find_servers(sql::Transaction& tx, State& compute, const Wanted& wanted) {
    if (wanted.page.limit == 0) {
        return {};
    }
    return wanted.patterns.any() ? search(tx, compute, wanted)
                                 : compute.servers.list(tx, wanted.filter, wanted.page);
}

}  // namespace

/// GET /servers
Task<Reply> list_servers(Request& request, State& compute) {
    request.authorize();
    const auto wanted = read_wanted(request, false);
    const auto servers = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return find_servers(tx, compute, wanted); });
    co_return http::ok(
        brief_server_fields.list(servers, view_of(request), [&](json::Writer& writer) {
            write_next_link(writer, request, "servers", servers.size(), wanted.page,
                            servers.empty() ? "" : servers.back().id.value);
        }));
}

/// GET /servers/detail
Task<Reply> list_servers_detail(Request& request, State& compute) {
    request.authorize();
    const auto wanted = read_wanted(request, true);
    const auto servers = co_await compute.core.database.read([&](sql::Transaction& tx) {
        return with_details(tx, compute, request, find_servers(tx, compute, wanted));
    });
    co_return http::ok(server_fields.list(servers, server_view(request), [&](json::Writer& writer) {
        write_next_link(writer, request, "servers", servers.size(), wanted.page,
                        servers.empty() ? "" : servers.back().id.value);
    }));
}

}  // namespace welkin::compute
