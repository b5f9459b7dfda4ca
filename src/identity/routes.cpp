// Every URL of identity.
#include "core/http/error_styles.h"
#include "identity/api/handlers.h"

namespace welkin::identity {

namespace {

using enum http::Method;
using http::Flag;
using Row = http::Route<State>;

const http::Api root_api{
    .name = "identity", .prefix = "/identity", .render_error = http::identity_error};
const http::Api v3_api{
    .name = "identity", .prefix = "/identity/v3", .render_error = http::identity_error};

constexpr Row root_rows[] = {
    {GET, "/", list_versions, "", Flag::public_route},
};

constexpr Row token_rows[] = {
    {GET, "/", show_version, "", Flag::public_route},
    {POST, "/auth/tokens", issue_token, "", Flag::public_route},
    {GET, "/auth/tokens", show_token, "identity:validate_token"},
    {HEAD, "/auth/tokens", show_token, "identity:check_token"},
    {DELETE, "/auth/tokens", revoke_token, "identity:revoke_token"},
    {GET, "/auth/catalog", show_catalog, "identity:get_auth_catalog"},
    {GET, "/auth/projects", list_own_projects, "identity:get_auth_projects"},
    {GET, "/auth/domains", list_own_domains, "identity:get_auth_domains"},
    {GET, "/auth/system", list_own_system, "identity:get_auth_system"},
};

constexpr Row project_rows[] = {
    {POST, "/domains", create_domain, "identity:create_domain"},
    {GET, "/domains", list_domains, "identity:list_domains"},
    {GET, "/domains/{domain_id}", show_domain, "identity:get_domain"},
    {PATCH, "/domains/{domain_id}", update_domain, "identity:update_domain"},
    {DELETE, "/domains/{domain_id}", delete_domain, "identity:delete_domain"},

    {POST, "/projects", create_project, "identity:create_project"},
    {GET, "/projects", list_projects, "identity:list_projects"},
    {GET, "/projects/{project_id}", show_project, "identity:get_project"},
    {PATCH, "/projects/{project_id}", update_project, "identity:update_project"},
    {DELETE, "/projects/{project_id}", delete_project, "identity:delete_project"},

    {GET, "/projects/{project_id}/tags", list_tags, "identity:list_project_tags"},
    {PUT, "/projects/{project_id}/tags", replace_tags, "identity:update_project_tags"},
    {DELETE, "/projects/{project_id}/tags", delete_tags, "identity:delete_project_tags"},
    {GET, "/projects/{project_id}/tags/{tag}", check_tag, "identity:get_project_tag"},
    {PUT, "/projects/{project_id}/tags/{tag}", add_tag, "identity:create_project_tag"},
    {DELETE, "/projects/{project_id}/tags/{tag}", delete_tag, "identity:delete_project_tag"},
};

constexpr Row user_rows[] = {
    {POST, "/users", create_user, "identity:create_user"},
    {GET, "/users", list_users, "identity:list_users"},
    {GET, "/users/{user_id}", show_user, "identity:get_user"},
    {PATCH, "/users/{user_id}", update_user, "identity:update_user"},
    {DELETE, "/users/{user_id}", delete_user, "identity:delete_user"},
    {POST, "/users/{user_id}/password", change_password, "", Flag::public_route},
    {GET, "/users/{user_id}/projects", list_user_projects, "identity:list_user_projects"},
    {GET, "/users/{user_id}/groups", list_user_groups, "identity:list_groups_for_user"},

    {POST, "/groups", create_group, "identity:create_group"},
    {GET, "/groups", list_groups, "identity:list_groups"},
    {GET, "/groups/{group_id}", show_group, "identity:get_group"},
    {PATCH, "/groups/{group_id}", update_group, "identity:update_group"},
    {DELETE, "/groups/{group_id}", delete_group, "identity:delete_group"},
    {GET, "/groups/{group_id}/users", list_members, "identity:list_users_in_group"},
    {GET, "/groups/{group_id}/users/{user_id}", check_member, "identity:check_user_in_group"},
    {PUT, "/groups/{group_id}/users/{user_id}", add_member, "identity:add_user_to_group"},
    {DELETE, "/groups/{group_id}/users/{user_id}", remove_member,
     "identity:remove_user_from_group"},
};

constexpr Row credential_rows[] = {
    {POST, "/users/{user_id}/application_credentials", create_application_credential,
     "identity:create_application_credential"},
    {GET, "/users/{user_id}/application_credentials", list_application_credentials,
     "identity:list_application_credentials"},
    {GET, "/users/{user_id}/application_credentials/{application_credential_id}",
     show_application_credential, "identity:get_application_credential"},
    {DELETE, "/users/{user_id}/application_credentials/{application_credential_id}",
     delete_application_credential, "identity:delete_application_credential"},

    {POST, "/policies", create_policy, "identity:create_policy"},
    {GET, "/policies", list_policies, "identity:list_policies"},
    {GET, "/policies/{policy_id}", show_policy, "identity:get_policy"},
    {PATCH, "/policies/{policy_id}", update_policy, "identity:update_policy"},
    {DELETE, "/policies/{policy_id}", delete_policy, "identity:delete_policy"},

    {POST, "/credentials", create_credential, "identity:create_credential"},
    {GET, "/credentials", list_credentials, "identity:list_credentials"},
    {GET, "/credentials/{credential_id}", show_credential, "identity:get_credential"},
    {PATCH, "/credentials/{credential_id}", update_credential, "identity:update_credential"},
    {DELETE, "/credentials/{credential_id}", delete_credential, "identity:delete_credential"},
    {POST, "/users/{user_id}/credentials/OS-EC2", create_ec2_credential,
     "identity:ec2_create_credential"},
    {GET, "/users/{user_id}/credentials/OS-EC2", list_ec2_credentials,
     "identity:ec2_list_credentials"},
    {GET, "/users/{user_id}/credentials/OS-EC2/{access}", show_ec2_credential,
     "identity:ec2_get_credential"},
    {DELETE, "/users/{user_id}/credentials/OS-EC2/{access}", delete_ec2_credential,
     "identity:ec2_delete_credential"},
};

constexpr Row role_rows[] = {
    {POST, "/roles", create_role, "identity:create_role"},
    {GET, "/roles", list_roles, "identity:list_roles"},
    {GET, "/roles/{role_id}", show_role, "identity:get_role"},
    {PATCH, "/roles/{role_id}", update_role, "identity:update_role"},
    {DELETE, "/roles/{role_id}", delete_role, "identity:delete_role"},

    {GET, "/role_inferences", list_inferences, "identity:list_role_inference_rules"},
    {GET, "/roles/{prior_id}/implies", list_implied_roles, "identity:list_implied_roles"},
    {GET, "/roles/{prior_id}/implies/{implied_id}", show_implied_role, "identity:get_implied_role"},
    {HEAD, "/roles/{prior_id}/implies/{implied_id}", check_implied_role,
     "identity:check_implied_role"},
    {PUT, "/roles/{prior_id}/implies/{implied_id}", create_implied_role,
     "identity:create_implied_role"},
    {DELETE, "/roles/{prior_id}/implies/{implied_id}", delete_implied_role,
     "identity:delete_implied_role"},

    {GET, "/role_assignments", list_role_assignments, "identity:list_role_assignments"},
};

constexpr Row catalog_rows[] = {
    {POST, "/regions", create_region, "identity:create_region"},
    {GET, "/regions", list_regions, "identity:list_regions"},
    {PUT, "/regions/{region_id}", create_named_region, "identity:create_region"},
    {GET, "/regions/{region_id}", show_region, "identity:get_region"},
    {PATCH, "/regions/{region_id}", update_region, "identity:update_region"},
    {DELETE, "/regions/{region_id}", delete_region, "identity:delete_region"},

    {POST, "/services", create_service, "identity:create_service"},
    {GET, "/services", list_services, "identity:list_services"},
    {GET, "/services/{service_id}", show_service, "identity:get_service"},
    {PATCH, "/services/{service_id}", update_service, "identity:update_service"},
    {DELETE, "/services/{service_id}", delete_service, "identity:delete_service"},

    {POST, "/endpoints", create_endpoint, "identity:create_endpoint"},
    {GET, "/endpoints", list_endpoints, "identity:list_endpoints"},
    {GET, "/endpoints/{endpoint_id}", show_endpoint, "identity:get_endpoint"},
    {PATCH, "/endpoints/{endpoint_id}", update_endpoint, "identity:update_endpoint"},
    {DELETE, "/endpoints/{endpoint_id}", delete_endpoint, "identity:delete_endpoint"},
};

/// Grants look alike on every target and for both kinds of actor: four rows each.
struct GrantForm {
    const char* list;
    const char* one;
    const char* rules[4];  ///< list, check, create, revoke
};

#define WELKIN_GRANT_RULES                                                    \
    {"identity:list_grants", "identity:check_grant", "identity:create_grant", \
     "identity:revoke_grant"}
#define WELKIN_SYSTEM_GRANT_RULES(actor)                                                 \
    {"identity:list_system_grants_for_" actor, "identity:check_system_grant_for_" actor, \
     "identity:create_system_grant_for_" actor, "identity:revoke_system_grant_for_" actor}
constexpr GrantForm grant_forms[] = {
    {"/projects/{project_id}/users/{user_id}/roles",
     "/projects/{project_id}/users/{user_id}/roles/{role_id}", WELKIN_GRANT_RULES},
    {"/projects/{project_id}/groups/{group_id}/roles",
     "/projects/{project_id}/groups/{group_id}/roles/{role_id}", WELKIN_GRANT_RULES},
    {"/domains/{domain_id}/users/{user_id}/roles",
     "/domains/{domain_id}/users/{user_id}/roles/{role_id}", WELKIN_GRANT_RULES},
    {"/domains/{domain_id}/groups/{group_id}/roles",
     "/domains/{domain_id}/groups/{group_id}/roles/{role_id}", WELKIN_GRANT_RULES},
    {"/OS-INHERIT/projects/{project_id}/users/{user_id}/roles/inherited_to_projects",
     "/OS-INHERIT/projects/{project_id}/users/{user_id}/roles/{role_id}/inherited_to_projects",
     WELKIN_GRANT_RULES},
    {"/OS-INHERIT/projects/{project_id}/groups/{group_id}/roles/inherited_to_projects",
     "/OS-INHERIT/projects/{project_id}/groups/{group_id}/roles/{role_id}/inherited_to_projects",
     WELKIN_GRANT_RULES},
    {"/OS-INHERIT/domains/{domain_id}/users/{user_id}/roles/inherited_to_projects",
     "/OS-INHERIT/domains/{domain_id}/users/{user_id}/roles/{role_id}/inherited_to_projects",
     WELKIN_GRANT_RULES},
    {"/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles/inherited_to_projects",
     "/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles/{role_id}/inherited_to_projects",
     WELKIN_GRANT_RULES},
    {"/system/users/{user_id}/roles", "/system/users/{user_id}/roles/{role_id}",
     WELKIN_SYSTEM_GRANT_RULES("user")},
    {"/system/groups/{group_id}/roles", "/system/groups/{group_id}/roles/{role_id}",
     WELKIN_SYSTEM_GRANT_RULES("group")},
};
#undef WELKIN_GRANT_RULES
#undef WELKIN_SYSTEM_GRANT_RULES

}  // namespace

void mount_routes(http::Router& router, State& state) {
    router.mount<State>(root_api, root_rows, state);
    for (const auto& rows : {std::span<const Row>(token_rows), std::span<const Row>(project_rows),
                             std::span<const Row>(user_rows), std::span<const Row>(credential_rows),
                             std::span<const Row>(role_rows), std::span<const Row>(catalog_rows)}) {
        router.mount<State>(v3_api, rows, state);
    }
    for (const auto& form : grant_forms) {
        const Row rows[] = {{GET, form.list, list_grants, form.rules[0]},
                            {GET, form.one, check_grant, form.rules[1]},
                            {PUT, form.one, create_grant, form.rules[2]},
                            {DELETE, form.one, revoke_grant, form.rules[3]}};
        router.mount<State>(v3_api, rows, state);
    }
}

}  // namespace welkin::identity
