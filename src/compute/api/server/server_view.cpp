#include "compute/api/server/server_view.h"

#include <algorithm>

#include "compute/api/links.h"
#include "core/base/text.h"
#include "core/crypto/digest.h"

namespace welkin::compute {

using namespace json;  // the words of field tables

namespace {

constexpr const char* extended_attributes = "os_compute_api:os-extended-server-attributes";

void write_server_links(Writer& writer, const Server& server, const View& view) {
    write_links(writer, view, "servers", server.id);
}

/// Tells hosts apart without naming them, differently in each project.
void write_host_id(Writer& writer, const ServerDetail& server, const View&) {
    constexpr size_t shown_digits = 56;  // as many as Nova's SHA-224 has
    if (server.host.empty()) {
        writer.string("");
        return;
    }
    // Servers of one list are of few projects and hosts.
    thread_local std::string last_of;
    thread_local std::string last_id;
    if (auto of = server.project_id.value + server.host.value; of != last_of) {
        last_id = text::to_hex(crypto::sha256(of)).substr(0, shown_digits);
        last_of = std::move(of);
    }
    writer.string(last_id);
}

void write_image(Writer& writer, const ServerDetail& server, const View& view) {
    if (server.image_id.empty()) {
        writer.string("");
        return;
    }
    writer.begin_object().member("id", server.image_id.value).key("links").begin_array();
    write_bookmark(writer, view, "images", server.image_id);
    writer.end_array().end_object();
}

/// Before 2.47 a reference, since then a copy.
void write_flavor(Writer& writer, const ServerDetail& server, const View& view) {
    writer.begin_object();
    if (view.version < Version{2, 47}) {
        writer.member("id", server.flavor_id).key("links").begin_array();
        write_bookmark(writer, view, "flavors", server.flavor_id);
        writer.end_array().end_object();
        return;
    }
    writer.member("vcpus", server.vcpus).member("ram", server.memory_mb);
    writer.member("disk", server.disk_gb).member("ephemeral", server.ephemeral_gb);
    writer.member("swap", server.swap_mb).member("original_name", server.flavor_name);
    if (server.with_extra_specs) {
        writer.key("extra_specs");
        write_string_map(writer, server.extra_specs);
    }
    writer.end_object();
}

void write_text_or_null(Writer& writer, std::string_view text) {
    if (text.empty()) {
        writer.null();
    } else {
        writer.string(text);
    }
}

auto text_or_null(std::string Server::* member) {
    return computed<ServerDetail>(
        [member](Writer& writer, const ServerDetail& server, const View&) {
            write_text_or_null(writer, server.*member);
        });
}

auto always(const char* raw) {
    return computed<ServerDetail>(
        [raw](Writer& writer, const ServerDetail&, const View&) { writer.raw(raw); });
}

template <class F>
auto shown(F function) {
    return computed<ServerDetail>([function](Writer& writer, const ServerDetail& server,
                                             const View&) { function(writer, server); });
}

bool has_progress(std::string_view status) {
    return status == "ACTIVE" || status == "BUILD" || status == "REBUILD" || status == "RESIZE" ||
           status == "VERIFY_RESIZE" || status == "MIGRATING";
}

GroupNames group_names(const std::vector<network::PortView>& ports) {
    GroupNames groups;
    for (const auto& port : ports) {
        for (const auto& name : port.security_groups) {
            if (std::ranges::find(groups.names, name) == groups.names.end()) {
                groups.names.push_back(name);
            }
        }
    }
    return groups;
}

std::optional<ServerFault> fault_of(const Server& server, const View& view) {
    if (server.vm_state != VmState::error || server.fault_code == 0) {
        return std::nullopt;
    }
    return ServerFault{server.fault_code, server.fault_at.value_or(server.updated_at),
                       server.fault_message, view.admin ? server.fault_details : ""};
}

}  // namespace

void write_json(Writer& writer, const ServerFault& fault) {
    writer.begin_object().member("code", fault.code);
    writer.member("created", format_time(fault.created)).member("message", fault.message);
    if (!fault.details.empty()) {
        writer.member("details", fault.details);
    }
    writer.end_object();
}

void read_json(ServerFault&, const Value&, std::string_view name) {
    throw bad_request("'{}' is read-only.", name);
}

void read_json(GroupNames&, const Value&, std::string_view name) {
    throw bad_request("'{}' is read-only.", name);
}

void write_json(Writer& writer, const GroupNames& groups) {
    writer.begin_array();
    for (const auto& name : groups.names) {
        writer.begin_object().member("name", name).end_object();
    }
    writer.end_array();
}

void write_addresses(Writer& writer, const ServerDetail& server) {
    writer.begin_object();
    // While it is being built a server has no addresses yet, whatever its ports have.
    const bool hidden = server.vm_state == VmState::building;
    std::vector<std::string> done;
    for (const auto& first : server.ports) {
        if (hidden || std::ranges::find(done, first.network_name) != done.end()) {
            continue;
        }
        done.push_back(first.network_name);
        writer.key(first.network_name).begin_array();
        for (const auto& port : server.ports) {
            if (port.network_name != first.network_name) {
                continue;
            }
            for (const auto& ip : port.fixed_ips) {
                writer.begin_object().member("version", ip.ip_version).member("addr", ip.address);
                if (!server.plain_addresses) {
                    writer.member("OS-EXT-IPS:type", "fixed");
                    writer.member("OS-EXT-IPS-MAC:mac_addr", port.mac_address);
                }
                writer.end_object();
            }
        }
        writer.end_array();
    }
    writer.end_object();
}

const Fields<Server> brief_server_fields{"server",
                                         "servers",
                                         {
                                             {"id", &Server::id},
                                             {"name", &Server::name},
                                             {"links", computed<Server>(write_server_links)},
                                         }};

const Fields<ServerDetail> server_fields{
    "server",
    "servers",
    {
        {"id", &Server::id},
        {"name", &Server::name},
        {"status", shown([](Writer& writer, const ServerDetail& server) {
             writer.string(status_of(server.vm_state, server.task_state));
         })},
        {"tenant_id", &Server::project_id},
        {"user_id", &Server::user_id},
        {"metadata", &Server::metadata},
        {"hostId", computed<ServerDetail>(write_host_id)},
        {"image", computed<ServerDetail>(write_image)},
        {"flavor", computed<ServerDetail>(write_flavor)},
        {"created", &Server::created_at},
        {"updated", &Server::updated_at},
        {"addresses", shown(write_addresses)},
        {"accessIPv4", &Server::access_ipv4},
        {"accessIPv6", &Server::access_ipv6},
        {"links", computed<ServerDetail>(write_server_links)},
        {"OS-DCF:diskConfig", &Server::disk_config},
        {"fault", &ServerDetail::fault, hidden_when_empty},
        {"progress", &ServerDetail::shown_progress, hidden_when_empty},
        {"OS-EXT-AZ:availability_zone", &Server::availability_zone},
        {"config_drive", shown([](Writer& writer, const ServerDetail& server) {
             writer.string(server.config_drive ? "True" : "");
         })},
        {"key_name", text_or_null(&Server::key_name)},
        {"OS-SRV-USG:launched_at", &Server::launched_at, time_bare},
        {"OS-SRV-USG:terminated_at", always("null")},
        {"security_groups", &ServerDetail::security_groups, hidden_when_empty},
        {"OS-EXT-SRV-ATTR:host", shown([](Writer& writer, const ServerDetail& server) {
             write_text_or_null(writer, server.host);
         }),
         admin_only},
        {"OS-EXT-SRV-ATTR:instance_name", shown([](Writer& writer, const ServerDetail& server) {
             writer.string("instance-" + server.id.value.substr(0, 8));
         }),
         admin_only},
        {"OS-EXT-SRV-ATTR:hypervisor_hostname",
         shown([](Writer& writer, const ServerDetail& server) {
             write_text_or_null(writer, server.host);
         }),
         admin_only},
        {"OS-EXT-SRV-ATTR:reservation_id", &Server::reservation_id, since(2, 3), admin_only},
        {"OS-EXT-SRV-ATTR:launch_index", &Server::launch_index, since(2, 3), admin_only},
        {"OS-EXT-SRV-ATTR:hostname", &Server::hostname, since(2, 3), until(2, 89), admin_only},
        {"OS-EXT-SRV-ATTR:hostname", &Server::hostname, since(2, 90)},
        {"OS-EXT-SRV-ATTR:kernel_id", always("\"\""), since(2, 3), admin_only},
        {"OS-EXT-SRV-ATTR:ramdisk_id", always("\"\""), since(2, 3), admin_only},
        {"OS-EXT-SRV-ATTR:root_device_name", &Server::root_device, since(2, 3), admin_only},
        {"OS-EXT-SRV-ATTR:user_data", text_or_null(&Server::user_data), since(2, 3), admin_only},
        {"OS-EXT-STS:task_state", shown([](Writer& writer, const ServerDetail& server) {
             write_text_or_null(writer, to_text(server.task_state));
         })},
        {"OS-EXT-STS:vm_state", &Server::vm_state},
        {"OS-EXT-STS:power_state", shown([](Writer& writer, const ServerDetail& server) {
             writer.integer(static_cast<int>(server.power_state));
         })},
        {"os-extended-volumes:volumes_attached", always("[]")},
        {"host_status", shown([](Writer& writer, const ServerDetail& server) {
             writer.string(server.host.empty() ? "" : server.host_up ? "UP" : "DOWN");
         }),
         since(2, 16), admin_only},
        {"locked",
         shown([](Writer& writer, const ServerDetail& server) { writer.boolean(server.locked()); }),
         since(2, 9)},
        {"locked_reason", &Server::locked_reason, since(2, 73)},
        {"description", &Server::description, since(2, 19)},
        {"tags", &Server::tags, since(2, 26)},
        {"trusted_image_certificates", always("null"), since(2, 63)},
        {"server_groups", &ServerDetail::server_groups, since(2, 71), hidden_when_empty},
    },
    Unknown::refuse};

View server_view(const http::Request& request) {
    auto view = view_of(request);
    view.admin = request.may(extended_attributes);
    return view;
}

std::vector<ServerDetail> with_details(sql::Transaction& tx, State& compute,
                                       const http::Request& request, std::vector<Server> servers) {
    const auto view = server_view(request);
    const bool extra_specs = request.version() >= Version{2, 47} &&
                             request.may("os_compute_api:servers:show:flavor-extra-specs");
    std::vector<ServerId> ids;
    ids.reserve(servers.size());
    for (const auto& server : servers) {
        ids.push_back(server.id);
    }
    auto ports = compute.network.ports_of(tx, ids);
    std::map<HostName, bool> up;
    if (view.admin && request.version() >= Version{2, 16}) {
        for (const auto& host : compute.host_rows.list(tx)) {
            up[host.name] = host.is_up(tx.now(), compute.settings.service_down_time);
        }
    }
    std::vector<ServerDetail> details;
    details.reserve(servers.size());
    for (auto& server : servers) {
        auto& detail = details.emplace_back();
        static_cast<Server&>(detail) = std::move(server);
        if (auto found = ports.find(detail.id); found != ports.end()) {
            detail.ports = std::move(found->second);
        }
        const auto host = up.find(detail.host);
        detail.host_up = host != up.end() && host->second;
        detail.with_extra_specs = extra_specs;
        detail.fault = fault_of(detail, view);
        if (has_progress(status_of(detail.vm_state, detail.task_state))) {
            detail.shown_progress = detail.progress;
        }
        detail.security_groups = group_names(detail.ports);
    }
    return details;
}

ServerDetail detail_of(sql::Transaction& tx, State& compute, const http::Request& request,
                       Server server) {
    std::vector<Server> one;
    one.push_back(std::move(server));
    auto detail = std::move(with_details(tx, compute, request, std::move(one)).front());
    if (request.version() >= Version{2, 71}) {
        detail.server_groups.emplace();
        if (auto group = compute.server_groups.group_of(tx, detail.id)) {
            detail.server_groups->push_back(*group);
        }
    }
    return detail;
}

Text show_changed(ServerDetail server, const http::Request& request) {
    auto view = server_view(request);
    if (request.version() < Version{2, 75}) {
        server.plain_addresses = true;
        view.only = {"id",
                     "name",
                     "status",
                     "tenant_id",
                     "user_id",
                     "metadata",
                     "hostId",
                     "image",
                     "flavor",
                     "created",
                     "updated",
                     "addresses",
                     "accessIPv4",
                     "accessIPv6",
                     "links",
                     "OS-DCF:diskConfig",
                     "fault",
                     "progress",
                     "host_status",
                     "locked",
                     "locked_reason",
                     "description",
                     "tags",
                     "trusted_image_certificates",
                     "server_groups"};
    }
    return server_fields.show(server, view);
}

Server visible_server(sql::Transaction& tx, State& compute, http::Request& request) {
    const ServerId id(request.path_part("id"));
    auto server = compute.servers.get(tx, id);
    // Whose it is decides whether it exists at all for this caller.
    if (server.project_id != request.caller().project_id && !request.is_admin()) {
        throw not_found("Instance {} could not be found.", id);
    }
    request.authorize({.user = server.user_id, .project = server.project_id});
    return server;
}

Server changeable_server(sql::Transaction& tx, State& compute, http::Request& request) {
    auto server = visible_server(tx, compute, request);
    if (server.locked() && !request.is_admin()) {
        throw conflict("Instance {} is locked", server.id);
    }
    return server;
}

}  // namespace welkin::compute
