#pragma once
// Dialect: the few words of SQL that differ between the databases. Everything else is written once,
// in what all of them understand (database.h).
namespace welkin::sql {

struct Dialect {
    const char* name;
    /// Type of a key column that the database counts up by itself; AUTO_KEY in migrations.
    const char* auto_key;
    /// Text that begins a write transaction and a read transaction.
    const char* begin_write;
    const char* begin_read;
    /// True where NULL sorts before every value without being told to.
    bool nulls_sort_first;
};

extern const Dialect sqlite_dialect;

}  // namespace welkin::sql
