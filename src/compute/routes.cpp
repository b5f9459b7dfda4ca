#include "compute/routes.h"

#include "compute/api/aggregates.h"
#include "compute/api/flavors.h"
#include "compute/api/hosts.h"
#include "compute/api/keypairs.h"
#include "compute/api/links.h"
#include "compute/api/proxy/images.h"
#include "compute/api/proxy/security_groups.h"
#include "compute/api/quotas.h"
#include "compute/api/server/server_actions.h"
#include "compute/api/server/server_metadata.h"
#include "compute/api/server/servers.h"
#include "compute/api/versions.h"
#include "core/http/error_styles.h"

namespace welkin::compute {

namespace {

using http::Flag;
using http::since;
using http::until;
using enum http::Method;
using Route = http::Route<State>;

/// A row for one member of the body of POST .../action.
constexpr Route action(const char* path, const char* member, auto handler, const char* rule,
                       VersionRange versions = {}) {
    return {.method = POST,
            .path = path,
            .handler = handler,
            .rule = rule,
            .versions = versions,
            .action = member};
}

const Route flavor_routes[] = {
    {GET, "/flavors", list_flavors, "os_compute_api:flavors", Flag::cached},
    {GET, "/flavors/detail", list_flavors_detail, "os_compute_api:flavors", Flag::cached},
    {GET, "/flavors/{id}", show_flavor, "os_compute_api:flavors", Flag::cached},
    {POST, "/flavors", create_flavor, "os_compute_api:os-flavor-manage:create"},
    {PUT, "/flavors/{id}", update_flavor, "os_compute_api:os-flavor-manage:update", Flag::none,
     since(2, 55)},
    {DELETE, "/flavors/{id}", delete_flavor, "os_compute_api:os-flavor-manage:delete"},
    {GET, "/flavors/{id}/os-extra_specs", list_flavor_specs,
     "os_compute_api:os-flavor-extra-specs:index", Flag::cached},
    {POST, "/flavors/{id}/os-extra_specs", create_flavor_specs,
     "os_compute_api:os-flavor-extra-specs:create"},
    {GET, "/flavors/{id}/os-extra_specs/{key}", show_flavor_spec,
     "os_compute_api:os-flavor-extra-specs:show", Flag::cached},
    {PUT, "/flavors/{id}/os-extra_specs/{key}", update_flavor_spec,
     "os_compute_api:os-flavor-extra-specs:update"},
    {DELETE, "/flavors/{id}/os-extra_specs/{key}", delete_flavor_spec,
     "os_compute_api:os-flavor-extra-specs:delete"},
    {GET, "/flavors/{id}/os-flavor-access", list_flavor_access, "os_compute_api:os-flavor-access",
     Flag::cached},
    action("/flavors/{id}/action", "addTenantAccess", add_flavor_access,
           "os_compute_api:os-flavor-access:add_tenant_access"),
    action("/flavors/{id}/action", "removeTenantAccess", remove_flavor_access,
           "os_compute_api:os-flavor-access:remove_tenant_access"),
};

const Route keypair_routes[] = {
    {GET, "/os-keypairs", list_keypairs, "os_compute_api:os-keypairs:index", Flag::cached},
    {POST, "/os-keypairs", create_keypair, "os_compute_api:os-keypairs:create"},
    {GET, "/os-keypairs/{name}", show_keypair, "os_compute_api:os-keypairs:show", Flag::cached},
    {DELETE, "/os-keypairs/{name}", delete_keypair, "os_compute_api:os-keypairs:delete"},
};

const Route server_routes[] = {
    {GET, "/servers", list_servers, "os_compute_api:servers:index", Flag::cached},
    {GET, "/servers/detail", list_servers_detail, "os_compute_api:servers:detail", Flag::cached},
    {POST, "/servers", create_server, "os_compute_api:servers:create"},
    {GET, "/servers/{id}", show_server, "os_compute_api:servers:show", Flag::cached},
    {PUT, "/servers/{id}", update_server, "os_compute_api:servers:update"},
    {DELETE, "/servers/{id}", delete_server, "os_compute_api:servers:delete"},
    {GET, "/servers/{id}/metadata", list_metadata, "os_compute_api:server-metadata:index",
     Flag::cached},
    {POST, "/servers/{id}/metadata", add_metadata, "os_compute_api:server-metadata:create"},
    {PUT, "/servers/{id}/metadata", replace_metadata, "os_compute_api:server-metadata:update_all"},
    {GET, "/servers/{id}/metadata/{key}", show_metadata, "os_compute_api:server-metadata:show",
     Flag::cached},
    {PUT, "/servers/{id}/metadata/{key}", set_metadata, "os_compute_api:server-metadata:update"},
    {DELETE, "/servers/{id}/metadata/{key}", delete_metadata,
     "os_compute_api:server-metadata:delete"},
    {GET, "/servers/{id}/tags", list_tags, "os_compute_api:os-server-tags:index", Flag::cached,
     since(2, 26)},
    {PUT, "/servers/{id}/tags", replace_tags, "os_compute_api:os-server-tags:update_all",
     Flag::none, since(2, 26)},
    {DELETE, "/servers/{id}/tags", delete_tags, "os_compute_api:os-server-tags:delete_all",
     Flag::none, since(2, 26)},
    {GET, "/servers/{id}/tags/{tag}", check_tag, "os_compute_api:os-server-tags:show", Flag::cached,
     since(2, 26)},
    {PUT, "/servers/{id}/tags/{tag}", add_tag, "os_compute_api:os-server-tags:update",
     Flag::raw_body, since(2, 26)},
    {DELETE, "/servers/{id}/tags/{tag}", delete_tag, "os_compute_api:os-server-tags:delete",
     Flag::none, since(2, 26)},
    {GET, "/servers/{id}/ips", list_addresses, "os_compute_api:ips:index", Flag::cached},
    {GET, "/servers/{id}/ips/{network}", show_addresses, "os_compute_api:ips:show", Flag::cached},
    {GET, "/servers/{id}/os-interface", list_interfaces, "os_compute_api:os-attach-interfaces:list",
     Flag::cached},
    {GET, "/servers/{id}/os-interface/{port}", show_interface,
     "os_compute_api:os-attach-interfaces:show", Flag::cached},
    {GET, "/servers/{id}/os-volume_attachments", list_volume_attachments,
     "os_compute_api:os-volumes-attachments:index", Flag::cached},
    {GET, "/servers/{id}/diagnostics", show_diagnostics, "os_compute_api:os-server-diagnostics"},
    {GET, "/servers/{id}/os-instance-actions", list_instance_actions,
     "os_compute_api:os-instance-actions:list", Flag::cached},
    {GET, "/servers/{id}/os-instance-actions/{request_id}", show_instance_action,
     "os_compute_api:os-instance-actions:show", Flag::cached},
    {POST, "/servers/{id}/remote-consoles", create_remote_console,
     "os_compute_api:os-remote-consoles", Flag::none, since(2, 6)},
};

const Route action_routes[] = {
    action("/servers/{id}/action", "os-start", start_action, "os_compute_api:servers:start"),
    action("/servers/{id}/action", "os-stop", stop_action, "os_compute_api:servers:stop"),
    action("/servers/{id}/action", "reboot", reboot_action, "os_compute_api:servers:reboot"),
    action("/servers/{id}/action", "pause", pause_action, "os_compute_api:os-pause-server:pause"),
    action("/servers/{id}/action", "unpause", unpause_action,
           "os_compute_api:os-pause-server:unpause"),
    action("/servers/{id}/action", "rebuild", rebuild_action, "os_compute_api:servers:rebuild"),
    action("/servers/{id}/action", "restore", restore_action,
           "os_compute_api:os-deferred-delete:restore"),
    action("/servers/{id}/action", "lock", lock_action, "os_compute_api:os-lock-server:lock"),
    action("/servers/{id}/action", "unlock", unlock_action, "os_compute_api:os-lock-server:unlock"),
    action("/servers/{id}/action", "os-resetState", reset_state_action,
           "os_compute_api:os-admin-actions:reset_state"),
    action("/servers/{id}/action", "forceDelete", force_delete_action,
           "os_compute_api:os-deferred-delete:force"),
    action("/servers/{id}/action", "addSecurityGroup", add_security_group_action,
           "os_compute_api:os-security-groups:add"),
    action("/servers/{id}/action", "removeSecurityGroup", remove_security_group_action,
           "os_compute_api:os-security-groups:remove"),
    action("/servers/{id}/action", "os-getConsoleOutput", console_output_action,
           "os_compute_api:os-console-output"),
    action("/servers/{id}/action", "os-getVNCConsole", vnc_console_action,
           "os_compute_api:os-remote-consoles", until(2, 5)),
};

const Route unsupported_routes[] = {
    action("/servers/{id}/action", "suspend", unsupported_action,
           "os_compute_api:os-suspend-server:suspend"),
    action("/servers/{id}/action", "resume", unsupported_action,
           "os_compute_api:os-suspend-server:resume"),
    action("/servers/{id}/action", "resize", unsupported_action, "os_compute_api:servers:resize"),
    action("/servers/{id}/action", "confirmResize", unsupported_action,
           "os_compute_api:servers:confirm_resize"),
    action("/servers/{id}/action", "revertResize", unsupported_action,
           "os_compute_api:servers:revert_resize"),
    action("/servers/{id}/action", "migrate", unsupported_action,
           "os_compute_api:os-migrate-server:migrate"),
    action("/servers/{id}/action", "os-migrateLive", unsupported_action,
           "os_compute_api:os-migrate-server:migrate_live"),
    action("/servers/{id}/action", "evacuate", unsupported_action, "os_compute_api:os-evacuate"),
    action("/servers/{id}/action", "shelve", unsupported_action, "os_compute_api:os-shelve:shelve"),
    action("/servers/{id}/action", "shelveOffload", unsupported_action,
           "os_compute_api:os-shelve:shelve_offload"),
    action("/servers/{id}/action", "unshelve", unsupported_action,
           "os_compute_api:os-shelve:unshelve"),
    action("/servers/{id}/action", "rescue", unsupported_action, "os_compute_api:os-rescue"),
    action("/servers/{id}/action", "unrescue", unsupported_action, "os_compute_api:os-unrescue"),
    action("/servers/{id}/action", "createImage", unsupported_action,
           "os_compute_api:servers:create_image"),
    action("/servers/{id}/action", "createBackup", unsupported_action,
           "os_compute_api:os-create-backup"),
    action("/servers/{id}/action", "changePassword", unsupported_action,
           "os_compute_api:os-admin-password"),
    {POST, "/servers/{id}/os-interface", unsupported_action,
     "os_compute_api:os-attach-interfaces:create"},
    {DELETE, "/servers/{id}/os-interface/{port}", unsupported_action,
     "os_compute_api:os-attach-interfaces:delete"},
};

const Route project_routes[] = {
    {GET, "/limits", show_limits, "os_compute_api:limits", Flag::cached},
    {GET, "/os-quota-sets/{id}", show_quotas, "os_compute_api:os-quota-sets:show", Flag::cached},
    {GET, "/os-quota-sets/{id}/detail", show_quotas_detail, "os_compute_api:os-quota-sets:detail",
     Flag::cached},
    {GET, "/os-quota-sets/{id}/defaults", show_default_quotas,
     "os_compute_api:os-quota-sets:defaults", Flag::cached},
    {PUT, "/os-quota-sets/{id}", update_quotas, "os_compute_api:os-quota-sets:update"},
    {DELETE, "/os-quota-sets/{id}", delete_quotas, "os_compute_api:os-quota-sets:delete"},
    {GET, "/os-quota-class-sets/{id}", show_quota_class, "os_compute_api:os-quota-class-sets:show",
     Flag::cached},
    {PUT, "/os-quota-class-sets/{id}", update_quota_class,
     "os_compute_api:os-quota-class-sets:update"},
    {GET, "/os-simple-tenant-usage", list_usages, "os_compute_api:os-simple-tenant-usage:list"},
    {GET, "/os-simple-tenant-usage/{id}", show_usage, "os_compute_api:os-simple-tenant-usage:show"},
    {GET, "/os-server-groups", list_server_groups, "os_compute_api:os-server-groups:index",
     Flag::cached},
    {POST, "/os-server-groups", create_server_group, "os_compute_api:os-server-groups:create"},
    {GET, "/os-server-groups/{id}", show_server_group, "os_compute_api:os-server-groups:show",
     Flag::cached},
    {DELETE, "/os-server-groups/{id}", delete_server_group,
     "os_compute_api:os-server-groups:delete"},
    {GET, "/extensions", list_extensions, "os_compute_api:extensions", Flag::cached},
    {GET, "/extensions/{alias}", show_extension, "os_compute_api:extensions", Flag::cached},
};

const Route host_routes[] = {
    {GET, "/os-hypervisors", list_hypervisors, "os_compute_api:os-hypervisors:list"},
    {GET, "/os-hypervisors/detail", list_hypervisors_detail,
     "os_compute_api:os-hypervisors:list-detail"},
    {GET, "/os-hypervisors/statistics", show_hypervisor_statistics,
     "os_compute_api:os-hypervisors:statistics", Flag::none, until(2, 87)},
    {GET, "/os-hypervisors/{id}", show_hypervisor, "os_compute_api:os-hypervisors:show"},
    {GET, "/os-hypervisors/{id}/uptime", show_hypervisor_uptime,
     "os_compute_api:os-hypervisors:uptime", Flag::none, until(2, 87)},
    {GET, "/os-hypervisors/{id}/search", search_hypervisors, "os_compute_api:os-hypervisors:search",
     Flag::none, until(2, 52)},
    {GET, "/os-hypervisors/{id}/servers", list_hypervisor_servers,
     "os_compute_api:os-hypervisors:servers", Flag::none, until(2, 52)},
    {GET, "/os-hosts", list_hosts, "os_compute_api:os-hosts:list", Flag::none, until(2, 42)},
    {GET, "/os-hosts/{name}", show_host, "os_compute_api:os-hosts:show", Flag::none, until(2, 42)},
    {GET, "/os-instance_usage_audit_log", list_audit_logs,
     "os_compute_api:os-instance-usage-audit-log:list"},
    {GET, "/os-instance_usage_audit_log/{before}", show_audit_log,
     "os_compute_api:os-instance-usage-audit-log:show"},
    {GET, "/os-services", list_services, "os_compute_api:os-services:list"},
    {PUT, "/os-services/{id}", change_service, "os_compute_api:os-services:update", Flag::none,
     until(2, 52)},
    {PUT, "/os-services/{id}", update_service, "os_compute_api:os-services:update", Flag::none,
     since(2, 53)},
    {DELETE, "/os-services/{id}", delete_service, "os_compute_api:os-services:delete"},
    {GET, "/os-availability-zone", list_zones, "os_compute_api:os-availability-zone:list"},
    {GET, "/os-availability-zone/detail", list_zones_detail,
     "os_compute_api:os-availability-zone:detail"},
    {GET, "/os-aggregates", list_aggregates, "os_compute_api:os-aggregates:index", Flag::cached},
    {POST, "/os-aggregates", create_aggregate, "os_compute_api:os-aggregates:create"},
    {GET, "/os-aggregates/{id}", show_aggregate, "os_compute_api:os-aggregates:show", Flag::cached},
    {PUT, "/os-aggregates/{id}", update_aggregate, "os_compute_api:os-aggregates:update"},
    {DELETE, "/os-aggregates/{id}", delete_aggregate, "os_compute_api:os-aggregates:delete"},
    action("/os-aggregates/{id}/action", "add_host", add_aggregate_host,
           "os_compute_api:os-aggregates:add_host"),
    action("/os-aggregates/{id}/action", "remove_host", remove_aggregate_host,
           "os_compute_api:os-aggregates:remove_host"),
    action("/os-aggregates/{id}/action", "set_metadata", set_aggregate_metadata,
           "os_compute_api:os-aggregates:set_metadata"),
};

// What network has taken over: gone from 2.36 on, but for the groups of a server.
const Route network_routes[] = {
    {GET, "/os-security-groups", list_security_groups, "os_compute_api:os-security-groups:get",
     Flag::none, until(2, 35)},
    {POST, "/os-security-groups", create_security_group, "os_compute_api:os-security-groups:create",
     Flag::none, until(2, 35)},
    {GET, "/os-security-groups/{id}", show_security_group, "os_compute_api:os-security-groups:show",
     Flag::none, until(2, 35)},
    {PUT, "/os-security-groups/{id}", update_security_group,
     "os_compute_api:os-security-groups:update", Flag::none, until(2, 35)},
    {DELETE, "/os-security-groups/{id}", delete_security_group,
     "os_compute_api:os-security-groups:delete", Flag::none, until(2, 35)},
    {POST, "/os-security-group-rules", create_security_group_rule,
     "os_compute_api:os-security-groups:rule:create", Flag::none, until(2, 35)},
    {DELETE, "/os-security-group-rules/{id}", delete_security_group_rule,
     "os_compute_api:os-security-groups:rule:delete", Flag::none, until(2, 35)},
    {GET, "/servers/{id}/os-security-groups", list_server_security_groups,
     "os_compute_api:os-security-groups:list"},
};

// What the image service has taken over: images are gone from 2.36 on, their metadata from 2.39 on.
const Route image_routes[] = {
    {GET, "/images", list_images, "os_compute_api:images:index", Flag::none, until(2, 35)},
    {GET, "/images/detail", list_images_detail, "os_compute_api:images:detail", Flag::none,
     until(2, 35)},
    {GET, "/images/{id}", show_image, "os_compute_api:images:show", Flag::none, until(2, 35)},
    {DELETE, "/images/{id}", delete_image, "os_compute_api:images:delete", Flag::none,
     until(2, 35)},
    {GET, "/images/{id}/metadata", list_image_metadata, "os_compute_api:image-metadata:index",
     Flag::none, until(2, 38)},
    {POST, "/images/{id}/metadata", add_image_metadata, "os_compute_api:image-metadata:create",
     Flag::none, until(2, 38)},
    {PUT, "/images/{id}/metadata", replace_image_metadata,
     "os_compute_api:image-metadata:update_all", Flag::none, until(2, 38)},
    {GET, "/images/{id}/metadata/{key}", show_image_metadata, "os_compute_api:image-metadata:show",
     Flag::none, until(2, 38)},
    {PUT, "/images/{id}/metadata/{key}", set_image_metadata, "os_compute_api:image-metadata:update",
     Flag::none, until(2, 38)},
    {DELETE, "/images/{id}/metadata/{key}", delete_image_metadata,
     "os_compute_api:image-metadata:delete", Flag::none, until(2, 38)},
};

const Route version_routes[] = {
    {GET, "", list_versions, "", Flag::public_route},
    {GET, "/v2", show_old_version, "", Flag::public_route},
    {GET, "/v2.1", show_version, "", Flag::public_route},
};

const http::Api version_api = {
    .name = "compute_versions", .prefix = "/compute", .render_error = http::compute_error};

const http::Api compute_api = {
    .name = "compute",
    .prefix = api_prefix,
    .render_error = http::compute_error,
    .versions = {oldest_version, newest_version},
    .default_version = oldest_version,
    .version_service = "compute",
    .legacy_version_header = "X-OpenStack-Nova-API-Version",
};

const http::Api old_compute_api = {
    .name = "compute", .prefix = old_api_prefix, .render_error = http::compute_error};

}  // namespace

void mount_routes(http::Router& router, State& state) {
    router.mount<State>(version_api, version_routes, state);
    const std::span<const Route> tables[] = {flavor_routes, keypair_routes,     server_routes,
                                             action_routes, unsupported_routes, project_routes,
                                             host_routes,   network_routes,     image_routes};
    for (const auto table : tables) {
        router.mount<State>(compute_api, table, state);
        for (const auto& row : table) {
            if (row.versions.contains(oldest_version)) {
                router.mount<State>(old_compute_api, std::span(&row, 1), state);
            }
        }
    }
}

}  // namespace welkin::compute
