// Every rule of identity and who passes it by default. Names and personas are Keystone's: admin
// does anything; a reader of the system sees anything; within a domain, its readers see and its
// managers manage what is in it; everybody sees what is theirs. Source:
// https://docs.openstack.org/keystone/latest/configuration/policy.html
#include "identity/state.h"

namespace welkin::identity {

namespace {

// Who may see, by whose domain counts.
#define SEES "rule:admin_required or rule:system_reader"
#define SEES_DOMAIN(domain) SEES " or (role:reader and domain_id:%(" domain ")s)"
#define MANAGES_DOMAIN(domain) "rule:admin_required or (role:manager and domain_id:%(" domain ")s)"
#define OWNS_CREDENTIAL "rule:admin_required or user_id:%(target.credential.user_id)s"
// Both ends of a grant in the domain, and no role beyond those a manager may hand out.
#define MANAGES_GRANT                                                                 \
    "rule:admin_required or (role:manager and rule:identity:grant_within_domain and " \
    "('manager':%(target.role.name)s or 'member':%(target.role.name)s or "            \
    "'reader':%(target.role.name)s))"

constexpr auth::PolicyRule rules[] = {
    {"token_subject", "user_id:%(target.token.user_id)s", "The user whom the token is for."},
    {"identity:grant_within_domain",
     "(domain_id:%(target.user.domain_id)s or domain_id:%(target.group.domain_id)s) and "
     "(domain_id:%(target.project.domain_id)s or domain_id:%(target.domain.id)s)",
     "User or group and project or domain are of the caller's domain."},

    {"identity:validate_token", SEES " or rule:service_role or rule:token_subject",
     "Show a token."},
    {"identity:check_token", SEES " or rule:service_role or rule:token_subject", "Check a token."},
    {"identity:revoke_token", "rule:admin_required or rule:token_subject", "Revoke a token."},
    {"identity:get_auth_catalog", "@", "Show the catalogue."},
    {"identity:get_auth_projects", "@", "List the projects one has a role on."},
    {"identity:get_auth_domains", "@", "List the domains one has a role on."},
    {"identity:get_auth_system", "@", "Show whether one has a role on the system."},

    {"identity:get_domain",
     SEES " or domain_id:%(target.domain.id)s or project_domain_id:%(target.domain.id)s",
     "Show a domain."},
    {"identity:list_domains", SEES_DOMAIN("target.domain.id"), "List domains."},
    {"identity:create_domain", "rule:admin_required", "Create a domain."},
    {"identity:update_domain", "rule:admin_required", "Change a domain."},
    {"identity:delete_domain", "rule:admin_required", "Delete a domain."},

    {"identity:get_project",
     SEES_DOMAIN("target.project.domain_id") " or project_id:%(target.project.id)s",
     "Show a project."},
    {"identity:list_projects", SEES_DOMAIN("target.domain_id"), "List projects."},
    {"identity:list_user_projects",
     SEES_DOMAIN("target.user.domain_id") " or user_id:%(target.user.id)s",
     "List the projects of a user."},
    {"identity:create_project", MANAGES_DOMAIN("target.project.domain_id"), "Create a project."},
    {"identity:update_project", MANAGES_DOMAIN("target.project.domain_id"), "Change a project."},
    {"identity:delete_project", MANAGES_DOMAIN("target.project.domain_id"), "Delete a project."},
    {"identity:list_project_tags",
     SEES_DOMAIN("target.project.domain_id") " or project_id:%(target.project.id)s",
     "List a project's tags."},
    {"identity:get_project_tag",
     SEES_DOMAIN("target.project.domain_id") " or project_id:%(target.project.id)s",
     "Check a project's tag."},
    {"identity:update_project_tags", MANAGES_DOMAIN("target.project.domain_id"),
     "Replace a project's tags."},
    {"identity:create_project_tag", MANAGES_DOMAIN("target.project.domain_id"),
     "Add a tag to a project."},
    {"identity:delete_project_tags", MANAGES_DOMAIN("target.project.domain_id"),
     "Delete a project's tags."},
    {"identity:delete_project_tag", MANAGES_DOMAIN("target.project.domain_id"),
     "Delete a tag of a project."},

    {"identity:get_user", SEES_DOMAIN("target.user.domain_id") " or user_id:%(target.user.id)s",
     "Show a user."},
    {"identity:list_users", SEES_DOMAIN("target.domain_id"), "List users."},
    {"identity:create_user", MANAGES_DOMAIN("target.user.domain_id"), "Create a user."},
    {"identity:update_user", MANAGES_DOMAIN("target.user.domain_id"), "Change a user."},
    {"identity:delete_user", MANAGES_DOMAIN("target.user.domain_id"), "Delete a user."},

    {"identity:get_group", SEES_DOMAIN("target.group.domain_id"), "Show a group."},
    {"identity:list_groups", SEES_DOMAIN("target.group.domain_id"), "List groups."},
    {"identity:list_groups_for_user",
     SEES_DOMAIN("target.user.domain_id") " or user_id:%(user_id)s", "List the groups of a user."},
    {"identity:create_group", MANAGES_DOMAIN("target.group.domain_id"), "Create a group."},
    {"identity:update_group", MANAGES_DOMAIN("target.group.domain_id"), "Change a group."},
    {"identity:delete_group", MANAGES_DOMAIN("target.group.domain_id"), "Delete a group."},
    {"identity:list_users_in_group", SEES_DOMAIN("target.group.domain_id"),
     "List the users in a group."},
    {"identity:check_user_in_group",
     SEES_DOMAIN("target.group.domain_id") " and domain_id:%(target.user.domain_id)s",
     "Check whether a user is in a group."},
    {"identity:add_user_to_group",
     MANAGES_DOMAIN("target.group.domain_id") " and domain_id:%(target.user.domain_id)s",
     "Add a user to a group."},
    {"identity:remove_user_from_group",
     MANAGES_DOMAIN("target.group.domain_id") " and domain_id:%(target.user.domain_id)s",
     "Take a user out of a group."},

    {"identity:get_role", SEES " or role:manager", "Show a role."},
    {"identity:list_roles", SEES " or role:manager", "List roles."},
    {"identity:create_role", "rule:admin_required", "Create a role."},
    {"identity:update_role", "rule:admin_required", "Change a role."},
    {"identity:delete_role", "rule:admin_required", "Delete a role."},
    {"identity:list_role_inference_rules", SEES, "List which roles imply which."},
    {"identity:list_implied_roles", SEES, "List what a role implies."},
    {"identity:get_implied_role", SEES, "Show an implication."},
    {"identity:check_implied_role", SEES, "Check an implication."},
    {"identity:create_implied_role", "rule:admin_required", "Let a role imply another."},
    {"identity:delete_implied_role", "rule:admin_required", "End an implication."},

    {"identity:list_role_assignments", SEES, "List who has which role where."},
    {"identity:list_grants", SEES " or (role:reader and rule:identity:grant_within_domain)",
     "List the roles of a user or group on a project or domain."},
    {"identity:check_grant", SEES " or (role:reader and rule:identity:grant_within_domain)",
     "Check a grant."},
    {"identity:create_grant", MANAGES_GRANT, "Grant a role."},
    {"identity:revoke_grant", MANAGES_GRANT, "Revoke a role."},
    {"identity:list_system_grants_for_user", SEES, "List a user's roles on the system."},
    {"identity:check_system_grant_for_user", SEES, "Check a user's role on the system."},
    {"identity:create_system_grant_for_user", "rule:admin_required",
     "Grant a user a role on the system."},
    {"identity:revoke_system_grant_for_user", "rule:admin_required",
     "Revoke a user's role on the system."},
    {"identity:list_system_grants_for_group", SEES, "List a group's roles on the system."},
    {"identity:check_system_grant_for_group", SEES, "Check a group's role on the system."},
    {"identity:create_system_grant_for_group", "rule:admin_required",
     "Grant a group a role on the system."},
    {"identity:revoke_system_grant_for_group", "rule:admin_required",
     "Revoke a group's role on the system."},

    {"identity:create_application_credential", "user_id:%(user_id)s",
     "Make an application credential."},
    {"identity:list_application_credentials", SEES " or user_id:%(user_id)s",
     "List a user's application credentials."},
    {"identity:get_application_credential", SEES " or user_id:%(user_id)s",
     "Show an application credential."},
    {"identity:delete_application_credential", "rule:admin_required or user_id:%(user_id)s",
     "Delete an application credential."},
    {"identity:create_credential", OWNS_CREDENTIAL, "Make a credential."},
    {"identity:list_credentials", "@", "List credentials: one's own."},
    {"identity:list_any_credentials", SEES, "List anybody's credentials."},
    {"identity:get_credential", SEES " or user_id:%(target.credential.user_id)s",
     "Show a credential."},
    {"identity:update_credential", OWNS_CREDENTIAL, "Change a credential."},
    {"identity:delete_credential", OWNS_CREDENTIAL, "Delete a credential."},
    {"identity:ec2_create_credential", OWNS_CREDENTIAL, "Make an EC2 key pair."},
    {"identity:ec2_list_credentials", SEES " or user_id:%(target.credential.user_id)s",
     "List a user's EC2 key pairs."},
    {"identity:ec2_get_credential", SEES " or user_id:%(target.credential.user_id)s",
     "Show an EC2 key pair."},
    {"identity:ec2_delete_credential", OWNS_CREDENTIAL, "Delete an EC2 key pair."},

    {"identity:get_policy", SEES, "Show a stored policy document."},
    {"identity:list_policies", SEES, "List stored policy documents."},
    {"identity:create_policy", "rule:admin_required", "Store a policy document."},
    {"identity:update_policy", "rule:admin_required", "Change a stored policy document."},
    {"identity:delete_policy", "rule:admin_required", "Delete a stored policy document."},

    {"identity:get_region", "@", "Show a region."},
    {"identity:list_regions", "@", "List regions."},
    {"identity:create_region", "rule:admin_required", "Create a region."},
    {"identity:update_region", "rule:admin_required", "Change a region."},
    {"identity:delete_region", "rule:admin_required", "Delete a region."},
    {"identity:get_service", SEES, "Show a service."},
    {"identity:list_services", SEES, "List services."},
    {"identity:create_service", "rule:admin_required", "Create a service."},
    {"identity:update_service", "rule:admin_required", "Change a service."},
    {"identity:delete_service", "rule:admin_required", "Delete a service."},
    {"identity:get_endpoint", SEES, "Show an endpoint."},
    {"identity:list_endpoints", SEES, "List endpoints."},
    {"identity:create_endpoint", "rule:admin_required", "Create an endpoint."},
    {"identity:update_endpoint", "rule:admin_required", "Change an endpoint."},
    {"identity:delete_endpoint", "rule:admin_required", "Delete an endpoint."},
};

}  // namespace

std::span<const auth::PolicyRule> policy_rules() { return rules; }

}  // namespace welkin::identity
