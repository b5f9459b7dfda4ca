// Where a server is connected: /ips, /os-interface; and what is attached: /os-volume_attachments.
#include "compute/api/links.h"
#include "compute/api/server/server_metadata.h"
#include "compute/api/server/server_view.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

Task<ServerDetail> read_detail(Request& request, State& compute) {
    co_return co_await compute.core.database.read([&](sql::Transaction& tx) {
        ServerDetail detail;
        static_cast<Server&>(detail) = visible_server(tx, compute, request);
        detail.ports = compute.network.ports_of(tx, detail.id);
        detail.plain_addresses = true;
        return detail;
    });
}

void write_interface(json::Writer& writer, const network::PortView& port, Version version) {
    writer.begin_object().member("port_state", port.status).key("fixed_ips").begin_array();
    for (const auto& ip : port.fixed_ips) {
        writer.begin_object().member("subnet_id", ip.subnet_id.value);
        writer.member("ip_address", ip.address).end_object();
    }
    writer.end_array().member("port_id", port.id.value);
    writer.member("net_id", port.network_id.value).member("mac_addr", port.mac_address);
    if (version >= Version{2, 70}) {
        if (port.tag.empty()) {
            writer.member_null("tag");
        } else {
            writer.member("tag", port.tag);
        }
    }
    writer.end_object();
}

}  // namespace

/// GET /servers/{id}/ips
Task<Reply> list_addresses(Request& request, State& compute) {
    const auto detail = co_await read_detail(request, compute);
    co_return http::ok(
        wrapped("addresses", [&](json::Writer& writer) { write_addresses(writer, detail); }));
}

/// GET /servers/{id}/ips/{network}
Task<Reply> show_addresses(Request& request, State& compute) {
    auto detail = co_await read_detail(request, compute);
    const auto& network = request.path_part("network");
    std::erase_if(detail.ports, [&](const auto& port) { return port.network_name != network; });
    if (detail.ports.empty()) {
        throw not_found("Instance is not a member of specified network");
    }
    json::Text body;
    json::Writer writer(body.value);
    write_addresses(writer, detail);
    co_return http::ok(std::move(body));
}

/// GET /servers/{id}/os-interface
Task<Reply> list_interfaces(Request& request, State& compute) {
    const auto detail = co_await read_detail(request, compute);
    co_return http::ok(wrapped("interfaceAttachments", [&](json::Writer& writer) {
        writer.begin_array();
        for (const auto& port : detail.ports) {
            write_interface(writer, port, request.version());
        }
        writer.end_array();
    }));
}

/// GET /servers/{id}/os-interface/{port}
Task<Reply> show_interface(Request& request, State& compute) {
    const auto detail = co_await read_detail(request, compute);
    const auto& wanted = request.path_part("port");
    for (const auto& port : detail.ports) {
        if (port.id.value == wanted) {
            co_return http::ok(wrapped("interfaceAttachment", [&](json::Writer& writer) {
                write_interface(writer, port, request.version());
            }));
        }
    }
    throw not_found("Instance {} does not have a port with id {}", detail.id, wanted);
}

/// GET /servers/{id}/os-volume_attachments: there are no volumes to attach yet.
Task<Reply> list_volume_attachments(Request& request, State& compute) {
    co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return visible_server(tx, compute, request); });
    co_return http::ok(wrapped("volumeAttachments",
                               [](json::Writer& writer) { writer.begin_array().end_array(); }));
}

}  // namespace welkin::compute
