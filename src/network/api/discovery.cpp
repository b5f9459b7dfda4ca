// versions, extensions and availability zones.
#include "network/api/discovery.h"

#include "network/state.h"

namespace welkin::network {

namespace {

using http::Reply;
using http::Request;

struct Extension {
    const char* alias;
    const char* name;
    const char* description;
};

// Only what works. Clients and test suites take each alias at its word.
constexpr Extension extensions[] = {
    {"agent", "agent", "Hosts that carry networks, and whether they are heard of."},
    {"allowed-address-pairs", "Allowed Address Pairs", "Further addresses a port may send from."},
    {"availability_zone", "Availability Zone", "Availability zones."},
    {"binding", "Port Binding", "On which host a port is, and how it is connected there."},
    {"dns-integration", "DNS Integration", "Host names of ports."},
    {"empty-string-filtering", "Empty String Filtering Extension",
     "Filters by the empty text, e.g. device_id=."},
    {"external-net", "Neutron external network", "Networks marked as leading outside."},
    {"extra_dhcp_opt", "Neutron Extra DHCP options", "DHCP options of single ports."},
    {"ip-substring-filtering", "IP address substring filtering", "Ports by part of their address."},
    {"net-mtu", "Network MTU", "The MTU of a network."},
    {"net-mtu-writable", "Network MTU (writable)", "An MTU that can be set."},
    {"network_availability_zone", "Network Availability Zone", "Availability zones of networks."},
    {"pagination", "Pagination support", "Lists in pages."},
    {"port-security", "Port Security", "Guarding can be switched off for a port or a network."},
    {"project-id", "project_id field enabled", "project_id beside tenant_id."},
    {"provider", "Provider Network", "How a network is carried."},
    {"quota_details", "Quota details management support", "Quotas with what is used of them."},
    {"quotas", "Quota management support", "Limits of projects."},
    {"revision-if-match", "If-Match constraints based on revision_number",
     "Changes that apply to one revision only."},
    {"security-group", "security-group", "Groups of rules on ports."},
    {"security-groups-normalized-cidr", "Normalized CIDR field for security group rules",
     "normalized_cidr in rules."},
    {"sorting", "Sorting support", "sort_key and sort_dir."},
    {"standard-attr-description", "standard-attr-description", "Descriptions."},
    {"standard-attr-revisions", "Resource revision numbers", "Revision numbers."},
    {"standard-attr-tag", "Tag support for resources with standard attribute",
     "Tags of networks, subnets, ports and security groups."},
    {"standard-attr-timestamp", "Resource timestamps", "created_at and updated_at."},
};

void write_version(json::Writer& writer, const Request& request) {
    writer.begin_object().member("id", "v2.0").member("status", "CURRENT");
    writer.key("links").begin_array().begin_object();
    writer.member("rel", "self").member("href", request.base_url + "/network/v2.0/");
    writer.end_object().end_array().end_object();
}

void write_extension(json::Writer& writer, const Extension& extension) {
    writer.begin_object().member("alias", extension.alias).member("name", extension.name);
    writer.member("description", extension.description);
    writer.member("updated", "2026-11-01T00:00:00-00:00");
    writer.key("links").begin_array().end_array().end_object();
}

}  // namespace

/// GET /: the one version there is.
Task<Reply> list_versions(Request& request, Network::State&) {
    json::Text body;
    json::Writer writer(body.value);
    writer.begin_object().key("versions").begin_array();
    write_version(writer, request);
    writer.end_array().end_object();
    co_return http::ok(std::move(body));
}

/// GET /v2.0/: its resources.
Task<Reply> show_version(Request& request, Network::State&) {
    json::Text body;
    json::Writer writer(body.value);
    writer.begin_object().key("resources").begin_array();
    for (const auto& [name, collection] : {std::pair{"network", "networks"},
                                           {"subnet", "subnets"},
                                           {"port", "ports"},
                                           {"security_group", "security-groups"},
                                           {"security_group_rule", "security-group-rules"},
                                           {"quota", "quotas"},
                                           {"agent", "agents"},
                                           {"extension", "extensions"}}) {
        writer.begin_object().member("name", name).member("collection", collection);
        writer.key("links").begin_array().begin_object().member("rel", "self");
        writer.member("href", fmt::format("{}/network/v2.0/{}", request.base_url, collection));
        writer.end_object().end_array().end_object();
    }
    writer.end_array().end_object();
    co_return http::ok(std::move(body));
}

/// GET /extensions
Task<Reply> list_extensions(Request& request, Network::State&) {
    request.authorize();
    json::Text body;
    json::Writer writer(body.value);
    writer.begin_object().key("extensions").begin_array();
    for (const auto& extension : extensions) {
        write_extension(writer, extension);
    }
    writer.end_array().end_object();
    co_return http::ok(std::move(body));
}

/// GET /extensions/{alias}
Task<Reply> show_extension(Request& request, Network::State&) {
    request.authorize();
    const auto& alias = request.path_part("alias");
    for (const auto& extension : extensions) {
        if (extension.alias == alias) {
            json::Text body;
            json::Writer writer(body.value);
            writer.begin_object().key("extension");
            write_extension(writer, extension);
            writer.end_object();
            co_return http::ok(std::move(body));
        }
    }
    throw not_found("Extension with alias {} does not exist", alias);
}

/// GET /availability_zones
Task<Reply> list_availability_zones(Request& request, Network::State& network) {
    request.authorize();
    co_return http::ok(json::Value(
        json::Object{{"availability_zones",
                      json::Array{json::Object{{"name", network.settings.availability_zone},
                                               {"resource", "network"},
                                               {"state", "available"}}}}}));
}

}  // namespace welkin::network
