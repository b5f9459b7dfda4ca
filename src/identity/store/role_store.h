#pragma once
// RoleStore: roles and which roles imply others. Every method works in the caller's transaction.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/database.h"
#include "core/sql/page.h"
#include "identity/role.h"

namespace welkin::identity {

class RoleStore {
public:
    std::optional<Role> find(sql::Transaction& tx, const RoleId& id) const;
    std::optional<Role> find_by_name(sql::Transaction& tx, const std::optional<DomainId>& domain,
                                     std::string_view name) const;
    Role get(sql::Transaction& tx, const RoleId& id) const;  ///< throws not_found()

    /// Global roles only, unless the page asks for a domain's.
    std::vector<Role> list(sql::Transaction& tx, const sql::Page& page) const;
    std::vector<Role> in_domain(sql::Transaction& tx, const DomainId& domain) const;
    std::map<RoleId, Role> all(sql::Transaction& tx) const;

    // Throw conflict() if the name is taken.
    void insert(sql::Transaction& tx, const Role& role) const;
    void update(sql::Transaction& tx, const Role& role) const;
    void erase(sql::Transaction& tx, const RoleId& id) const;  ///< with its implications

    std::vector<Implication> implications(sql::Transaction& tx) const;
    bool implies(sql::Transaction& tx, const Implication& implication) const;
    void add_implication(sql::Transaction& tx, const Implication& implication) const;
    bool remove_implication(sql::Transaction& tx, const Implication& implication) const;
};

/// The roles and all that they imply, directly or not.
std::set<RoleId> with_implied(std::set<RoleId> roles, const std::vector<Implication>& implications);

}  // namespace welkin::identity
