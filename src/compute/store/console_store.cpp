#include "compute/store/console_store.h"

#include "core/sql/columns.h"

namespace welkin::compute {

namespace {

const sql::Columns<ConsoleToken> columns{"compute_console_token",
                                         {{"token", &ConsoleToken::token},
                                          {"server_id", &ConsoleToken::server_id},
                                          {"host", &ConsoleToken::host},
                                          {"type", &ConsoleToken::type},
                                          {"expires_at", &ConsoleToken::expires_at}}};

}  // namespace

void ConsoleStore::insert(sql::Transaction& tx, const ConsoleToken& token) {
    columns.insert(tx, token);
}

std::optional<ConsoleToken> ConsoleStore::take(sql::Transaction& tx, std::string_view token) {
    auto found = columns.find(tx, "token = ? AND expires_at > ?", token, tx.now());
    // Two connections with one token: only the one whose delete finds the row gets it.
    if (found && tx.execute("DELETE FROM compute_console_token WHERE token = ?", token) == 0) {
        return std::nullopt;
    }
    return found;
}

void ConsoleStore::erase_of(sql::Transaction& tx, const ServerId& server) {
    tx.execute("DELETE FROM compute_console_token WHERE server_id = ?", server);
}

bool ConsoleStore::any_expired(sql::Transaction& tx) {
    return !tx.query("SELECT 1 FROM compute_console_token WHERE expires_at <= ? LIMIT 1", tx.now())
                .empty();
}

void ConsoleStore::erase_expired(sql::Transaction& tx) {
    tx.execute("DELETE FROM compute_console_token WHERE expires_at <= ?", tx.now());
}

}  // namespace welkin::compute
