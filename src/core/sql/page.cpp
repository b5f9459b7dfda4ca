#include "core/sql/page.h"

#include "core/base/text.h"
#include "core/sql/dialect.h"

namespace welkin::sql {

namespace {

using Op = Condition::Op;

/// Text and arguments of a condition, growing together.
struct Conditions {
    std::string sql;
    std::vector<Value> args;

    void conjoin(std::string_view condition) {
        sql += sql.empty() ? "" : " AND ";
        sql += condition;
    }
};

bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }

bool is_column(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
        return std::isalnum(c) || c == '_' || c == '.';
    });
}

std::string pattern(const Condition& condition) {
    CHECK(!condition.values.empty());
    auto escaped = text::replace_all(as_text(condition.values.front()), "!", "!!");
    escaped = text::replace_all(std::move(escaped), "%", "!%");
    escaped = text::replace_all(std::move(escaped), "_", "!_");
    const bool anything_before = condition.op != Condition::Op::starts_with;
    const bool anything_after = condition.op != Condition::Op::ends_with;
    return (anything_before ? "%" : "") + escaped + (anything_after ? "%" : "");
}

void add_membership(Conditions& where, const Condition& condition) {
    const bool wanted = condition.op == Op::in;
    std::string marks;
    bool null_named = false;
    for (const auto& value : condition.values) {
        if (is_null(value)) {
            null_named = true;
        } else {
            marks += marks.empty() ? "?" : ", ?";
            where.args.push_back(value);
        }
    }
    const auto& column = condition.column;
    const auto null_test = fmt::format("{} IS {}NULL", column, null_named == wanted ? "" : "NOT ");
    if (marks.empty()) {
        if (null_named) {
            where.conjoin(null_test);
        } else if (wanted) {
            where.conjoin("1 = 0");
        }
        return;
    }
    const bool several = marks.size() > 1;
    const auto test = several ? fmt::format("{} {}IN ({})", column, wanted ? "" : "NOT ", marks)
                              : fmt::format("{} {} ?", column, wanted ? "=" : "<>");
    // A comparison with NULL is neither true nor false, so NULL has to be let in by name.
    where.conjoin(null_named == wanted ? fmt::format("({} OR {})", test, null_test) : test);
}

void add_condition(Conditions& where, const Condition& condition) {
    CHECK(is_column(condition.column));
    const auto compare = [&](const char* operation) {
        CHECK(!condition.values.empty());
        where.args.push_back(condition.values.front());
        where.conjoin(fmt::format("{} {} ?", condition.column, operation));
    };
    switch (condition.op) {
        case Op::in:
        case Op::not_in:
            add_membership(where, condition);
            break;
        case Op::like:
        case Op::starts_with:
        case Op::ends_with:
            where.args.emplace_back(pattern(condition));
            where.conjoin(condition.column + " LIKE ? ESCAPE '!'");
            break;
        case Op::less:
            compare("<");
            break;
        case Op::less_or_equal:
            compare("<=");
            break;
        case Op::greater:
            compare(">");
            break;
        case Op::greater_or_equal:
            compare(">=");
            break;
        case Op::is_null:
            where.conjoin(condition.column + " IS NULL");
            break;
    }
}

/// The sort keys with the direction that is read, ending in the unique column.
std::vector<SortKey> complete_sort(const Page& page, std::string_view id_column) {
    std::vector<SortKey> keys;
    for (const auto& key : page.sort) {
        CHECK(is_column(key.column));
        if (std::ranges::find(keys, key.column, &SortKey::column) == keys.end()) {
            keys.push_back(key);
        }
        if (key.column == id_column) {
            break;
        }
    }
    if (keys.empty() || keys.back().column != id_column) {
        keys.push_back({std::string(id_column), false});
    }
    if (page.backwards) {
        for (auto& key : keys) {
            key.descending = !key.descending;
        }
    }
    return keys;
}

/// "column comes after value"; empty where nothing can.
std::string after_value(const SortKey& key, const Value& value, bool unique,
                        std::vector<Value>& args) {
    if (is_null(value)) {
        return key.descending ? "" : key.column + " IS NOT NULL";
    }
    args.push_back(value);
    if (!key.descending) {
        return key.column + " > ?";
    }
    return unique ? key.column + " < ?" : fmt::format("({0} < ? OR {0} IS NULL)", key.column);
}

/// "the row comes after the marker's row": for each key, equal before it and beyond it there.
void add_after_marker(Conditions& where, const std::vector<SortKey>& keys, const Row& marker) {
    const auto& values = marker.columns;
    const auto& first = keys.front();
    if (keys.size() > 1 && !first.descending && !is_null(values.front())) {
        // Implied by the rest, but in a form that lets an index skip what came before.
        where.args.push_back(values.front());
        where.conjoin(first.column + " >= ?");
    }
    std::string alternatives;
    std::string equal_so_far;
    std::vector<Value> equal_args;
    for (size_t i = 0; i < keys.size(); ++i) {
        std::vector<Value> args = equal_args;
        const auto beyond = after_value(keys[i], values[i], i + 1 == keys.size(), args);
        if (!beyond.empty()) {
            alternatives +=
                fmt::format("{}({}{})", alternatives.empty() ? "" : " OR ", equal_so_far, beyond);
            where.args.insert(where.args.end(), args.begin(), args.end());
        }
        if (is_null(values[i])) {
            equal_so_far += keys[i].column + " IS NULL AND ";
        } else {
            equal_so_far += keys[i].column + " = ? AND ";
            equal_args.push_back(values[i]);
        }
    }
    where.conjoin("(" + alternatives + ")");
}

Row find_marker(Transaction& tx, std::string_view table, std::string_view id_column,
                const std::vector<SortKey>& keys, const Conditions& scope,
                const std::string& marker) {
    std::string names;
    for (const auto& key : keys) {
        names += (names.empty() ? "" : ", ") + key.column;
    }
    auto where = scope;
    where.args.emplace_back(marker);
    where.conjoin(fmt::format("{} = ?", id_column));
    auto rows = tx.query_values(fmt::format("SELECT {} FROM {} WHERE {}", names, table, where.sql),
                                where.args);
    if (rows.empty()) {
        throw bad_request("marker [{}] not found", marker);
    }
    return std::move(rows.front());
}

std::string order_by(const std::vector<SortKey>& keys, std::string_view id_column,
                     const Dialect& dialect) {
    std::string order;
    for (const auto& key : keys) {
        const auto* direction = key.descending ? " DESC" : "";
        order += order.empty() ? " ORDER BY " : ", ";
        if (!dialect.nulls_sort_first && key.column != id_column) {
            order +=
                fmt::format("CASE WHEN {} IS NULL THEN 0 ELSE 1 END{}, ", key.column, direction);
        }
        order += key.column + direction;
    }
    return order;
}

}  // namespace

detail::Clause detail::page_clause(Transaction& tx, std::string_view table,
                                   std::string_view id_column, std::string_view scope,
                                   std::vector<Value> scope_args, const Page& page) {
    CHECK(page.limit >= 0);
    Conditions where;
    if (!scope.empty()) {
        where.sql = fmt::format("({})", scope);
        where.args = std::move(scope_args);
    }
    const auto keys = complete_sort(page, id_column);
    std::optional<Row> marker;
    if (!page.marker.empty()) {
        marker = find_marker(tx, table, id_column, keys, where, page.marker);
    }
    for (const auto& condition : page.conditions) {
        add_condition(where, condition);
    }
    if (marker) {
        add_after_marker(where, keys, *marker);
    }
    Clause clause;
    if (!where.sql.empty()) {
        clause.sql = "WHERE " + where.sql;
    }
    clause.sql += order_by(keys, id_column, tx.database().dialect()) + " LIMIT ?";
    clause.args = std::move(where.args);
    clause.args.emplace_back(static_cast<int64_t>(page.limit));
    return clause;
}

}  // namespace welkin::sql
