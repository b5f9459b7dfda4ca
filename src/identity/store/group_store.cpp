#include "identity/store/group_store.h"

namespace welkin::identity {

namespace {

const sql::Columns<Group> columns{"identity_group",
                                  {{"id", &Group::id},
                                   {"name", &Group::name},
                                   {"domain_id", &Group::domain_id},
                                   {"description", &Group::description},
                                   {"extra", &Group::extra}}};

[[noreturn]] void name_taken(const Group& group) {
    throw conflict(
        "There is already a group named '{}' in domain {}; group names are unique in a domain.",
        group.name, group.domain_id);
}

std::vector<std::string> first_column(const std::vector<sql::Row>& rows) {
    std::vector<std::string> found;
    for (const auto& row : rows) {
        found.push_back(row.text(0));
    }
    return found;
}

}  // namespace

std::optional<Group> GroupStore::find(sql::Transaction& tx, const GroupId& id) const {
    return columns.find(tx, "id = ?", id);
}

Group GroupStore::get(sql::Transaction& tx, const GroupId& id) const {
    if (auto found = find(tx, id)) {
        return *std::move(found);
    }
    throw not_found("Could not find group: {}.", id);
}

std::vector<Group> GroupStore::list(sql::Transaction& tx, const sql::Page& page) const {
    return sql::page(tx, columns, "id", page, "");
}

std::vector<Group> GroupStore::list_of_user(sql::Transaction& tx, const UserId& user,
                                            const sql::Page& page) const {
    return sql::page(tx, columns, "id", page,
                     "id IN (SELECT group_id FROM identity_membership WHERE user_id = ?)", user);
}

std::vector<Group> GroupStore::in_domain(sql::Transaction& tx, const DomainId& domain) const {
    return columns.select(tx, "WHERE domain_id = ?", domain);
}

void GroupStore::insert(sql::Transaction& tx, const Group& group) const {
    try {
        columns.insert(tx, group);
    } catch (const sql::ConstraintViolation&) {
        name_taken(group);
    }
}

void GroupStore::update(sql::Transaction& tx, const Group& group) const {
    try {
        columns.update_all(tx, group, "id = ?", group.id);
    } catch (const sql::ConstraintViolation&) {
        name_taken(group);
    }
}

void GroupStore::erase(sql::Transaction& tx, const GroupId& id) const {
    tx.execute("DELETE FROM identity_membership WHERE group_id = ?", id);
    tx.execute("DELETE FROM identity_group WHERE id = ?", id);
}

bool GroupStore::has_member(sql::Transaction& tx, const GroupId& group, const UserId& user) const {
    return tx
        .query_one("SELECT 1 FROM identity_membership WHERE user_id = ? AND group_id = ?", user,
                   group)
        .has_value();
}

void GroupStore::add_member(sql::Transaction& tx, const GroupId& group, const UserId& user) const {
    if (!has_member(tx, group, user)) {
        tx.execute("INSERT INTO identity_membership (user_id, group_id) VALUES (?, ?)", user,
                   group);
    }
}

bool GroupStore::remove_member(sql::Transaction& tx, const GroupId& group,
                               const UserId& user) const {
    return tx.execute("DELETE FROM identity_membership WHERE user_id = ? AND group_id = ?", user,
                      group) == 1;
}

void GroupStore::forget_user(sql::Transaction& tx, const UserId& user) const {
    tx.execute("DELETE FROM identity_membership WHERE user_id = ?", user);
}

std::vector<std::string> GroupStore::ids_of_user(sql::Transaction& tx, const UserId& user) const {
    return first_column(
        tx.query("SELECT group_id FROM identity_membership WHERE user_id = ?", user));
}

std::vector<std::string> GroupStore::ids_of_members(sql::Transaction& tx,
                                                    const GroupId& group) const {
    return first_column(
        tx.query("SELECT user_id FROM identity_membership WHERE group_id = ?", group));
}

}  // namespace welkin::identity
