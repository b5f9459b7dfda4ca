// The OpenStack format: JSON documents by version.
#include <arpa/inet.h>

#include "compute/metadata/documents.h"
#include "core/base/text.h"
#include "core/json/json.h"

namespace welkin::compute::metadata {
namespace {

constexpr std::string_view versions[] = {"2012-08-10", "2013-04-04", "2013-10-17",
                                         "2015-10-15", "2016-06-30", "2016-10-06",
                                         "2017-02-22", "2018-08-27", "2020-10-14"};

std::string meta_data(const Subject& subject) {
    const auto& server = subject.server;
    std::string text;
    json::Writer writer(text);
    writer.begin_object();
    writer.member("uuid", server.id.value).member("name", server.name);
    writer.member("hostname", server.hostname);
    writer.member("availability_zone", server.availability_zone);
    writer.member("launch_index", server.launch_index);
    writer.member("project_id", server.project_id.value);
    writer.key("meta").begin_object();
    for (const auto& [key, value] : server.metadata) {
        writer.member(key, value);
    }
    writer.end_object();
    if (!server.public_key.empty()) {
        writer.key("public_keys").begin_object();
        writer.member(server.key_name, server.public_key).end_object();
        writer.key("keys").begin_array().begin_object();
        writer.member("name", server.key_name);
        writer.member("type", server.key_type.empty() ? "ssh" : server.key_type);
        writer.member("data", server.public_key).end_object().end_array();
    }
    if (!subject.admin_pass.empty()) {
        writer.member("admin_pass", subject.admin_pass);
    }
    writer.member("random_seed", text::to_base64(subject.random_seed));
    writer.key("devices").begin_array().end_array();
    writer.key("dedicated_cpus").begin_array().end_array();
    writer.end_object();
    return text;
}

/// "255.255.255.0", or the IPv6 spelling of the same idea.
std::string netmask(int prefix_length, int ip_version) {
    uint8_t bytes[16] = {};
    const int bits = ip_version == 4 ? 32 : 128;
    for (int bit = 0; bit < std::min(prefix_length, bits); ++bit) {
        bytes[bit / 8] |= static_cast<uint8_t>(0x80 >> (bit % 8));
    }
    char text[INET6_ADDRSTRLEN] = {};
    inet_ntop(ip_version == 4 ? AF_INET : AF_INET6, bytes, text, sizeof text);
    return text;
}

void write_route(json::Writer& writer, std::string_view destination, std::string_view gateway,
                 int ip_version) {
    const auto slash = destination.find('/');
    const auto length = slash == std::string_view::npos
                            ? (ip_version == 4 ? 32 : 128)
                            : text::to_integer(destination.substr(slash + 1)).value_or(0);
    writer.begin_object();
    writer.member("network", destination.substr(0, slash));
    writer.member("netmask", netmask(static_cast<int>(length), ip_version));
    writer.member("gateway", gateway).end_object();
}

void write_dns(json::Writer& writer, const network::FixedIp& fixed) {
    for (const auto& address : fixed.dns_nameservers) {
        writer.begin_object().member("type", "dns").member("address", address).end_object();
    }
}

void write_network(json::Writer& writer, const network::PortView& port,
                   const network::FixedIp& fixed, const std::string& link, int number) {
    const bool four = fixed.ip_version == 4;
    writer.begin_object();
    writer.member("id", fmt::format("network{}", number)).member("link", link);
    writer.member("network_id", port.network_id.value);
    writer.member("type", std::string(four ? "ipv4" : "ipv6") + (fixed.dhcp ? "_dhcp" : ""));
    if (!fixed.dhcp) {
        writer.member("ip_address", fixed.address);
        writer.member("netmask", netmask(fixed.prefix_length, fixed.ip_version));
        writer.key("routes").begin_array();
        if (!fixed.gateway.empty()) {
            write_route(writer, four ? "0.0.0.0/0" : "::/0", fixed.gateway, fixed.ip_version);
        }
        for (const auto& [destination, next_hop] : fixed.host_routes) {
            write_route(writer, destination, next_hop, fixed.ip_version);
        }
        writer.end_array();
        writer.key("services").begin_array();
        write_dns(writer, fixed);
        writer.end_array();
    }
    writer.end_object();
}

std::string network_data(const Subject& subject) {
    const auto link_of = [](const network::PortView& port) {
        return "tap" + port.id.value.substr(0, 11);
    };
    std::string text;
    json::Writer writer(text);
    writer.begin_object().key("links").begin_array();
    for (const auto& port : subject.ports) {
        writer.begin_object();
        writer.member("id", link_of(port)).member("vif_id", port.id.value).member("type", "bridge");
        writer.member("mtu", port.mtu).member("ethernet_mac_address", port.mac_address);
        writer.end_object();
    }
    writer.end_array().key("networks").begin_array();
    int number = 0;
    for (const auto& port : subject.ports) {
        for (const auto& fixed : port.fixed_ips) {
            write_network(writer, port, fixed, link_of(port), number++);
        }
    }
    writer.end_array().key("services").begin_array();
    for (const auto& port : subject.ports) {
        for (const auto& fixed : port.fixed_ips) {
            write_dns(writer, fixed);
        }
    }
    writer.end_array().end_object();
    return text;
}

}  // namespace

std::span<const std::string_view> openstack_versions() { return versions; }

Documents openstack_documents(const Subject& subject, std::string_view version) {
    // Dates compare as text; "latest" is greater than any.
    Documents documents = {{"meta_data.json", meta_data(subject)}};
    if (!subject.server.user_data.empty()) {
        documents["user_data"] = text::from_base64(subject.server.user_data).value_or("");
    }
    if (version >= "2013-10-17") {
        documents["vendor_data.json"] = "{}";
    }
    if (version >= "2015-10-15") {
        documents["network_data.json"] = network_data(subject);
    }
    if (version >= "2016-10-06") {
        documents["vendor_data2.json"] = "{}";
    }
    return documents;
}

}  // namespace welkin::compute::metadata
