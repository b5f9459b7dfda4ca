#include "core/sql/migrations.h"

#include <set>

#include "core/base/text.h"
#include "core/observe/log.h"
#include "core/sql/connection_transaction.h"
#include "core/sql/dialect.h"

namespace welkin::sql {

namespace {

using Applied = std::set<std::pair<std::string, std::string>>;

/// Runs `function` in a transaction of its own.
template <class F>
void in_transaction(Database& database, Connection& connection, F function) {
    ConnectionTransaction transaction(database, connection, Access::write);
    connection.begin(Access::write);
    try {
        function(transaction);
        connection.commit();
    } catch (...) {
        connection.rollback();
        throw;
    }
}

void apply(Transaction& tx, const Migration& migration, const Dialect& dialect) {
    for (const auto& statement : split_statements(migration.sql, dialect)) {
        try {
            tx.execute(statement);
        } catch (...) {
            throw internal("Migration {} of {} failed.", migration.name, migration.module)
                .because(describe(std::current_exception()));
        }
    }
    tx.execute("INSERT INTO core_migration (module, name, applied_at) VALUES (?, ?, ?)",
               std::string_view(migration.module), std::string_view(migration.name), tx.now());
}

void refuse_unknown(const Applied& applied, std::span<const Migration> migrations) {
    std::set<std::string> modules;
    Applied known;
    for (const auto& migration : migrations) {
        modules.insert(migration.module);
        known.emplace(migration.module, migration.name);
    }
    for (const auto& [module, name] : applied) {
        if (modules.contains(module) && !known.contains({module, name})) {
            throw unavailable(
                "The database was made by a newer version: migration {} of {} is not known here. "
                "Run the version that made it, or a later one.",
                name, module);
        }
    }
}

}  // namespace

std::vector<std::string> split_statements(std::string_view sql, const Dialect& dialect) {
    std::vector<std::string> statements;
    std::string current;
    for (const auto& line : text::split(sql, '\n')) {
        const auto trimmed = text::trim(line);
        if (trimmed.empty() || trimmed.starts_with("--")) {
            continue;
        }
        current += text::replace_all(line, "AUTO_KEY", dialect.auto_key);
        current += '\n';
        if (trimmed.ends_with(';')) {
            current.erase(current.rfind(';'));
            statements.push_back(std::exchange(current, {}));
        }
    }
    if (!text::trim(current).empty()) {
        statements.push_back(std::move(current));
    }
    return statements;
}

void apply_migrations(Database& database, Connection& connection,
                      std::span<const Migration> migrations) {
    Applied applied;
    in_transaction(database, connection, [&](Transaction& tx) {
        tx.execute(
            "CREATE TABLE IF NOT EXISTS core_migration ("
            "module VARCHAR(64) NOT NULL, name VARCHAR(255) NOT NULL, applied_at BIGINT NOT NULL, "
            "PRIMARY KEY (module, name))");
        for (const auto& row : tx.query("SELECT module, name FROM core_migration")) {
            applied.emplace(row.text(0), row.text(1));
        }
    });
    refuse_unknown(applied, migrations);
    for (const auto& migration : migrations) {
        if (!applied.contains({migration.module, migration.name})) {
            in_transaction(database, connection,
                           [&](Transaction& tx) { apply(tx, migration, database.dialect()); });
            log::debug("migration applied", {{"module", std::string_view(migration.module)},
                                            {"name", std::string_view(migration.name)}});
        }
    }
}

}  // namespace welkin::sql
