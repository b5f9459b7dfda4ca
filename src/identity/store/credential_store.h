#pragma once
// CredentialStore: secrets kept for users. Blobs lie sealed in the database, under a key that is
// kept beside it in a file; they go in and come out in the clear here.
#include <optional>
#include <string>
#include <vector>

#include "core/base/env.h"
#include "core/sql/database.h"
#include "core/sql/page.h"
#include "identity/credential.h"

namespace welkin::identity {

class CredentialStore {
public:
    /// Reads the key from `key_path`, or makes it.
    CredentialStore(Env& env, const std::string& key_path);

    std::optional<Credential> find(sql::Transaction& tx, const CredentialId& id) const;
    std::vector<Credential> list(sql::Transaction& tx, const sql::Page& page) const;
    void insert(sql::Transaction& tx, const Credential& credential) const;  ///< or conflict()
    void update(sql::Transaction& tx, const Credential& credential) const;
    void erase(sql::Transaction& tx, const CredentialId& id) const;
    static void forget_user(sql::Transaction& tx, const UserId& user);
    static void forget_project(sql::Transaction& tx, const ProjectId& project);

private:
    Credential sealed(Credential credential) const;
    Credential opened(Credential credential) const;  ///< throws internal() if the key is another

    Env& env_;
    std::vector<std::string> keys_;
};

}  // namespace welkin::identity
