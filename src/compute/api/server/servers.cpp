#include "compute/api/server/servers.h"

#include "compute/api/links.h"
#include "compute/api/paging.h"
#include "compute/api/server/access_address.h"
#include "compute/api/server/server_view.h"
#include "compute/hostname.h"
#include "compute/work/workflows.h"

namespace welkin::compute {

using namespace json;  // the words of field tables
using http::Reply;
using http::Request;
using json::text;

namespace {

void check_ipv4(std::string_view name, const Value& value) {
    ip_address().check(name, value);
    if (value.as_string().find(':') != std::string::npos) {
        throw bad_request("'{}' must be an IPv4 address, not '{}'.", name, value.as_string());
    }
}

void check_ipv6(std::string_view name, const Value& value) {
    ip_address().check(name, value);
    if (value.as_string().find(':') == std::string::npos) {
        throw bad_request("'{}' must be an IPv6 address, not '{}'.", name, value.as_string());
    }
}

/// What PUT may change.
const Fields<Server> changeable_fields{
    "server",
    "servers",
    {
        {"name", &Server::name, printable_name(255)},
        {"description", &Server::description, since(2, 19), text(0, 255)},
        {"hostname", &Server::hostname, since(2, 90), Check{check_hostname}},
        {"OS-DCF:diskConfig", &Server::disk_config, column("disk_config"),
         one_of({"AUTO", "MANUAL"})},
        {"accessIPv4", &Server::access_ipv4, column("access_ipv4"), Check{check_ipv4}},
        {"accessIPv6", &Server::access_ipv6, column("access_ipv6"), Check{check_ipv6}},
    },
};

}  // namespace

/// GET /servers/{id}
Task<Reply> show_server(Request& request, State& compute) {
    const auto server = co_await compute.core.database.read([&](sql::Transaction& tx) {
        return detail_of(tx, compute, request, visible_server(tx, compute, request));
    });
    co_return http::ok(server_fields.show(server, server_view(request)));
}

/// PUT /servers/{id}: name, description and the like.
Task<Reply> update_server(Request& request, State& compute) {
    const auto& body = envelope(request, "server");
    auto server = co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto changed = visible_server(tx, compute, request);
        changeable_fields.update(changed, body, request.version());
        changed.access_ipv6 = canonical_address(changed.access_ipv6);
        compute.servers.update(
            tx, changed,
            {"name", "description", "hostname", "disk_config", "access_ipv4", "access_ipv6"});
        history::append(
            tx, request.author(),
            {"compute", "server", changed.id.value, "update", body, changed.project_id});
        return detail_of(tx, compute, request, std::move(changed));
    });
    co_return http::ok(show_changed(std::move(server), request));
}

/// DELETE /servers/{id}: at once for a server that is on no host, else by a workflow.
Task<Reply> delete_server(Request& request, State& compute) {
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto server = changeable_server(tx, compute, request);
        start_delete(tx, compute, std::move(server), request.author());
    });
    co_return http::no_content();
}

}  // namespace welkin::compute
