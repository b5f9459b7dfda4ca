#include "network/routes.h"

#include "network/api/agents.h"
#include "network/api/discovery.h"
#include "network/api/networks.h"
#include "network/api/ports.h"
#include "network/api/quotas.h"
#include "network/api/security_groups.h"
#include "network/api/subnets.h"
#include "network/api/tags.h"

namespace welkin::network {

namespace {

using http::Flag;
using enum http::Method;
using Row = http::Route<Network::State>;

constexpr auto cached = Flag::cached;
constexpr auto open_to_all = Flag::public_route;

const Row rows[] = {
    {GET, "", show_version, "", open_to_all},
    {GET, "/extensions", list_extensions, "get_extension", cached},
    {GET, "/extensions/{alias}", show_extension, "get_extension", cached},
    {GET, "/availability_zones", list_availability_zones, "get_availability_zone", cached},

    {GET, "/networks", list_networks, "get_network", cached},
    {POST, "/networks", create_network, "create_network"},
    {GET, "/networks/{id}", show_network, "get_network", cached},
    {PUT, "/networks/{id}", update_network, "update_network"},
    {DELETE, "/networks/{id}", delete_network, "delete_network"},

    {GET, "/subnets", list_subnets, "get_subnet", cached},
    {POST, "/subnets", create_subnet, "create_subnet"},
    {GET, "/subnets/{id}", show_subnet, "get_subnet", cached},
    {PUT, "/subnets/{id}", update_subnet, "update_subnet"},
    {DELETE, "/subnets/{id}", delete_subnet, "delete_subnet"},

    {GET, "/ports", list_ports, "get_port", cached},
    {POST, "/ports", create_port_request, "create_port"},
    {GET, "/ports/{id}", show_port, "get_port", cached},
    {PUT, "/ports/{id}", update_port, "update_port"},
    {DELETE, "/ports/{id}", delete_port, "delete_port"},

    {GET, "/security-groups", list_security_groups, "get_security_group", cached},
    {POST, "/security-groups", create_security_group, "create_security_group"},
    {GET, "/security-groups/{id}", show_security_group, "get_security_group", cached},
    {PUT, "/security-groups/{id}", update_security_group, "update_security_group"},
    {DELETE, "/security-groups/{id}", delete_security_group, "delete_security_group"},

    {GET, "/security-group-rules", list_security_group_rules, "get_security_group_rule", cached},
    {POST, "/security-group-rules", create_security_group_rule, "create_security_group_rule"},
    {GET, "/security-group-rules/{id}", show_security_group_rule, "get_security_group_rule",
     cached},
    {DELETE, "/security-group-rules/{id}", delete_security_group_rule,
     "delete_security_group_rule"},

    {GET, "/quotas", list_quotas, "get_quotas", cached},
    {GET, "/quotas/tenant", show_quota_project, "get_quota"},
    {GET, "/quotas/project", show_quota_project, "get_quota"},
    {GET, "/quotas/{project_id}", show_quota, "get_quota", cached},
    {PUT, "/quotas/{project_id}", update_quota, "update_quota"},
    {DELETE, "/quotas/{project_id}", delete_quota, "delete_quota"},
    {GET, "/quotas/{project_id}/default", show_default_quota, "get_quota"},
    {GET, "/quotas/{project_id}/details", show_quota_details, "get_quota", cached},
    {GET, "/quotas/{project_id}/details.json", show_quota_details, "get_quota", cached},

    {GET, "/agents", list_agents, "get_agent"},
    {GET, "/agents/{id}", show_agent, "get_agent"},
    {PUT, "/agents/{id}", update_agent, "update_agent"},
    {DELETE, "/agents/{id}", delete_agent, "delete_agent"},

    {GET, "/{collection}/{id}/tags", list_tags, "get_tags", cached},
    {PUT, "/{collection}/{id}/tags", replace_tags, "update_tags"},
    {DELETE, "/{collection}/{id}/tags", delete_tags, "delete_tags"},
    {GET, "/{collection}/{id}/tags/{tag}", show_tag, "get_tags", cached},
    {PUT, "/{collection}/{id}/tags/{tag}", add_tag, "update_tags"},
    {DELETE, "/{collection}/{id}/tags/{tag}", delete_tag, "delete_tags"},
};

const Row version_rows[] = {
    {GET, "", list_versions, "", open_to_all},
};

}  // namespace

std::span<const Row> routes() { return rows; }
std::span<const Row> version_routes() { return version_rows; }

}  // namespace welkin::network
