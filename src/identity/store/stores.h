#pragma once
// Stores: identity's aggregates in one place, and what must happen in several of them at once.
#include "identity/store/application_credential_store.h"
#include "identity/store/assignment_store.h"
#include "identity/store/catalog_store.h"
#include "identity/store/credential_store.h"
#include "identity/store/group_store.h"
#include "identity/store/policy_store.h"
#include "identity/store/project_store.h"
#include "identity/store/revocation_store.h"
#include "identity/store/role_store.h"
#include "identity/store/user_store.h"

namespace welkin::identity {

struct Stores {
    ProjectStore projects;
    UserStore users;
    GroupStore groups;
    RoleStore roles;
    AssignmentStore assignments;
    CatalogStore catalog;
    RevocationStore revocations;
    ApplicationCredentialStore application_credentials;
    PolicyStore policies;

    // Each with everything that refers to it.
    void erase_user(sql::Transaction& tx, const UserId& id) const;
    void erase_group(sql::Transaction& tx, const GroupId& id) const;
    void erase_project(sql::Transaction& tx, const ProjectId& id) const;
    void erase_role(sql::Transaction& tx, const RoleId& id) const;
    /// With its projects, users, groups and roles.
    void erase_domain(sql::Transaction& tx, const DomainId& id) const;
};

}  // namespace welkin::identity
