#include "identity/store/user_store.h"

namespace welkin::identity {

namespace {

const sql::Columns<User> columns{"identity_user",
                                 {{"id", &User::id},
                                  {"name", &User::name},
                                  {"domain_id", &User::domain_id},
                                  {"enabled", &User::enabled},
                                  {"default_project_id", &User::default_project_id},
                                  {"password_hash", &User::password_hash},
                                  {"options", &User::options},
                                  {"extra", &User::extra},
                                  {"epoch", &User::epoch}}};

[[noreturn]] void name_taken(const User& user) {
    throw conflict(
        "There is already a user named '{}' in domain {}; user names are unique in a domain.",
        user.name, user.domain_id);
}

}  // namespace

std::optional<User> UserStore::find(sql::Transaction& tx, const UserId& id) const {
    return columns.find(tx, "id = ?", id);
}

std::optional<User> UserStore::find_by_name(sql::Transaction& tx, const DomainId& domain,
                                            std::string_view name) const {
    return columns.find(tx, "domain_id = ? AND name = ?", domain, name);
}

User UserStore::get(sql::Transaction& tx, const UserId& id) const {
    if (auto found = find(tx, id)) {
        return *std::move(found);
    }
    throw not_found("Could not find user: {}.", id);
}

std::vector<User> UserStore::list(sql::Transaction& tx, const sql::Page& page) const {
    return sql::page(tx, columns, "id", page, "");
}

std::vector<User> UserStore::list_members(sql::Transaction& tx, const GroupId& group,
                                          const sql::Page& page) const {
    return sql::page(tx, columns, "id", page,
                     "id IN (SELECT user_id FROM identity_membership WHERE group_id = ?)", group);
}

std::vector<User> UserStore::in_domain(sql::Transaction& tx, const DomainId& domain) const {
    return columns.select(tx, "WHERE domain_id = ?", domain);
}

void UserStore::insert(sql::Transaction& tx, const User& user) const {
    try {
        columns.insert(tx, user);
    } catch (const sql::ConstraintViolation&) {
        name_taken(user);
    }
}

void UserStore::update(sql::Transaction& tx, const User& user) const {
    try {
        columns.update_all(tx, user, "id = ?", user.id);
    } catch (const sql::ConstraintViolation&) {
        name_taken(user);
    }
}

void UserStore::erase(sql::Transaction& tx, const UserId& id) const {
    tx.execute("DELETE FROM identity_user WHERE id = ?", id);
}

void UserStore::raise_epochs(sql::Transaction& tx, const DomainId& domain) const {
    tx.execute("UPDATE identity_user SET epoch = epoch + 1 WHERE domain_id = ?", domain);
}

void UserStore::forget_default_project(sql::Transaction& tx, const ProjectId& project) const {
    tx.execute("UPDATE identity_user SET default_project_id = NULL WHERE default_project_id = ?",
               project);
}

}  // namespace welkin::identity
