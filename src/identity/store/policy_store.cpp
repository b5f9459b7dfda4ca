#include "identity/store/policy_store.h"

namespace welkin::identity {

namespace {

const sql::Columns<PolicyDocument> columns{"identity_policy",
                                           {{"id", &PolicyDocument::id},
                                            {"type", &PolicyDocument::type},
                                            {"blob_text", &PolicyDocument::blob},
                                            {"extra", &PolicyDocument::extra}}};

}  // namespace

PolicyDocument PolicyStore::get(sql::Transaction& tx, const PolicyDocumentId& id) const {
    if (auto found = columns.find(tx, "id = ?", id)) {
        return *std::move(found);
    }
    throw not_found("Could not find policy: {}.", id);
}

std::vector<PolicyDocument> PolicyStore::list(sql::Transaction& tx, const sql::Page& page) const {
    return sql::page(tx, columns, "id", page, "");
}

void PolicyStore::insert(sql::Transaction& tx, const PolicyDocument& document) const {
    columns.insert(tx, document);
}

void PolicyStore::update(sql::Transaction& tx, const PolicyDocument& document) const {
    columns.update_all(tx, document, "id = ?", document.id);
}

void PolicyStore::erase(sql::Transaction& tx, const PolicyDocumentId& id) const {
    tx.execute("DELETE FROM identity_policy WHERE id = ?", id);
}

}  // namespace welkin::identity
