#include "compute/routes.h"

#include "compute/api/flavors.h"
#include "compute/api/keypairs.h"
#include "compute/api/links.h"
#include "compute/api/versions.h"
#include "core/http/error_styles.h"

namespace welkin::compute {

namespace {

using http::Flag;
using http::since;
using enum http::Method;
using Route = http::Route<State>;

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
    {.method = POST,
     .path = "/flavors/{id}/action",
     .handler = add_flavor_access,
     .rule = "os_compute_api:os-flavor-access:add_tenant_access",
     .action = "addTenantAccess"},
    {.method = POST,
     .path = "/flavors/{id}/action",
     .handler = remove_flavor_access,
     .rule = "os_compute_api:os-flavor-access:remove_tenant_access",
     .action = "removeTenantAccess"},
};

const Route keypair_routes[] = {
    {GET, "/os-keypairs", list_keypairs, "os_compute_api:os-keypairs:index", Flag::cached},
    {POST, "/os-keypairs", create_keypair, "os_compute_api:os-keypairs:create"},
    {GET, "/os-keypairs/{name}", show_keypair, "os_compute_api:os-keypairs:show", Flag::cached},
    {DELETE, "/os-keypairs/{name}", delete_keypair, "os_compute_api:os-keypairs:delete"},
};

const Route version_routes[] = {
    {GET, "", list_versions, "", Flag::public_route},
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

}  // namespace

void mount_routes(http::Router& router, State& state) {
    router.mount<State>(version_api, version_routes, state);
    for (std::span<const Route> table :
         {std::span<const Route>(flavor_routes), std::span<const Route>(keypair_routes)}) {
        router.mount<State>(compute_api, table, state);
    }
}

}  // namespace welkin::compute
