#pragma once
// GroupStore: groups and who belongs to them. Every method works in the caller's transaction.
#include <optional>
#include <string_view>
#include <vector>

#include "core/sql/database.h"
#include "core/sql/page.h"
#include "identity/user.h"

namespace welkin::identity {

class GroupStore {
public:
    std::optional<Group> find(sql::Transaction& tx, const GroupId& id) const;
    Group get(sql::Transaction& tx, const GroupId& id) const;  ///< throws not_found()

    std::vector<Group> list(sql::Transaction& tx, const sql::Page& page) const;
    std::vector<Group> list_of_user(sql::Transaction& tx, const UserId& user,
                                    const sql::Page& page) const;
    std::vector<Group> in_domain(sql::Transaction& tx, const DomainId& domain) const;

    // Throw conflict() if the name is taken.
    void insert(sql::Transaction& tx, const Group& group) const;
    void update(sql::Transaction& tx, const Group& group) const;
    void erase(sql::Transaction& tx, const GroupId& id) const;  ///< with its memberships

    bool has_member(sql::Transaction& tx, const GroupId& group, const UserId& user) const;
    void add_member(sql::Transaction& tx, const GroupId& group, const UserId& user) const;
    bool remove_member(sql::Transaction& tx, const GroupId& group, const UserId& user) const;
    void forget_user(sql::Transaction& tx, const UserId& user) const;
    std::vector<std::string> ids_of_user(sql::Transaction& tx, const UserId& user) const;
    std::vector<std::string> ids_of_members(sql::Transaction& tx, const GroupId& group) const;
};

}  // namespace welkin::identity
