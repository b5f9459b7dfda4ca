#pragma once
// Migrations: numbered SQL files per module, applied in order at start, each once, in a
// transaction.
//
// The word AUTO_KEY stands for the type of a key column that the database counts up by itself
// (`sequence AUTO_KEY`, filled by Transaction::insert()); keys are not used twice. Lines that begin
// with "--" are comments.
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace welkin::sql {

/// Compiled in from src/<module>/**/schema/NNNN_name.sql by cmake/modules.cmake, which defines
/// `<module>_schema` and `<module>_schema_count` in this namespace.
struct Migration {
    const char* module;
    const char* name;  ///< "0001_tables"
    const char* sql;   ///< statements separated by ";" at line ends
};

class Connection;
class Database;
struct Dialect;

/// The statements of a migration, in this dialect's words.
std::vector<std::string> split_statements(std::string_view sql, const Dialect& dialect);

/// Applies what is missing. Throws unavailable() if the database holds a migration of one of these
/// modules that is not among them: a newer Welkin made it.
void apply_migrations(Database& database, Connection& connection,
                      std::span<const Migration> migrations);

}  // namespace welkin::sql
