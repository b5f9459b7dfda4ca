#pragma once
// UserStore: users. Every method works in the caller's transaction.
#include <optional>
#include <string_view>
#include <vector>

#include "core/sql/database.h"
#include "core/sql/page.h"
#include "identity/user.h"

namespace welkin::identity {

class UserStore {
public:
    std::optional<User> find(sql::Transaction& tx, const UserId& id) const;
    std::optional<User> find_by_name(sql::Transaction& tx, const DomainId& domain,
                                     std::string_view name) const;
    User get(sql::Transaction& tx, const UserId& id) const;  ///< throws not_found()

    std::vector<User> list(sql::Transaction& tx, const sql::Page& page) const;
    std::vector<User> list_members(sql::Transaction& tx, const GroupId& group,
                                   const sql::Page& page) const;
    std::vector<User> in_domain(sql::Transaction& tx, const DomainId& domain) const;

    // Throw conflict() if the name is taken.
    void insert(sql::Transaction& tx, const User& user) const;
    void update(sql::Transaction& tx, const User& user) const;
    void erase(sql::Transaction& tx, const UserId& id) const;
    /// Voids the tokens of all users of a domain.
    void raise_epochs(sql::Transaction& tx, const DomainId& domain) const;
    /// Users whose default is that project have none from now on.
    void forget_default_project(sql::Transaction& tx, const ProjectId& project) const;
};

}  // namespace welkin::identity
