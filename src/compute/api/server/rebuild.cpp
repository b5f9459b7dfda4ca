// The action "rebuild": a server starts afresh from an image, and keeps its id and its addresses.
#include <algorithm>

#include "compute/api/links.h"
#include "compute/api/server/access_address.h"
#include "compute/api/server/admin_password.h"
#include "compute/api/server/server_actions.h"
#include "compute/api/server/server_metadata.h"
#include "compute/api/server/server_view.h"
#include "compute/hostname.h"
#include "compute/new_server.h"
#include "compute/work/workflows.h"
#include "core/base/uuid.h"

namespace welkin::compute {

using namespace json;  // the words of field tables
using http::Reply;
using http::Request;
using json::text;

namespace {

/// What goes into the server as it is.
const Fields<Server> server_fields_in{
    "server",
    "servers",
    {
        {"name", &Server::name, printable_name(255)},
        {"metadata", &Server::metadata, Check{check_metadata}},
        {"OS-DCF:diskConfig", &Server::disk_config, one_of({"AUTO", "MANUAL"})},
        {"accessIPv4", &Server::access_ipv4, ip_address()},
        {"accessIPv6", &Server::access_ipv6, ip_address()},
        {"description", &Server::description, since(2, 19), text(0, 255)},
        {"hostname", &Server::hostname, since(2, 90), Check{check_hostname}},
    },
};

/// What is looked at more closely, or is not kept.
struct Rest {
    std::string image_ref;
    std::string admin_pass;
    bool preserve_ephemeral = false;
    Value key_name;
    Value user_data;
    Value personality;
    Value certificates;
};
const Fields<Rest> rest_fields{
    "server",
    "servers",
    {
        {"imageRef", &Rest::image_ref, required, text(1, 255)},
        {"adminPass", &Rest::admin_pass, text(0, 255)},
        {"preserve_ephemeral", &Rest::preserve_ephemeral, lenient},
        {"key_name", &Rest::key_name, since(2, 54)},
        {"user_data", &Rest::user_data, since(2, 57)},
        {"personality", &Rest::personality, until(2, 56)},
        {"trusted_image_certificates", &Rest::certificates, since(2, 63)},
    },
};

struct Wanted {
    Object ours;
    Rest rest;
};

Wanted read_wanted(const Request& request) {
    Wanted wanted;
    Object theirs;
    for (const auto& member : request.json("rebuild").as_object()) {
        const bool rest = std::ranges::any_of(
            rest_fields.rows(), [&](const auto& row) { return row.name == member.first; });
        (rest ? theirs : wanted.ours).push_back(member);
    }
    wanted.rest = rest_fields.parse(theirs, request.version());
    const auto& rest = wanted.rest;
    if (!is_uuid(rest.image_ref)) {
        throw bad_request("Invalid imageRef provided: the id of an image is needed.");
    }
    if (rest.preserve_ephemeral) {
        throw bad_request("No host of this cloud can preserve an ephemeral disk in a rebuild.");
    }
    if (rest.personality.is_array() && !rest.personality.as_array().empty()) {
        throw bad_request("Files cannot be injected in this cloud: use user_data instead.");
    }
    if (rest.certificates.is_array() && !rest.certificates.as_array().empty()) {
        throw bad_request(
            "Image signatures are not checked in this cloud, so certificates cannot "
            "be asked for.");
    }
    return wanted;
}

/// null takes the key away.
void change_key(sql::Transaction& tx, State& compute, const Request& request, Server& server) {
    const auto* given = request.json("rebuild").find("key_name");
    if (!given) {
        return;
    }
    if (given->is_null()) {
        server.key_name.clear();
        server.key_type.clear();
        server.public_key.clear();
        return;
    }
    const auto keypair =
        given->is_string() ? compute.keypairs.find(tx, request.caller().user_id, given->as_string())
                           : std::nullopt;
    if (!keypair) {
        throw bad_request("Invalid key_name provided.");
    }
    server.key_name = keypair->name;
    server.key_type = keypair->type;
    server.public_key = keypair->public_key;
}

/// null takes the user data away.
void change_user_data(const Request& request, Server& server) {
    const auto* given = request.json("rebuild").find("user_data");
    if (!given) {
        return;
    }
    if (!given->is_null()) {
        check_user_data("user_data", *given);
    }
    server.user_data = given->is_null() ? std::string() : given->as_string();
}

/// Another image may need more room where the flavor leaves the size of the disk to the image.
void change_image(sql::Transaction& tx, State& compute, const Request& request, Server& server,
                  const std::string& id) {
    const auto image =
        find_bootable_image(tx, compute, request.caller(), id, server.memory_mb, server.disk_gb);
    const auto needed = resources_of(server.vcpus, server.memory_mb, server.disk_gb,
                                     server.ephemeral_gb, server.swap_mb, image);
    if (!compute.placement.claim(tx, server.id, server.host, needed, server.project_id)) {
        throw bad_request("There is not enough room for image {} on the host of instance {}.", id,
                          server.id);
    }
    server.image_id = image.id;
}

void rebuild(sql::Transaction& tx, State& compute, Request& request, const Wanted& wanted) {
    auto server = changeable_server(tx, compute, request);
    require_state(server, Action::rebuild);
    if (server.host.empty()) {
        throw conflict("Instance {} was never built: it is on no host.", server.id);
    }
    server_fields_in.update(server, wanted.ours, request.version());
    server.access_ipv6 = canonical_address(server.access_ipv6);
    const auto limit = compute.quotas.limits(tx, server.project_id).at("metadata_items");
    if (!within(limit, 0, static_cast<int64_t>(server.metadata.size()))) {
        throw over_limit("Maximum number of metadata items exceeds {}", limit);
    }
    change_key(tx, compute, request, server);
    change_user_data(request, server);
    change_image(tx, compute, request, server, wanted.rest.image_ref);
    compute.servers.update(
        tx, server,
        {"name", "metadata", "disk_config", "access_ipv4", "access_ipv6", "description", "hostname",
         "key_name", "key_type", "public_key", "user_data", "image_id"});
    start_rebuild(tx, compute, std::move(server), request.author(), wanted.rest.admin_pass);
}

/// The server as after any change, with what only this action shows.
Reply rebuilt_reply(const Request& request, const ServerDetail& server, std::string password) {
    auto shown = parse(show_changed(server, request).value)["server"];
    if (request.version() >= Version{2, 54}) {
        shown.set("key_name", server.key_name.empty() ? Value() : Value(server.key_name));
    }
    if (request.version() >= Version{2, 57}) {
        shown.erase("OS-EXT-SRV-ATTR:user_data");
        shown.set("user_data", server.user_data.empty() ? Value() : Value(server.user_data));
    }
    shown.set("adminPass", std::move(password));
    auto reply = http::accepted(wrapped("server", [&](Writer& writer) { writer.value(shown); }));
    reply.headers.set("Location",
                      fmt::format("{}{}/servers/{}", request.base_url, api_prefix, server.id));
    return reply;
}

}  // namespace

/// {"rebuild": {"imageRef": ...}}
Task<Reply> rebuild_action(Request& request, State& compute) {
    auto wanted = read_wanted(request);
    auto& password = wanted.rest.admin_pass;
    if (password.empty()) {
        password = make_admin_password(compute.core.env);
    }
    const auto server = co_await compute.core.database.write([&](sql::Transaction& tx) {
        rebuild(tx, compute, request, wanted);
        return detail_of(tx, compute, request,
                         compute.servers.get(tx, ServerId(request.path_part("id"))));
    });
    co_return rebuilt_reply(request, server, password);
}

}  // namespace welkin::compute
