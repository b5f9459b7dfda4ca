#pragma once
// Every verb of identity's API, one function each, grouped by the file that has it. routes.cpp says
// which URL reaches which.
#include "identity/state.h"

namespace welkin::identity {

// versions.cpp
Task<Reply> list_versions(Request& request, State& identity);
Task<Reply> show_version(Request& request, State& identity);

// tokens.cpp
Task<Reply> issue_token(Request& request, State& identity);
Task<Reply> show_token(Request& request, State& identity);
Task<Reply> revoke_token(Request& request, State& identity);
Task<Reply> show_catalog(Request& request, State& identity);
Task<Reply> list_own_system(Request& request, State& identity);

// domains.cpp
Task<Reply> create_domain(Request& request, State& identity);
Task<Reply> list_domains(Request& request, State& identity);
Task<Reply> list_own_domains(Request& request, State& identity);
Task<Reply> show_domain(Request& request, State& identity);
Task<Reply> update_domain(Request& request, State& identity);
Task<Reply> delete_domain(Request& request, State& identity);

// projects.cpp
Task<Reply> create_project(Request& request, State& identity);
Task<Reply> list_projects(Request& request, State& identity);
Task<Reply> list_own_projects(Request& request, State& identity);
Task<Reply> list_user_projects(Request& request, State& identity);
Task<Reply> show_project(Request& request, State& identity);
Task<Reply> update_project(Request& request, State& identity);
Task<Reply> delete_project(Request& request, State& identity);

// project_tags.cpp
Task<Reply> list_tags(Request& request, State& identity);
Task<Reply> replace_tags(Request& request, State& identity);
Task<Reply> delete_tags(Request& request, State& identity);
Task<Reply> check_tag(Request& request, State& identity);
Task<Reply> add_tag(Request& request, State& identity);
Task<Reply> delete_tag(Request& request, State& identity);

// users.cpp
Task<Reply> create_user(Request& request, State& identity);
Task<Reply> list_users(Request& request, State& identity);
Task<Reply> show_user(Request& request, State& identity);
Task<Reply> update_user(Request& request, State& identity);
Task<Reply> delete_user(Request& request, State& identity);
Task<Reply> change_password(Request& request, State& identity);
Task<Reply> list_members(Request& request, State& identity);  // of a group

// groups.cpp
Task<Reply> create_group(Request& request, State& identity);
Task<Reply> list_groups(Request& request, State& identity);
Task<Reply> list_user_groups(Request& request, State& identity);
Task<Reply> show_group(Request& request, State& identity);
Task<Reply> update_group(Request& request, State& identity);
Task<Reply> delete_group(Request& request, State& identity);

// members.cpp: of groups
Task<Reply> check_member(Request& request, State& identity);
Task<Reply> add_member(Request& request, State& identity);
Task<Reply> remove_member(Request& request, State& identity);

// roles.cpp
Task<Reply> create_role(Request& request, State& identity);
Task<Reply> list_roles(Request& request, State& identity);
Task<Reply> show_role(Request& request, State& identity);
Task<Reply> update_role(Request& request, State& identity);
Task<Reply> delete_role(Request& request, State& identity);

// implied_roles.cpp
Task<Reply> list_inferences(Request& request, State& identity);
Task<Reply> list_implied_roles(Request& request, State& identity);
Task<Reply> show_implied_role(Request& request, State& identity);
Task<Reply> check_implied_role(Request& request, State& identity);
Task<Reply> create_implied_role(Request& request, State& identity);
Task<Reply> delete_implied_role(Request& request, State& identity);

// grants.cpp: of a role, on a project, a domain or the system, to a user or a group
Task<Reply> list_grants(Request& request, State& identity);
Task<Reply> check_grant(Request& request, State& identity);
Task<Reply> create_grant(Request& request, State& identity);
Task<Reply> revoke_grant(Request& request, State& identity);

// role_assignments.cpp
Task<Reply> list_role_assignments(Request& request, State& identity);

// application_credentials.cpp
Task<Reply> create_application_credential(Request& request, State& identity);
Task<Reply> list_application_credentials(Request& request, State& identity);
Task<Reply> show_application_credential(Request& request, State& identity);
Task<Reply> delete_application_credential(Request& request, State& identity);

// credentials.cpp
Task<Reply> create_credential(Request& request, State& identity);
Task<Reply> list_credentials(Request& request, State& identity);
Task<Reply> show_credential(Request& request, State& identity);
Task<Reply> update_credential(Request& request, State& identity);
Task<Reply> delete_credential(Request& request, State& identity);
Task<Reply> create_ec2_credential(Request& request, State& identity);
Task<Reply> list_ec2_credentials(Request& request, State& identity);
Task<Reply> show_ec2_credential(Request& request, State& identity);
Task<Reply> delete_ec2_credential(Request& request, State& identity);

// policies.cpp
Task<Reply> create_policy(Request& request, State& identity);
Task<Reply> list_policies(Request& request, State& identity);
Task<Reply> show_policy(Request& request, State& identity);
Task<Reply> update_policy(Request& request, State& identity);
Task<Reply> delete_policy(Request& request, State& identity);

// regions.cpp
Task<Reply> create_region(Request& request, State& identity);
Task<Reply> create_named_region(Request& request, State& identity);
Task<Reply> list_regions(Request& request, State& identity);
Task<Reply> show_region(Request& request, State& identity);
Task<Reply> update_region(Request& request, State& identity);
Task<Reply> delete_region(Request& request, State& identity);

// services.cpp
Task<Reply> create_service(Request& request, State& identity);
Task<Reply> list_services(Request& request, State& identity);
Task<Reply> show_service(Request& request, State& identity);
Task<Reply> update_service(Request& request, State& identity);
Task<Reply> delete_service(Request& request, State& identity);

// endpoints.cpp
Task<Reply> create_endpoint(Request& request, State& identity);
Task<Reply> list_endpoints(Request& request, State& identity);
Task<Reply> show_endpoint(Request& request, State& identity);
Task<Reply> update_endpoint(Request& request, State& identity);
Task<Reply> delete_endpoint(Request& request, State& identity);

}  // namespace welkin::identity
