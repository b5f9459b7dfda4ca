#include "network/policy.h"

namespace welkin::network {

namespace {

constexpr const char* admin = "rule:context_is_admin";
constexpr const char* member = "rule:project_member_or_admin";
constexpr const char* reader = "rule:project_reader_or_admin";
// The owner of a network decides more about what is on it than the owner of a port does.
constexpr const char* net_owner =
    "rule:context_is_admin or (role:member and project_id:%(network:project_id)s)";
constexpr const char* net_owner_or_shared =
    "rule:context_is_admin or (role:member and project_id:%(network:project_id)s) or "
    "'True':%(shared)s";
constexpr const char* member_or_net_owner =
    "rule:project_member_or_admin or (role:member and project_id:%(network:project_id)s)";

constexpr auth::PolicyRule rules[] = {
    {"create_network", member, "Create a network."},
    {"create_network:shared", admin, "Create a network that all projects may use."},
    {"create_network:router:external", admin, "Create an external network."},
    {"create_network:is_default", admin, "Create the default external network."},
    {"create_network:port_security_enabled", member, "Say whether its ports are guarded."},
    {"create_network:provider:network_type", admin, "Say how a network is carried."},
    {"create_network:provider:physical_network", admin, "Say where a network is carried."},
    {"create_network:provider:segmentation_id", admin, "Say a network's number on the wire."},
    {"get_network",
     "rule:project_reader_or_admin or (role:reader and ('True':%(shared)s or 'True':%(external)s))",
     "See a network."},
    {"update_network", member, "Change a network."},
    {"update_network:shared", admin, "Share a network with all projects."},
    {"update_network:router:external", admin, "Make a network external."},
    {"update_network:is_default", admin, "Make a network the default external one."},
    {"update_network:port_security_enabled", member, "Say whether its ports are guarded."},
    {"update_network:provider:network_type", admin, "Change how a network is carried."},
    {"update_network:provider:physical_network", admin, "Change where a network is carried."},
    {"update_network:provider:segmentation_id", admin, "Change a network's number."},
    {"delete_network", member, "Delete a network."},

    {"create_subnet", net_owner, "Create a subnet."},
    {"get_subnet", "rule:project_reader_or_admin or (role:reader and 'True':%(shared)s)",
     "See a subnet."},
    {"update_subnet", member_or_net_owner, "Change a subnet."},
    {"delete_subnet", member_or_net_owner, "Delete a subnet."},

    {"create_port", member, "Create a port."},
    {"create_port:device_owner", net_owner, "Create a port of the network's own services."},
    {"create_port:mac_address", net_owner, "Choose a port's MAC address."},
    {"create_port:fixed_ips", net_owner_or_shared, "Choose a port's addresses."},
    {"create_port:port_security_enabled", net_owner, "Create a port without guard."},
    {"create_port:binding:host_id", admin, "Create a port on a host."},
    {"create_port:binding:profile", admin, "Create a port with a binding profile."},
    {"create_port:binding:vnic_type", member, "Choose a port's kind of interface."},
    {"create_port:allowed_address_pairs", net_owner, "Create a port with further addresses."},
    {"get_port",
     "rule:project_reader_or_admin or (role:reader and project_id:%(network:project_id)s)",
     "See a port."},
    {"update_port", member, "Change a port."},
    {"update_port:device_owner", net_owner, "Make a port one of the network's own services."},
    {"update_port:mac_address", admin, "Change a port's MAC address."},
    {"update_port:fixed_ips", net_owner_or_shared, "Change a port's addresses."},
    {"update_port:port_security_enabled", net_owner, "Switch a port's guard."},
    {"update_port:binding:host_id", admin, "Move a port to a host."},
    {"update_port:binding:profile", admin, "Change a port's binding profile."},
    {"update_port:binding:vnic_type", member, "Change a port's kind of interface."},
    {"update_port:allowed_address_pairs", net_owner, "Change a port's further addresses."},
    {"delete_port", member_or_net_owner, "Delete a port."},

    {"create_security_group", member, "Create a security group."},
    {"get_security_group", reader, "See a security group."},
    {"update_security_group", member, "Change a security group."},
    {"delete_security_group", member, "Delete a security group."},
    {"create_security_group_rule", member, "Create a security group rule."},
    {"get_security_group_rule",
     "rule:project_reader_or_admin or (role:reader and project_id:%(security_group:project_id)s)",
     "See a security group rule."},
    {"delete_security_group_rule", member, "Delete a security group rule."},

    {"get_quota", reader, "See a project's quotas."},
    {"update_quota", admin, "Change a project's quotas."},
    {"delete_quota", admin, "Reset a project's quotas."},
    {"get_quotas", admin, "See the quotas of all projects."},

    {"get_agent", admin, "See the hosts that carry networks."},
    {"update_agent", admin, "Describe a host that carries networks."},
    {"delete_agent", admin, "Forget a host that carries networks."},
    {"get_availability_zone", "role:reader", "See availability zones."},
    {"get_extension", "@", "See what this cloud's networking can do."},

    {"get_tags", "@", "See the tags of a resource that one sees."},
    {"update_tags", member, "Tag a resource."},
    {"delete_tags", member, "Take tags away."},
};

}  // namespace

std::span<const auth::PolicyRule> policy_rules() { return rules; }

}  // namespace welkin::network
