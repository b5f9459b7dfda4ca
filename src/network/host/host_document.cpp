// How a HostDocument travels: the same field tables that workflows save their contexts with.
#include "core/json/fields.h"
#include "network/host/host_network.h"

namespace welkin::network {

namespace {

const json::Fields<Subnet> subnet_fields{"subnet",
                                         "subnets",
                                         {
                                             {"id", &Subnet::id},
                                             {"ip_version", &Subnet::ip_version},
                                             {"cidr", &Subnet::cidr},
                                             {"gateway_ip", &Subnet::gateway_ip},
                                             {"enable_dhcp", &Subnet::enable_dhcp},
                                             {"ipv6_ra_mode", &Subnet::ipv6_ra_mode},
                                             {"ipv6_address_mode", &Subnet::ipv6_address_mode},
                                             {"dns_nameservers", &Subnet::dns_nameservers},
                                             {"host_routes", &Subnet::host_routes},
                                         }};

const json::Fields<Port> port_fields{"port",
                                     "ports",
                                     {
                                         {"id", &Port::id},
                                         {"admin_state_up", &Port::admin_state_up},
                                         {"mac_address", &Port::mac_address},
                                         {"device_owner", &Port::device_owner},
                                         {"port_security_enabled", &Port::port_security_enabled},
                                         {"allowed_address_pairs", &Port::allowed_address_pairs},
                                         {"extra_dhcp_opts", &Port::extra_dhcp_opts},
                                         {"dns_name", &Port::dns_name},
                                         {"fixed_ips", &Port::fixed_ips},
                                         {"security_groups", &Port::security_groups},
                                     }};

const json::Fields<SecurityGroupRule> rule_fields{
    "rule",
    "rules",
    {
        {"id", &SecurityGroupRule::id},
        {"direction", &SecurityGroupRule::direction},
        {"ethertype", &SecurityGroupRule::ethertype},
        {"protocol", &SecurityGroupRule::protocol},
        {"port_range_min", &SecurityGroupRule::port_range_min},
        {"port_range_max", &SecurityGroupRule::port_range_max},
        {"remote_ip_prefix", &SecurityGroupRule::remote_ip_prefix},
        {"remote_group_id", &SecurityGroupRule::remote_group_id},
    }};

template <class T>
json::Value save_all(const json::Fields<T>& fields, const std::vector<T>& objects) {
    json::Array list;
    list.reserve(objects.size());
    for (const auto& object : objects) {
        list.push_back(fields.save(object));
    }
    return list;
}

template <class T>
std::vector<T> load_all(const json::Fields<T>& fields, const json::Value& saved) {
    std::vector<T> objects;
    if (saved.is_array()) {
        for (const auto& each : saved.as_array()) {
            objects.push_back(fields.load(each));
        }
    }
    return objects;
}

json::Value texts(const std::vector<std::string>& list) {
    return json::Array(list.begin(), list.end());
}

std::vector<std::string> texts_from(const json::Value& value) {
    std::vector<std::string> list;
    if (value.is_array()) {
        for (const auto& each : value.as_array()) {
            list.push_back(each.as_string());
        }
    }
    return list;
}

HostNet net_from_json(const json::Value& value) {
    HostNet net;
    net.id = NetworkId(value.text("id"));
    net.mtu = static_cast<int>(value.integer("mtu", 1500));
    net.subnets = load_all(subnet_fields, value["subnets"]);
    net.ports = load_all(port_fields, value["ports"]);
    if (value["dhcp"].is_object()) {
        net.dhcp = port_fields.load(value["dhcp"]);
    }
    net.foreign_gateways = texts_from(value["foreign_gateways"]);
    return net;
}

}  // namespace

json::Value to_json(const HostDocument& document) {
    json::Array networks;
    for (const auto& net : document.networks) {
        json::Value value(json::Object{{"id", net.id.value},
                                       {"mtu", net.mtu},
                                       {"subnets", save_all(subnet_fields, net.subnets)},
                                       {"ports", save_all(port_fields, net.ports)},
                                       {"foreign_gateways", texts(net.foreign_gateways)}});
        if (net.dhcp) {
            value.set("dhcp", port_fields.save(*net.dhcp));
        }
        networks.push_back(std::move(value));
    }
    json::Array groups;
    for (const auto& group : document.groups) {
        groups.push_back(json::Object{{"id", group.id.value},
                                      {"rules", save_all(rule_fields, group.rules)},
                                      {"members", texts(group.members)}});
    }
    return json::Object{{"dns_domain", document.dns_domain},
                        {"networks", std::move(networks)},
                        {"groups", std::move(groups)}};
}

HostDocument host_document_from_json(const json::Value& value) {
    HostDocument document;
    document.dns_domain = value.text("dns_domain");
    if (value["networks"].is_array()) {
        for (const auto& net : value["networks"].as_array()) {
            document.networks.push_back(net_from_json(net));
        }
    }
    if (value["groups"].is_array()) {
        for (const auto& group : value["groups"].as_array()) {
            document.groups.push_back({GroupId(group.text("id")),
                                       load_all(rule_fields, group["rules"]),
                                       texts_from(group["members"])});
        }
    }
    return document;
}

}  // namespace welkin::network
