#pragma once
// KeypairStore: users' public keys (compute_keypair).
#include <optional>
#include <string_view>
#include <vector>

#include "compute/keypair.h"
#include "core/sql/database.h"
#include "core/sql/page.h"

namespace welkin::compute {

class KeypairStore {
public:
    /// Throws conflict() for a taken name.
    void insert(sql::Transaction& tx, const Keypair& keypair);
    std::optional<Keypair> find(sql::Transaction& tx, const UserId& user, std::string_view name);
    Keypair get(sql::Transaction& tx, const UserId& user, std::string_view name);  ///< not_found()
    std::vector<Keypair> list(sql::Transaction& tx, const UserId& user, const sql::Page& page);
    void erase(sql::Transaction& tx, const UserId& user, std::string_view name);  ///< not_found()
    int64_t count(sql::Transaction& tx, const UserId& user);
};

}  // namespace welkin::compute
