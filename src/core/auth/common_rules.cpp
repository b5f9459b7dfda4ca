#include "core/auth/policy.h"

namespace welkin::auth {

namespace {

// Names as operators know them from the services' own policy files; the defaults are the personas
// that all services have settled on. Roles imply each other (admin, manager, member, reader), and
// the caller's roles come with the implied ones in them.
constexpr PolicyRule rules[] = {
    {"context_is_admin", "role:admin", "Who may do anything anywhere."},
    {"admin_api", "role:admin", "Administrators."},
    {"admin_required", "role:admin", "Administrators, in identity's words."},
    {"admin_only", "rule:context_is_admin", "Administrators, in network's words."},
    {"admin_or_owner", "role:admin or project_id:%(project_id)s",
     "Administrators, and anybody in the project that owns the resource."},
    {"owner", "user_id:%(user_id)s", "The user whom the resource belongs to."},
    {"project_manager_api", "role:manager and project_id:%(project_id)s",
     "Managers of the owning project."},
    {"project_member_api", "role:member and project_id:%(project_id)s",
     "Members of the owning project."},
    {"project_reader_api", "role:reader and project_id:%(project_id)s",
     "Readers of the owning project."},
    {"project_manager_or_admin", "rule:project_manager_api or rule:context_is_admin",
     "Managers of the owning project and administrators."},
    {"project_member_or_admin", "rule:project_member_api or rule:context_is_admin",
     "Members of the owning project and administrators."},
    {"project_reader_or_admin", "rule:project_reader_api or rule:context_is_admin",
     "Readers of the owning project and administrators."},
    {"service_api", "role:service", "Other services of the cloud."},
    {"service_role", "role:service", "Other services of the cloud, in identity's words."},
    {"service_or_admin", "role:service or role:admin",
     "Other services of the cloud and administrators."},
    {"system_admin", "role:admin and system_scope:all", "Administrators of the whole system."},
    {"system_reader", "role:reader and system_scope:all", "Auditors of the whole system."},
    {"system_or_domain_or_project_admin",
     "(role:admin and system_scope:all) or (role:admin and domain_id:%(domain_id)s) or "
     "(role:admin and project_id:%(project_id)s)",
     "Administrators of the system, or of the domain or project in question."},
};

}  // namespace

std::span<const PolicyRule> common_rules() { return rules; }

}  // namespace welkin::auth
