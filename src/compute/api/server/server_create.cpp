// POST /servers.
#include <algorithm>

#include "compute/api/links.h"
#include "compute/api/server/access_address.h"
#include "compute/api/server/admin_password.h"
#include "compute/api/server/server_metadata.h"
#include "compute/api/server/servers.h"
#include "compute/hostname.h"
#include "compute/new_server.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

namespace welkin::compute {

using namespace json;  // the words of field tables
using http::Reply;
using http::Request;
using json::text;

namespace {

/// The body as it comes, before what belongs together is looked at together.
struct Body {
    NewServer server;
    Value image_ref;
    std::string flavor_ref;
    std::string admin_pass;
    Value networks;
    Value security_groups;
    Value block_devices;
    Value block_devices_v2;
    Value personality;
    std::optional<std::vector<std::string>> certificates;
    std::string zone;
    std::string host;
    std::string hypervisor;
    std::optional<int64_t> min_count;
    std::optional<int64_t> max_count;
    bool return_reservation_id = false;
};

/// What goes into the server as it is.
const Fields<NewServer> server_fields_in{
    "server",
    "servers",
    {
        {"name", &NewServer::name, required, printable_name(255)},
        {"metadata", &NewServer::metadata, Check{check_metadata}},
        {"OS-DCF:diskConfig", &NewServer::disk_config, one_of({"AUTO", "MANUAL"})},
        {"accessIPv4", &NewServer::access_ipv4, ip_address()},
        {"accessIPv6", &NewServer::access_ipv6, ip_address()},
        {"config_drive", &NewServer::config_drive, lenient},
        {"key_name", &NewServer::key_name, text(1, 255)},
        {"user_data", &NewServer::user_data, Check{check_user_data}},
        {"description", &NewServer::description, since(2, 19), text(0, 255)},
        {"tags", &NewServer::tags, since(2, 52), Check{check_tags}},
        {"hostname", &NewServer::hostname, since(2, 90), Check{check_hostname}},
    },
};

/// What must be looked at together with something else.
const Fields<Body> other_fields{
    "server",
    "servers",
    {
        {"imageRef", &Body::image_ref},
        {"flavorRef", &Body::flavor_ref, required, lenient, text(1, 255)},
        {"adminPass", &Body::admin_pass, text(0, 255)},
        {"networks", &Body::networks, required_since(2, 37)},
        {"security_groups", &Body::security_groups},
        {"block_device_mapping", &Body::block_devices},
        {"block_device_mapping_v2", &Body::block_devices_v2},
        {"personality", &Body::personality, until(2, 56)},
        {"trusted_image_certificates", &Body::certificates, since(2, 63)},
        {"availability_zone", &Body::zone, printable_name(255)},
        {"host", &Body::host, since(2, 74), text(1, 255)},
        {"hypervisor_hostname", &Body::hypervisor, since(2, 74), text(1, 255)},
        {"min_count", &Body::min_count, lenient, range(1, 0x7fffffff)},
        {"max_count", &Body::max_count, lenient, range(1, 0x7fffffff)},
        {"return_reservation_id", &Body::return_reservation_id, lenient},
    },
};

/// Shares the members of `whole` out between the two tables; what neither knows is refused by the
/// first.
Body read_body(const Value& whole, Version version) {
    Object ours, theirs;
    for (const auto& member : whole.as_object()) {
        const bool known = std::ranges::any_of(
            other_fields.rows(), [&](const auto& row) { return row.name == member.first; });
        (known ? theirs : ours).push_back(member);
    }
    auto server = server_fields_in.parse(ours, version);
    auto body = other_fields.parse(theirs, version);
    body.server = std::move(server);
    return body;
}

void read_image(Body& body) {
    // A block device map that only says "this image on local disk" is the same as an imageRef.
    const auto& devices = body.block_devices_v2;
    if (!body.block_devices.is_null() &&
        !(body.block_devices.is_array() && body.block_devices.as_array().empty())) {
        throw bad_request(
            "Block Device Mapping is Invalid: volumes cannot be attached in this "
            "cloud yet.");
    }
    std::string from_device;
    if (!devices.is_null() && !devices.is_array()) {
        throw bad_request("'block_device_mapping_v2' must be a list, not {}.", devices.kind());
    }
    if (devices.is_array() && !devices.as_array().empty()) {
        const auto& device = devices.as_array().front();
        const bool plain = devices.as_array().size() == 1 &&
                           device.text("source_type") == "image" &&
                           device.text("destination_type", "local") == "local";
        if (!plain) {
            throw bad_request(
                "Block Device Mapping is Invalid: only one device, an image on a "
                "local disk, can be given.");
        }
        from_device = device.text("uuid");
    }
    auto id = body.image_ref.is_string() ? body.image_ref.as_string() : std::string();
    if (!body.image_ref.is_null() && !body.image_ref.is_string()) {
        throw bad_request("'imageRef' must be the id of an image, not {}.", body.image_ref.kind());
    }
    if (id.empty()) {
        id = from_device;
    }
    if (id.empty() || !is_uuid(id)) {
        throw bad_request("Invalid imageRef provided: the id of an image is needed.");
    }
    body.server.image_id = id;
}

network::NicRequest read_nic(const Value& given, Version version) {
    if (!given.is_object()) {
        throw bad_request("Each of 'networks' must be an object, not {}.", given.kind());
    }
    network::NicRequest nic;
    for (const auto& [name, value] : given.as_object()) {
        const bool tag = name == "tag" && version >= Version{2, 32} && version != Version{2, 37};
        if (name != "uuid" && name != "port" && name != "fixed_ip" && !tag) {
            throw bad_request("Additional properties are not allowed ('{}' was unexpected)", name);
        }
        if (!value.is_string() && !(name == "port" && value.is_null())) {
            throw bad_request("'networks' {} must be a string, not {}.", name, value.kind());
        }
    }
    nic.network_id = NetworkId(given.text("uuid"));
    nic.port_id = PortId(given.text("port"));
    nic.fixed_ip = given.text("fixed_ip");
    nic.tag = given.text("tag");
    if (!nic.fixed_ip.empty()) {
        ip_address().check("fixed_ip", Value(nic.fixed_ip));
    }
    if (nic.port_id.empty() && !is_uuid(nic.network_id)) {
        throw bad_request("Bad networks format: network uuid is not in proper format ({})",
                          nic.network_id);
    }
    if (!nic.port_id.empty() && !is_uuid(nic.port_id)) {
        throw bad_request("Bad networks format: port uuid is not in proper format ({})",
                          nic.port_id);
    }
    if (!nic.port_id.empty() && !nic.fixed_ip.empty()) {
        throw bad_request(
            "Specified Fixed IP '{}' cannot be used with port '{}': the two cannot "
            "be specified together.",
            nic.fixed_ip, nic.port_id);
    }
    if (!nic.port_id.empty()) {
        nic.network_id = {};
    }
    return nic;
}

void read_networks(Body& body, Version version) {
    auto& server = body.server;
    const auto& networks = body.networks;
    if (networks.is_string() && version >= Version{2, 37}) {
        const auto& word = networks.as_string();
        if (word != "auto" && word != "none") {
            throw bad_request("'networks' must be a list, 'auto' or 'none', not '{}'.", word);
        }
        server.automatic_network = word == "auto";
        return;
    }
    if (networks.is_null()) {
        server.automatic_network = true;
        return;
    }
    if (!networks.is_array()) {
        throw bad_request("'networks' must be a list, not {}.", networks.kind());
    }
    for (const auto& given : networks.as_array()) {
        auto nic = read_nic(given, version);
        const bool again = std::ranges::any_of(server.nics, [&](const auto& other) {
            return !nic.port_id.empty() && other.port_id == nic.port_id;
        });
        if (again) {
            throw bad_request("Port {} is named twice.", nic.port_id);
        }
        server.nics.push_back(std::move(nic));
    }
    server.automatic_network = server.nics.empty();
}

void read_security_groups(Body& body) {
    if (body.security_groups.is_null()) {
        return;
    }
    if (!body.security_groups.is_array()) {
        throw bad_request("'security_groups' must be a list, not {}.", body.security_groups.kind());
    }
    for (const auto& group : body.security_groups.as_array()) {
        const auto* name = group.find("name");
        if (!name || !name->is_string() || name->as_string().empty()) {
            throw bad_request("Each of 'security_groups' must be an object with a 'name'.");
        }
        auto& names = body.server.security_groups;
        if (std::ranges::find(names, name->as_string()) == names.end()) {
            names.push_back(name->as_string());
        }
    }
}

/// "zone", "zone:host" or "zone:host:node"; a host only for those who may name one.
void read_destination(Body& body, const Request& request) {
    auto& server = body.server;
    const auto parts = text::split(body.zone, ':');
    if (parts.size() > 3) {
        throw bad_request(
            "Unable to parse availability_zone '{}': zone, zone:host or "
            "zone:host:node is needed.",
            body.zone);
    }
    server.zone = parts.empty() ? "" : parts[0];
    if (parts.size() > 1) {
        if (!request.may("os_compute_api:servers:create:forced_host")) {
            throw forbidden(
                "Policy doesn't allow os_compute_api:servers:create:forced_host to be "
                "performed.");
        }
        server.host = HostName(!parts[1].empty() ? parts[1] : parts.back());
        server.zone.clear();
    }
    const auto named = !body.host.empty() ? body.host : body.hypervisor;
    if (named.empty()) {
        return;
    }
    if (!request.may("compute:servers:create:requested_destination")) {
        throw forbidden(
            "Policy doesn't allow compute:servers:create:requested_destination to be "
            "performed.");
    }
    if (!server.host.empty()) {
        throw bad_request(
            "One mechanism with host and/or hypervisor_hostname and another "
            "mechanism with zone:host:node are mutually exclusive.");
    }
    server.host = HostName(named);
}

void read_hints(NewServer& server, const Value& hints) {
    if (hints.is_null()) {
        return;
    }
    if (!hints.is_object()) {
        throw bad_request("'os:scheduler_hints' must be an object, not {}.", hints.kind());
    }
    const auto read_ids = [&](const char* name, std::vector<std::string>& into) {
        const auto& value = hints[name];
        const auto list = value.is_array() ? value.as_array() : Array{value};
        for (const auto& id : list) {
            if (id.is_null()) {
                continue;
            }
            if (!id.is_string() || !is_uuid(id.as_string())) {
                throw bad_request("The hint '{}' must be the id of a server, or a list of them.",
                                  name);
            }
            into.push_back(id.as_string());
        }
    };
    if (const auto* group = hints.find("group")) {
        if (!group->is_string() || !is_uuid(group->as_string())) {
            throw bad_request("The hint 'group' must be the id of a server group.");
        }
        server.group_id = group->as_string();
    }
    read_ids("same_host", server.same_host);
    read_ids("different_host", server.different_host);
}

void read_counts(Body& body, State& compute) {
    auto& server = body.server;
    server.min_count = body.min_count.value_or(1);
    server.max_count = body.max_count.value_or(server.min_count);
    if (server.min_count > server.max_count) {
        throw bad_request("min_count must be <= max_count");
    }
    if (server.max_count > compute.settings.max_servers_per_request) {
        throw bad_request("max_count may be at most {}.", compute.settings.max_servers_per_request);
    }
    if (server.max_count > 1 && !server.hostname.empty()) {
        throw bad_request("Unable to allocate a single hostname to multiple instances");
    }
    const bool fixed = std::ranges::any_of(
        server.nics, [](const auto& nic) { return !nic.fixed_ip.empty() || !nic.port_id.empty(); });
    if (server.max_count > 1 && fixed) {
        throw bad_request("A port or a fixed IP can be given to one server only, not to {}.",
                          server.max_count);
    }
}

Body read_request(Request& request, State& compute) {
    const auto version = request.version();
    auto body = read_body(
        envelope(request, "server", {"os:scheduler_hints", "OS-SCH-HNT:scheduler_hints"}), version);
    body.server.flavor_id = body.flavor_ref;
    body.server.access_ipv6 = canonical_address(body.server.access_ipv6);
    read_image(body);
    read_networks(body, version);
    read_security_groups(body);
    read_destination(body, request);
    read_counts(body, compute);
    for (const char* key : {"os:scheduler_hints", "OS-SCH-HNT:scheduler_hints"}) {
        read_hints(body.server, request.json()[key]);
    }
    if (body.certificates && !body.certificates->empty()) {
        throw bad_request(
            "Image signatures are not checked in this cloud, so certificates cannot "
            "be asked for.");
    }
    if (body.personality.is_array() && !body.personality.as_array().empty()) {
        throw bad_request("Files cannot be injected in this cloud: use user_data instead.");
    }
    if (version < Version{2, 19}) {
        body.server.description = body.server.name;
    }
    return body;
}

}  // namespace

/// POST /servers: everything is decided and reserved before the answer; what takes time is a
/// workflow.
Task<Reply> create_server(Request& request, State& compute) {
    auto body = read_request(request, compute);
    request.authorize();
    if (body.admin_pass.empty()) {
        body.admin_pass = make_admin_password(compute.core.env);
    }
    body.server.admin_pass = body.admin_pass;

    const auto servers = co_await compute.core.database.write([&](sql::Transaction& tx) {
        return make_servers(tx, compute, request.caller(), request.author(), body.server);
    });

    if (body.return_reservation_id) {
        co_return http::accepted(wrapped("reservation_id", [&](Writer& writer) {
            writer.string(servers.front().reservation_id);
        }));
    }
    const auto view = view_of(request);
    const auto& server = servers.front();
    auto reply = http::accepted(wrapped("server", [&](Writer& writer) {
        writer.begin_object().member("id", server.id.value).key("links");
        write_links(writer, view, "servers", server.id);
        writer.member("OS-DCF:diskConfig", server.disk_config);
        writer.key("security_groups").begin_array();
        const auto& groups = body.server.security_groups;
        for (const auto& name : groups.empty() ? std::vector<std::string>{"default"} : groups) {
            writer.begin_object().member("name", name).end_object();
        }
        writer.end_array().member("adminPass", body.admin_pass).end_object();
    }));
    reply.headers.set("Location",
                      fmt::format("{}{}/servers/{}", view.base_url, api_prefix, server.id));
    co_return reply;
}

}  // namespace welkin::compute
