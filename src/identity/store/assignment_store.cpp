#include "identity/store/assignment_store.h"

#include "core/sql/columns.h"

namespace welkin::identity {

namespace {

const sql::Columns<Assignment> columns{"identity_assignment",
                                       {{"actor", &Assignment::actor},
                                        {"actor_id", &Assignment::actor_id},
                                        {"target", &Assignment::target},
                                        {"target_id", &Assignment::target_id},
                                        {"role_id", &Assignment::role_id},
                                        {"inherited", &Assignment::inherited}}};

constexpr const char* same =
    "actor = ? AND actor_id = ? AND target = ? AND target_id = ? AND role_id = ? AND inherited = ?";

// Takes the user's id twice.
constexpr const char* of_user =
    "((actor = 'user' AND actor_id = ?) OR (actor = 'group' AND actor_id IN "
    "(SELECT group_id FROM identity_membership WHERE user_id = ?)))";

}  // namespace

bool AssignmentStore::has(sql::Transaction& tx, const Assignment& a) const {
    return columns
        .find(tx, same, a.actor, a.actor_id, a.target, a.target_id, a.role_id, a.inherited)
        .has_value();
}

std::vector<Assignment> AssignmentStore::list(sql::Transaction& tx,
                                              const AssignmentFilter& filter) const {
    std::string where;
    std::vector<sql::Value> values;
    const auto match = [&](const char* column, const auto& wanted) {
        if (wanted) {
            where += (where.empty() ? "WHERE " : " AND ") + std::string(column) + " = ?";
            values.push_back(sql::to_value(*wanted));
        }
    };
    match("actor", filter.actor);
    match("actor_id", filter.actor_id);
    match("target", filter.target);
    match("target_id", filter.target_id);
    match("role_id", filter.role_id);
    match("inherited", filter.inherited);
    return columns.select_values(
        tx, where + " ORDER BY target, target_id, actor, actor_id, role_id", values);
}

std::vector<Assignment> AssignmentStore::list_of_user(sql::Transaction& tx,
                                                      const UserId& user) const {
    return columns.select(tx, std::string("WHERE ") + of_user, user, user);
}

void AssignmentStore::insert(sql::Transaction& tx, const Assignment& assignment) const {
    if (!has(tx, assignment)) {
        columns.insert(tx, assignment);
    }
}

bool AssignmentStore::erase(sql::Transaction& tx, const Assignment& a) const {
    return tx.execute("DELETE FROM identity_assignment WHERE " + std::string(same), a.actor,
                      a.actor_id, a.target, a.target_id, a.role_id, a.inherited) == 1;
}

void AssignmentStore::forget_actor(sql::Transaction& tx, Actor actor, std::string_view id) const {
    tx.execute("DELETE FROM identity_assignment WHERE actor = ? AND actor_id = ?", actor, id);
}

void AssignmentStore::forget_target(sql::Transaction& tx, std::string_view id) const {
    tx.execute("DELETE FROM identity_assignment WHERE target_id = ?", id);
}

void AssignmentStore::forget_role(sql::Transaction& tx, const RoleId& id) const {
    tx.execute("DELETE FROM identity_assignment WHERE role_id = ?", id);
}

std::set<RoleId> AssignmentStore::on_project(sql::Transaction& tx, const UserId& user,
                                             const Project& project,
                                             const std::vector<Project>& above) const {
    std::set<std::string> higher;
    for (const auto& ancestor : above) {
        higher.insert(ancestor.id.value);
    }
    if (project.domain_id) {
        higher.insert(project.domain_id->value);
    }
    std::set<RoleId> found;
    for (const auto& assignment : list_of_user(tx, user)) {
        const bool here = !assignment.inherited && assignment.target == Target::project &&
                          assignment.target_id == project.id.value;
        const bool inherited = assignment.inherited && higher.contains(assignment.target_id);
        if (here || inherited) {
            found.insert(assignment.role_id);
        }
    }
    return found;
}

std::set<RoleId> AssignmentStore::on_domain(sql::Transaction& tx, const UserId& user,
                                            const DomainId& domain) const {
    std::set<RoleId> found;
    for (const auto& assignment : list_of_user(tx, user)) {
        if (!assignment.inherited && assignment.target == Target::domain &&
            assignment.target_id == domain.value) {
            found.insert(assignment.role_id);
        }
    }
    return found;
}

std::set<RoleId> AssignmentStore::on_system(sql::Transaction& tx, const UserId& user) const {
    std::set<RoleId> found;
    for (const auto& assignment : list_of_user(tx, user)) {
        if (assignment.target == Target::system) {
            found.insert(assignment.role_id);
        }
    }
    return found;
}

}  // namespace welkin::identity
