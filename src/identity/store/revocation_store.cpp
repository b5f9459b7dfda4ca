#include "identity/store/revocation_store.h"

namespace welkin::identity {

bool RevocationStore::contains(sql::Transaction& tx, std::string_view audit_id) const {
    return tx.query_one("SELECT 1 FROM identity_revoked_token WHERE audit_id = ?", audit_id)
        .has_value();
}

void RevocationStore::insert(sql::Transaction& tx, std::string_view audit_id,
                             Time expires_at) const {
    if (!contains(tx, audit_id)) {
        tx.execute("INSERT INTO identity_revoked_token (audit_id, expires_at) VALUES (?, ?)",
                   audit_id, expires_at);
    }
}

int64_t RevocationStore::erase_expired(sql::Transaction& tx, Time before) const {
    return tx.execute("DELETE FROM identity_revoked_token WHERE expires_at < ?", before);
}

}  // namespace welkin::identity
