#pragma once
// Scope: which rows a caller may see or asked for, as SQL text with its arguments; and how stores
// write to the change log.
#include <string>
#include <string_view>
#include <vector>

#include "core/history/history.h"
#include "core/sql/page.h"

namespace welkin::network {

struct Scope {
    std::string sql;  ///< empty: every row
    std::vector<sql::Value> args;

    void also(std::string_view condition, std::vector<sql::Value> more = {});
};

/// "column IN (?, ?, ...)" with the values; the number of marks is rounded up to a power of two
/// (the last value again), so that few statements differ. `false` for no values.
Scope any_of(std::string_view column, const std::vector<std::string>& values);

/// The page within the scope.
template <class T>
std::vector<T> select_page(sql::Transaction& tx, const sql::Columns<T>& columns,
                           const sql::Page& page, const Scope& scope) {
    auto clause = sql::detail::page_clause(tx, columns.table(), "id", scope.sql, scope.args, page);
    return columns.select_values(tx, clause.sql, clause.args);
}

/// One row in the change log for a resource of this service.
void record(sql::Transaction& tx, const history::Author& author, const char* resource,
            std::string_view id, const char* action, const ProjectId& project,
            json::Value detail = {});

}  // namespace welkin::network
