#include "compute/store/keypair_store.h"

#include "core/sql/columns.h"

namespace welkin::compute {

namespace {

const sql::Columns<Keypair> columns{"compute_keypair",
                                    {{"user_id", &Keypair::user_id},
                                     {"name", &Keypair::name},
                                     {"id", &Keypair::id},
                                     {"type", &Keypair::type},
                                     {"public_key", &Keypair::public_key},
                                     {"fingerprint", &Keypair::fingerprint},
                                     {"created_at", &Keypair::created_at}}};

Error no_such_keypair(const UserId& user, std::string_view name) {
    return not_found("Keypair {} not found for user {}", name, user);
}

}  // namespace

void KeypairStore::insert(sql::Transaction& tx, const Keypair& keypair) {
    try {
        columns.insert(tx, keypair);
    } catch (const sql::ConstraintViolation&) {
        throw conflict("Key pair '{}' already exists.", keypair.name);
    }
}

std::optional<Keypair> KeypairStore::find(sql::Transaction& tx, const UserId& user,
                                          std::string_view name) {
    return columns.find(tx, "user_id = ? AND name = ?", user, name);
}

Keypair KeypairStore::get(sql::Transaction& tx, const UserId& user, std::string_view name) {
    if (auto keypair = find(tx, user, name)) {
        return std::move(*keypair);
    }
    throw no_such_keypair(user, name);
}

std::vector<Keypair> KeypairStore::list(sql::Transaction& tx, const UserId& user,
                                        const sql::Page& page) {
    return sql::page(tx, columns, "name", page, "user_id = ?", user);
}

void KeypairStore::erase(sql::Transaction& tx, const UserId& user, std::string_view name) {
    if (tx.execute("DELETE FROM compute_keypair WHERE user_id = ? AND name = ?", user, name) == 0) {
        throw no_such_keypair(user, name);
    }
}

int64_t KeypairStore::count(sql::Transaction& tx, const UserId& user) {
    return tx.query_one("SELECT COUNT(*) FROM compute_keypair WHERE user_id = ?", user)->integer(0);
}

}  // namespace welkin::compute
