#pragma once
// ApplicationCredentialStore: application credentials. Every method works in the caller's
// transaction.
#include <optional>
#include <string_view>
#include <vector>

#include "core/sql/database.h"
#include "core/sql/page.h"
#include "identity/credential.h"

namespace welkin::identity {

class ApplicationCredentialStore {
public:
    std::optional<ApplicationCredential> find(sql::Transaction& tx,
                                              const ApplicationCredentialId& id) const;
    std::optional<ApplicationCredential> find_by_name(sql::Transaction& tx, const UserId& user,
                                                      std::string_view name) const;
    std::vector<ApplicationCredential> list(sql::Transaction& tx, const UserId& user,
                                            const sql::Page& page) const;
    void insert(sql::Transaction& tx, const ApplicationCredential& made) const;  ///< or conflict()
    void erase(sql::Transaction& tx, const ApplicationCredentialId& id) const;
    void forget_user(sql::Transaction& tx, const UserId& user) const;
    void forget_project(sql::Transaction& tx, const ProjectId& project) const;
};

}  // namespace welkin::identity
