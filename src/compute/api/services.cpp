// os-services: the compute service of each host. os-availability-zone: the zones they are in.
#include <algorithm>

#include "compute/api/hosts.h"
#include "compute/api/links.h"
#include "compute/api/paging.h"
#include "core/base/text.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

constexpr std::string_view binary = "nova-compute";
constexpr Version with_uuids{2, 53};

struct Service {
    Host host;
    bool up = false;
    std::string zone;
};

std::vector<Service> find_services(sql::Transaction& tx, State& compute) {
    const auto zones = compute.aggregates.zones(tx);
    std::vector<Service> services;
    for (auto& host : compute.host_rows.list(tx)) {
        const auto zone = zones.find(host.name.value);
        const bool up = host.is_up(tx.now(), compute.settings.service_down_time);
        services.push_back(
            {std::move(host), up,
             zone == zones.end() ? compute.settings.default_availability_zone : zone->second});
    }
    return services;
}

void write_service(json::Writer& writer, const Service& service, Version version) {
    const auto& host = service.host;
    writer.begin_object();
    if (version >= with_uuids) {
        writer.member("id", host.service_uuid);
    } else {
        writer.member("id", host.service_id);
    }
    writer.member("binary", binary).member("host", host.name.value).member("zone", service.zone);
    writer.member("status", host.disabled ? "disabled" : "enabled");
    writer.member("state", service.up ? "up" : "down");
    writer.member("updated_at", format_time_bare(host.heartbeat_at));
    if (host.disabled_reason) {
        writer.member("disabled_reason", *host.disabled_reason);
    } else {
        writer.member_null("disabled_reason");
    }
    if (version >= Version{2, 11}) {
        writer.member("forced_down", host.forced_down);
    }
    writer.end_object();
}

void check_reason(const json::Value& reason) {
    if (!reason.is_string() || reason.as_string().empty() ||
        reason.as_string() != text::trim(reason.as_string()) ||
        text::count_characters(reason.as_string()) > 255) {
        throw bad_request(
            "Disabled reason contains invalid characters or is too long: 1 to 255 "
            "characters are needed.");
    }
}

bool read_forced(const json::Value& body) {
    const auto& given = body["forced_down"];
    const auto value = given.is_bool()     ? std::optional(given.as_bool())
                       : given.is_string() ? text::to_boolean(given.as_string())
                                           : std::nullopt;
    if (!value) {
        throw bad_request("Missing forced_down field: it must be true or false.");
    }
    return *value;
}

void save(sql::Transaction& tx, State& compute, const Request& request, const Host& host) {
    compute.host_rows.update_service(tx, host);
    history::append(tx, request.author(), {"compute", "service", host.name.value, "update"});
}

constexpr std::string_view force_down = "force-down";
constexpr std::string_view disable_with_reason = "disable-log-reason";

void check_change(std::string_view action, const json::Value& body, Version version) {
    const bool known = action == "enable" || action == "disable" || action == disable_with_reason ||
                       (action == force_down && version >= Version{2, 11});
    if (!known) {
        throw not_found("Unknown action");
    }
    if (body.text("host").empty() || body.text("binary").empty()) {
        throw bad_request("'host' and 'binary' are needed.");
    }
    if (action == disable_with_reason) {
        check_reason(body["disabled_reason"]);
    }
    if (body.text("binary") != binary) {
        throw not_found("Could not find binary {} on host {}.", body.text("binary"),
                        body.text("host"));
    }
}

void check_update(const json::Value& body) {
    const auto status = body.text("status");
    const auto& reason = body["disabled_reason"];
    if (!status.empty() && status != "enabled" && status != "disabled") {
        throw bad_request("'status' must be enabled or disabled, not '{}'.", status);
    }
    if (!reason.is_null() && status != "disabled") {
        throw bad_request("Specifying disabled_reason when status is enabled is invalid.");
    }
    if (!reason.is_null()) {
        check_reason(reason);
    }
    if (status.empty() && body.find("forced_down") == nullptr) {
        throw bad_request(
            "No updates were requested. Fields 'status' or 'forced_down' should be "
            "specified.");
    }
}

}  // namespace

/// GET /os-services
Task<Reply> list_services(Request& request, State& compute) {
    request.authorize();
    check_query(request, {2, 75}, {"host", "binary"});
    auto services = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return find_services(tx, compute); });
    const auto host = request.query.find("host");
    const auto asked_binary = request.query.find("binary");
    std::erase_if(services, [&](const Service& one) {
        return (host && !host->empty() && one.host.name.value != *host) ||
               (asked_binary && !asked_binary->empty() && *asked_binary != binary);
    });
    co_return http::ok(wrapped("services", [&](json::Writer& writer) {
        writer.begin_array();
        for (const auto& service : services) {
            write_service(writer, service, request.version());
        }
        writer.end_array();
    }));
}

Task<Reply> change_service(Request& request, State& compute) {
    request.authorize();
    const auto& action = request.path_part("id");
    const auto& body = request.json();
    check_change(action, body, request.version());
    const auto host = co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto row = compute.host_rows.find(tx, HostName(body.text("host")));
        if (!row) {
            throw not_found("Could not find binary {} on host {}.", binary, body.text("host"));
        }
        if (action == force_down) {
            row->forced_down = read_forced(body);
        } else {
            row->disabled = action != "enable";
            row->disabled_reason = action == disable_with_reason
                                       ? std::optional(body.text("disabled_reason"))
                                       : std::nullopt;
        }
        save(tx, compute, request, *row);
        return *row;
    });
    co_return http::ok(wrapped("service", [&](json::Writer& writer) {
        writer.begin_object().member("host", host.name.value).member("binary", binary);
        if (action == force_down) {
            writer.member("forced_down", host.forced_down);
        } else {
            writer.member("status", host.disabled ? "disabled" : "enabled");
            if (host.disabled_reason) {
                writer.member("disabled_reason", *host.disabled_reason);
            }
        }
        writer.end_object();
    }));
}

Task<Reply> update_service(Request& request, State& compute) {
    request.authorize();
    const auto& body = request.json();
    const auto status = body.text("status");
    const auto& reason = body["disabled_reason"];
    check_update(body);
    const auto service = co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto services = find_services(tx, compute);
        const auto found = std::ranges::find_if(services, [&](const Service& one) {
            return one.host.service_uuid == request.path_part("id");
        });
        if (found == services.end()) {
            throw not_found("Service {} could not be found.", request.path_part("id"));
        }
        auto& host = found->host;
        if (!status.empty()) {
            host.disabled = status == "disabled";
            host.disabled_reason =
                reason.is_null() ? std::nullopt : std::optional(reason.as_string());
        }
        if (body.find("forced_down") != nullptr) {
            host.forced_down = read_forced(body);
        }
        save(tx, compute, request, host);
        found->up = host.is_up(tx.now(), compute.settings.service_down_time);
        return *found;
    });
    co_return http::ok(wrapped("service", [&](json::Writer& writer) {
        write_service(writer, service, request.version());
    }));
}

/// DELETE /os-services/{id}: forgets a host that has no servers. A living one reports again.
Task<Reply> delete_service(Request& request, State& compute) {
    request.authorize();
    const auto& id = request.path_part("id");
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        for (const auto& host : compute.host_rows.list(tx)) {
            const auto its_id = request.version() >= with_uuids ? host.service_uuid
                                                                : std::to_string(host.service_id);
            if (its_id != id) {
                continue;
            }
            if (compute.servers.count_on_host(tx, host.name) > 0) {
                throw conflict(
                    "Unable to delete compute service that is hosting instances. "
                    "Migrate or delete the instances first.");
            }
            compute.placement.remove_host(tx, host.name);
            compute.host_rows.erase(tx, host.name);
            history::append(tx, request.author(),
                            {"compute", "service", host.name.value, "delete"});
            return;
        }
        throw not_found("Service {} could not be found.", id);
    });
    co_return http::no_content();
}

namespace {

/// Zones and whether any host in them can be used, by name.
std::map<std::string, bool> zones_of(const std::vector<Service>& services,
                                     const std::string& otherwise) {
    std::map<std::string, bool> zones;
    for (const auto& service : services) {
        zones[service.zone] |= service.up && !service.host.disabled;
    }
    if (zones.empty()) {
        zones[otherwise] = true;
    }
    return zones;
}

void write_zone(json::Writer& writer, const std::string& name, bool available) {
    writer.member("zoneName", name).key("zoneState").begin_object();
    writer.member("available", available).end_object();
}

}  // namespace

/// GET /os-availability-zone
Task<Reply> list_zones(Request& request, State& compute) {
    request.authorize();
    const auto services = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return find_services(tx, compute); });
    co_return http::ok(wrapped("availabilityZoneInfo", [&](json::Writer& writer) {
        writer.begin_array();
        for (const auto& [zone, available] :
             zones_of(services, compute.settings.default_availability_zone)) {
            writer.begin_object();
            write_zone(writer, zone, available);
            writer.member_null("hosts").end_object();
        }
        writer.end_array();
    }));
}

/// GET /os-availability-zone/detail
Task<Reply> list_zones_detail(Request& request, State& compute) {
    request.authorize();
    const auto services = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return find_services(tx, compute); });
    co_return http::ok(wrapped("availabilityZoneInfo", [&](json::Writer& writer) {
        writer.begin_array();
        for (const auto& [zone, available] :
             zones_of(services, compute.settings.default_availability_zone)) {
            writer.begin_object();
            write_zone(writer, zone, available);
            writer.key("hosts").begin_object();
            for (const auto& service : services) {
                if (service.zone != zone || service.host.disabled) {
                    continue;
                }
                writer.key(service.host.name.value).begin_object().key(binary).begin_object();
                writer.member("available", service.up).member("active", true);
                writer.member("updated_at", format_time_bare(service.host.heartbeat_at));
                writer.end_object().end_object();
            }
            writer.end_object().end_object();
        }
        writer.end_array();
    }));
}

}  // namespace welkin::compute
