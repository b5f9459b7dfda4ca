#pragma once
// Connection: one session with the database, used by one thread at a time. Internal to core/sql.
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/sql/database.h"

namespace welkin::sql {

enum class Access { read, write };

/// Every call may throw ConstraintViolation or Error (insufficient_storage, unavailable, internal).
class Connection {
public:
    virtual ~Connection() = default;

    /// With Access::read, text that writes throws before it has done anything.
    virtual std::vector<Row> query(std::string_view sql, const std::vector<Value>& args,
                                   Access access) = 0;
    /// Rows affected.
    virtual int64_t execute(std::string_view sql, const std::vector<Value>& args,
                            Access access) = 0;
    /// The AUTO_KEY of the last row inserted.
    virtual int64_t inserted_key() = 0;

    virtual void begin(Access access) = 0;
    virtual void commit() = 0;
    virtual void rollback() noexcept = 0;

    virtual void savepoint() = 0;
    /// Keeps what was done since savepoint(). Throws for a foreign key whose check was put off.
    virtual void release_savepoint() = 0;
    virtual void rollback_savepoint() noexcept = 0;

    /// False once the database has thrown the transaction away by itself (disk full, I/O error).
    virtual bool in_transaction() const = 0;
};

}  // namespace welkin::sql
