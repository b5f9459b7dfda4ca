#pragma once
// SqliteConnection: a SOCI session on SQLite with a cache of prepared statements.
//
// Sessions and statements are SOCI's. Values go in and rows come out through SOCI's statement
// backend directly: its own dynamic rows take a column's type from the declaration, so that they
// cut integers of a column declared INTEGER to 32 bits and return MAX(x) as text.
#include <memory>
#include <string>

#include "core/sql/connection.h"

namespace welkin::sql {

struct SqliteSettings {
    std::string path;         ///< ":memory:" for a database of this connection alone
    bool synchronous = true;  ///< every commit is on disk before it returns
    int cache_kib = 16 * 1024;
};

class SqliteConnection final : public Connection {
public:
    /// Throws unavailable() naming the path if it cannot be opened.
    explicit SqliteConnection(const SqliteSettings& settings);
    ~SqliteConnection() override;

    std::vector<Row> query(std::string_view sql, const std::vector<Value>& args,
                           Access access) override;
    int64_t execute(std::string_view sql, const std::vector<Value>& args, Access access) override;
    int64_t inserted_key() override;
    void begin(Access access) override;
    void commit() override;
    void rollback() noexcept override;
    void savepoint() override;
    void release_savepoint() override;
    void rollback_savepoint() noexcept override;
    bool in_transaction() const override;

    /// Statements kept prepared now.
    size_t cached_statements() const;
    static constexpr size_t max_cached_statements = 400;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace welkin::sql
