#pragma once
// RevocationStore: tokens revoked one by one, by audit id, until they would have expired anyway.
#include <string_view>

#include "core/base/time.h"
#include "core/sql/database.h"

namespace welkin::identity {

class RevocationStore {
public:
    bool contains(sql::Transaction& tx, std::string_view audit_id) const;
    void insert(sql::Transaction& tx, std::string_view audit_id, Time expires_at) const;
    int64_t erase_expired(sql::Transaction& tx, Time before) const;  ///< rows erased
};

}  // namespace welkin::identity
