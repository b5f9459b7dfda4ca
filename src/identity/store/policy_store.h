#pragma once
// PolicyStore: stored policy documents. Every method works in the caller's transaction.
#include <optional>
#include <vector>

#include "core/sql/database.h"
#include "core/sql/page.h"
#include "identity/policy_document.h"

namespace welkin::identity {

class PolicyStore {
public:
    PolicyDocument get(sql::Transaction& tx, const PolicyDocumentId& id) const;  ///< or not_found()
    std::vector<PolicyDocument> list(sql::Transaction& tx, const sql::Page& page) const;
    void insert(sql::Transaction& tx, const PolicyDocument& document) const;
    void update(sql::Transaction& tx, const PolicyDocument& document) const;
    void erase(sql::Transaction& tx, const PolicyDocumentId& id) const;
};

}  // namespace welkin::identity
