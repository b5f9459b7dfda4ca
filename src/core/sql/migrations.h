#pragma once
// Migrations: numbered SQL files per module, applied in order at start, each once, in a transaction.
namespace welkin::sql {

/// Compiled in from src/<module>/**/schema/NNNN_name.sql by cmake/modules.cmake, which defines
/// `<module>_schema` and `<module>_schema_count` in this namespace.
struct Migration {
    const char* module;
    const char* name;  ///< "0001_tables"
    const char* sql;   ///< statements separated by ";" at line ends
};

}  // namespace welkin::sql
