#include "identity/store/stores.h"

namespace welkin::identity {

void Stores::erase_user(sql::Transaction& tx, const UserId& id) const {
    assignments.forget_actor(tx, Actor::user, id);
    groups.forget_user(tx, id);
    application_credentials.forget_user(tx, id);
    CredentialStore::forget_user(tx, id);
    users.erase(tx, id);
}

void Stores::erase_group(sql::Transaction& tx, const GroupId& id) const {
    assignments.forget_actor(tx, Actor::group, id);
    groups.erase(tx, id);
}

void Stores::erase_project(sql::Transaction& tx, const ProjectId& id) const {
    assignments.forget_target(tx, id);
    users.forget_default_project(tx, id);
    application_credentials.forget_project(tx, id);
    CredentialStore::forget_project(tx, id);
    projects.erase(tx, id);
}

void Stores::erase_role(sql::Transaction& tx, const RoleId& id) const {
    assignments.forget_role(tx, id);
    roles.erase(tx, id);
}

void Stores::erase_domain(sql::Transaction& tx, const DomainId& id) const {
    for (const auto& project : projects.in_domain(tx, id)) {
        erase_project(tx, project.id);
    }
    for (const auto& user : users.in_domain(tx, id)) {
        erase_user(tx, user.id);
    }
    for (const auto& group : groups.in_domain(tx, id)) {
        erase_group(tx, group.id);
    }
    for (const auto& role : roles.in_domain(tx, id)) {
        erase_role(tx, role.id);
    }
    erase_project(tx, ProjectId(id.value));
}

}  // namespace welkin::identity
