#include "network/api/port_fields.h"

#include "network/address.h"
#include "network/store/tag_store.h"

namespace welkin::network {

namespace {

using json::admin_only;
using json::column;
using json::create_only;
using json::lenient;
using json::no_filter;
using json::no_sort;
using json::read_only;

void write_vif_type(json::Writer& writer, const PortBody& port, const json::View&) {
    writer.string(port.host_id.empty() ? "unbound" : "bridge");
}

void write_vif_details(json::Writer& writer, const PortBody& port, const json::View&) {
    writer.begin_object();
    if (!port.host_id.empty()) {
        writer.member("port_filter", true);
    }
    writer.end_object();
}

/// Names under which the DHCP server announces the port's addresses.
void write_dns_assignment(json::Writer& writer, const PortBody& port, const json::View&) {
    writer.begin_array();
    for (const auto& fixed : port.fixed_ips) {
        auto name = port.dns_name;
        if (name.empty()) {
            name = "host-" + fixed.ip_address;
            std::replace(name.begin(), name.end(), '.', '-');
            std::replace(name.begin(), name.end(), ':', '-');
        }
        writer.begin_object().member("ip_address", fixed.ip_address);
        writer.member("hostname", name);
        writer.member("fqdn", fmt::format("{}.{}.", name, port.dns_suffix)).end_object();
    }
    writer.end_array();
}

void write_allocation(json::Writer& writer, const PortBody&, const json::View&) {
    writer.string("immediate");
}

json::Check hostname() {
    return json::pattern("([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)?",
                         "a host name of letters, digits and hyphens");
}

}  // namespace

const json::Fields<PortBody> port_fields{
    "port",
    "ports",
    {
        {"id", &PortBody::id, read_only},
        {"name", &PortBody::name, json::text(0, max_name)},
        {"network_id", &PortBody::network_id, create_only, json::required, json::uuid()},
        {"tenant_id", &PortBody::project_id, create_only, column("project_id")},
        {"project_id", &PortBody::project_id, create_only},
        {"mac_address", &PortBody::mac_address, json::mac_address()},
        {"admin_state_up", &PortBody::admin_state_up, lenient},
        {"status", &PortBody::status, read_only},
        {"device_id", &PortBody::device_id, json::text(0, max_name)},
        {"device_owner", &PortBody::device_owner, json::text(0, max_name)},
        {"fixed_ips", &PortBody::fixed_ips},
        {"allowed_address_pairs", &PortBody::allowed_address_pairs},
        {"extra_dhcp_opts", &PortBody::extra_dhcp_opts},
        {"security_groups", &PortBody::security_groups, json::strings(64, max_name)},
        {"description", &PortBody::description, json::text(0, max_name)},
        {"binding:vnic_type", &PortBody::vnic_type, column("vnic_type"),
         json::one_of({"normal", "macvtap", "direct"})},
        {"binding:profile", &PortBody::binding_profile, admin_only, no_filter, no_sort},
        {"binding:host_id", &PortBody::host_id, admin_only, column("host_id"),
         json::text(0, max_name)},
        {"binding:vif_type", json::computed<PortBody>(write_vif_type), admin_only},
        {"binding:vif_details", json::computed<PortBody>(write_vif_details), admin_only},
        {"port_security_enabled", &PortBody::port_security_enabled, lenient},
        {"dns_name", &PortBody::dns_name, hostname()},
        {"dns_assignment", json::computed<PortBody>(write_dns_assignment)},
        {"ip_allocation", json::computed<PortBody>(write_allocation)},
        {"tags", &PortBody::tags, read_only},
        {"created_at", &PortBody::created_at, read_only},
        {"updated_at", &PortBody::updated_at, read_only},
        {"revision_number", &PortBody::revision_number, read_only},
    }};

const json::PageRules port_page_rules{
    .known = {"tags", "tags-any", "not-tags", "not-tags-any", "fixed_ips", "security_groups"}};

const std::vector<Guarded> guarded_port_attributes = {{"mac_address", nullptr},
                                                      {"fixed_ips", nullptr},
                                                      {"port_security_enabled", nullptr},
                                                      {"binding:host_id", ""},
                                                      {"binding:profile", nullptr},
                                                      {"binding:vnic_type", "normal"},
                                                      {"allowed_address_pairs", json::Array{}}};

json::Value tidy_port(const json::Value& body) {
    auto copy = body;
    const auto drop_null = [&](const char* name) {
        if (const auto* value = copy.find(name); value && value->is_null()) {
            copy.erase(name);
        }
    };
    for (const char* list : {"fixed_ips", "allowed_address_pairs", "extra_dhcp_opts"}) {
        if (const auto* value = copy.find(list); value && value->is_null()) {
            copy.set(list, json::Array{});
        }
    }
    for (const char* text : {"binding:host_id", "device_id", "device_owner", "dns_name"}) {
        if (const auto* value = copy.find(text); value && value->is_null()) {
            copy.set(text, "");
        }
    }
    if (const auto* value = copy.find("binding:profile"); value && value->is_null()) {
        copy.set("binding:profile", json::Object{});
    }
    drop_null("mac_address");
    drop_null("security_groups");
    return copy;
}

Scope port_scope(const http::Request& request) {
    Scope scope;
    if (!request.is_admin()) {
        const auto& own = request.caller().project_id.value;
        scope.also(
            "project_id = ? OR network_id IN (SELECT id FROM network_network WHERE "
            "project_id = ?)",
            {own, own});
    }
    TagStore::narrow(scope, request.query);
    if (const auto groups = request.query.all("security_groups"); !groups.empty()) {
        auto in = any_of("security_group_id", {groups.begin(), groups.end()});
        scope.also("id IN (SELECT port_id FROM network_port_group WHERE " + in.sql + ")",
                   std::move(in.args));
    }
    // Conditions of one kind are alternatives, of different kinds all must hold.
    std::vector<std::string> addresses;
    std::vector<std::string> subnets;
    for (const auto condition : request.query.all("fixed_ips")) {
        const auto equal = condition.find('=');
        const auto key = condition.substr(0, equal);
        const auto value = equal == std::string_view::npos ? "" : condition.substr(equal + 1);
        if (key == "ip_address") {
            const auto ip = Ip::parse(value);
            addresses.emplace_back(ip ? ip->text() : std::string(value));
        } else if (key == "subnet_id" || key == "subnet") {
            subnets.emplace_back(value);
        } else if (key == "ip_address_substr") {
            std::string pattern;
            for (const char c : value) {
                pattern +=
                    c == '%' || c == '_' || c == '!' ? std::string("!") + c : std::string(1, c);
            }
            scope.also(
                "id IN (SELECT port_id FROM network_fixed_ip WHERE address LIKE ? "
                "ESCAPE '!')",
                {"%" + pattern + "%"});
        } else {
            throw bad_request(
                "fixed_ips can be filtered by ip_address, ip_address_substr and "
                "subnet_id, not by '{}'.",
                key);
        }
    }
    const auto narrow = [&](const char* name, const std::vector<std::string>& values) {
        if (!values.empty()) {
            auto in = any_of(name, values);
            scope.also("id IN (SELECT port_id FROM network_fixed_ip WHERE " + in.sql + ")",
                       std::move(in.args));
        }
    };
    narrow("address", addresses);
    narrow("subnet_id", subnets);
    return scope;
}

}  // namespace welkin::network
