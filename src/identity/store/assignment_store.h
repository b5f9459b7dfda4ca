#pragma once
// AssignmentStore: who has which role where. Every method works in the caller's transaction.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/sql/database.h"
#include "identity/project.h"
#include "identity/role.h"
#include "identity/user.h"

namespace welkin::identity {

/// What is set must match.
struct AssignmentFilter {
    std::optional<Actor> actor;
    std::optional<std::string> actor_id;
    std::optional<Target> target;
    std::optional<std::string> target_id;
    std::optional<RoleId> role_id;
    std::optional<bool> inherited;
};

class AssignmentStore {
public:
    bool has(sql::Transaction& tx, const Assignment& assignment) const;
    std::vector<Assignment> list(sql::Transaction& tx, const AssignmentFilter& filter) const;
    /// Of the user and of the groups the user belongs to.
    std::vector<Assignment> list_of_user(sql::Transaction& tx, const UserId& user) const;
    void insert(sql::Transaction& tx, const Assignment& assignment) const;  ///< there already: fine
    bool erase(sql::Transaction& tx,
               const Assignment& assignment) const;  ///< false: there was none

    // What must go when one of its ends goes.
    void forget_actor(sql::Transaction& tx, Actor actor, std::string_view id) const;
    void forget_target(sql::Transaction& tx, std::string_view id) const;
    void forget_role(sql::Transaction& tx, const RoleId& id) const;

    // Roles that count, through groups and inheritance but without the implied ones.
    /// `above`: the project's ancestors.
    std::set<RoleId> on_project(sql::Transaction& tx, const UserId& user, const Project& project,
                                const std::vector<Project>& above) const;
    std::set<RoleId> on_domain(sql::Transaction& tx, const UserId& user,
                               const DomainId& domain) const;
    std::set<RoleId> on_system(sql::Transaction& tx, const UserId& user) const;
};

}  // namespace welkin::identity
