#pragma once
// Page: one page of a list, by keyset. What a client may filter and sort by is decided by the field
// table (json/fields.h); here it becomes SQL. NULL sorts before every value.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/columns.h"

namespace welkin::sql {

struct SortKey {
    std::string column;
    bool descending = false;
};

/// One condition on a column. `in` matches any of the values, `not_in` none of them (and NULL,
/// unless NULL is a value); the others use the first. `like` matches text that contains the value,
/// starts_with and ends_with what they say; the value is plain text: its wildcards are escaped
/// here.
struct Condition {
    enum class Op {
        in,
        not_in,
        like,
        starts_with,
        ends_with,
        less,
        less_or_equal,
        greater,
        greater_or_equal,
        is_null
    } op = Op::in;
    std::string column;
    std::vector<Value> values;
};

struct Page {
    std::vector<Condition> conditions;
    std::vector<SortKey> sort;  ///< a unique column is added at the end if it is not there
    std::string marker;  ///< value of `id_column` of the last one seen; empty for the first page
    int limit = 1000;    ///< at most this many
    bool backwards = false;  ///< the page before the marker, in the same order (page_reverse)
};

namespace detail {
struct Clause {
    std::string sql;  ///< "WHERE ... ORDER BY ... LIMIT ?"
    std::vector<Value> args;
};
/// Looks the marker up in `table`; throws bad_request("marker [x] not found") if it is not there.
Clause page_clause(Transaction& tx, std::string_view table, std::string_view id_column,
                   std::string_view scope, std::vector<Value> scope_args, const Page& page);
}  // namespace detail

/// Rows of `columns` within `scope` (a condition such as "project_id = ?", or "" for all).
template <class T, class... Args>
std::vector<T> page(Transaction& tx, const Columns<T>& columns, std::string_view id_column,
                    const Page& wanted, std::string_view scope, const Args&... args) {
    auto clause =
        detail::page_clause(tx, columns.table(), id_column, scope, {to_value(args)...}, wanted);
    auto found = columns.select_values(tx, clause.sql, clause.args);
    if (wanted.backwards) {
        std::ranges::reverse(found);
    }
    return found;
}

}  // namespace welkin::sql
