// FieldTable::page: what a list request asks for, checked against the rows.
#include <charconv>

#include "core/base/text.h"
#include "core/json/fields.h"

namespace welkin::json {

namespace {

using Op = sql::Condition::Op;

constexpr std::string_view paging_names[] = {"limit",    "marker", "page_reverse", "sort_key",
                                             "sort_dir", "sort",   "fields"};

int parse_limit(std::string_view text, const PageRules& rules) {
    const bool digits =
        !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
    if (!digits) {
        throw bad_request("'limit' must be a non-negative integer, not '{}'.", text);
    }
    const auto wanted = text::to_integer(text).value_or(rules.max_limit);
    if (wanted == 0) {
        return rules.default_limit;
    }
    return static_cast<int>(std::min<int64_t>(wanted, rules.max_limit));
}

bool parse_direction(std::string_view text) {
    if (text != "asc" && text != "desc") {
        throw bad_request("A sort direction must be 'asc' or 'desc', not '{}'.", text);
    }
    return text == "desc";
}

/// A filter's text as its column stores it.
sql::Value filter_value(const FieldRow& row, std::string_view text) {
    switch (row.type->kind) {
        case Kind::integer:
            if (const auto number = text::to_integer(text)) {
                return *number;
            }
            throw bad_request("'{}' must be an integer, not '{}'.", row.name, text);
        case Kind::boolean:
            if (const auto boolean = text::to_boolean(text)) {
                return static_cast<int64_t>(*boolean ? 1 : 0);
            }
            throw bad_request("'{}' must be true or false, not '{}'.", row.name, text);
        case Kind::number: {
            double number = 0;
            const auto [end, error] =
                std::from_chars(text.data(), text.data() + text.size(), number);
            if (error != std::errc{} || end != text.data() + text.size()) {
                throw bad_request("'{}' must be a number, not '{}'.", row.name, text);
            }
            return number;
        }
        case Kind::time:
            if (const auto time = parse_time(text)) {
                return to_micros(*time);
            }
            throw bad_request("'{}' must be a time such as 2026-11-23T18:00:00Z, not '{}'.",
                              row.name, text);
        default:
            return std::string(text);
    }
}

bool has_column(const FieldRow& row, const View& view) {
    return row.type != nullptr && row.shown(view) && row.type->kind != Kind::list &&
           row.type->kind != Kind::object && row.type->kind != Kind::anything;
}

const FieldRow* find_filter(const std::vector<FieldRow>& rows, std::string_view name,
                            const View& view) {
    for (const auto& row : rows) {
        if (row.name == name && has_column(row, view) && !row.rules.marked(Mark::no_filter)) {
            return &row;
        }
    }
    return nullptr;
}

/// "a,b" and "\"a,b\",c": quotes keep commas.
std::vector<std::string> split_quoted(std::string_view text, std::string_view name) {
    std::vector<std::string> parts(1);
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            parts.emplace_back();
        } else {
            parts.back().push_back(c);
        }
    }
    if (quoted) {
        throw bad_request("The filter '{}' has a quote that is not closed.", name);
    }
    return parts;
}

/// The operators of image filters: "in:a,b", "neq:a", "gt:...".
sql::Condition prefixed_condition(const FieldRow& row, std::string_view text) {
    static constexpr std::pair<std::string_view, Op> operators[] = {{"in:", Op::in},
                                                                    {"eq:", Op::in},
                                                                    {"neq:", Op::not_in},
                                                                    {"gt:", Op::greater},
                                                                    {"gte:", Op::greater_or_equal},
                                                                    {"lt:", Op::less},
                                                                    {"lte:", Op::less_or_equal}};
    sql::Condition condition{.op = Op::in, .column = row.rules.column};
    for (const auto& [prefix, op] : operators) {
        const bool ordered = row.type->kind == Kind::time || row.type->kind == Kind::integer;
        if (!text.starts_with(prefix) || (prefix != "in:" && !ordered)) {
            continue;
        }
        condition.op = op;
        text.remove_prefix(prefix.size());
        if (prefix == "in:") {
            for (const auto& part : split_quoted(text, row.name)) {
                condition.values.push_back(filter_value(row, part));
            }
            return condition;
        }
        break;
    }
    condition.values.push_back(filter_value(row, text));
    return condition;
}

std::vector<sql::SortKey> parse_joined_sort(std::string_view text, const PageRules& rules) {
    std::vector<sql::SortKey> keys;
    for (const auto& part : text::split(text, ',')) {
        const auto colon = part.find(':');
        keys.push_back({part.substr(0, colon), colon == std::string::npos
                                                   ? rules.descending_by_default
                                                   : parse_direction(part.substr(colon + 1))});
    }
    return keys;
}

std::vector<sql::SortKey> parse_sort(const http::Query& query, const PageRules& rules) {
    const auto names = query.all("sort_key");
    const auto directions = query.all("sort_dir");
    if (rules.sort_keys_joined && query.has("sort")) {
        if (!names.empty() || !directions.empty()) {
            throw bad_request("Give either 'sort' or 'sort_key' and 'sort_dir', not both.");
        }
        return parse_joined_sort(query.get("sort"), rules);
    }
    if (directions.size() > names.size() && !(names.empty() && directions.size() == 1)) {
        throw bad_request("There are {} sort directions for {} sort keys.", directions.size(),
                          names.size());
    }
    const bool otherwise =
        directions.empty() ? rules.descending_by_default : parse_direction(directions.front());
    std::vector<sql::SortKey> keys;
    for (size_t i = 0; i < names.size(); ++i) {
        keys.push_back({std::string(names[i]),
                        i < directions.size() ? parse_direction(directions[i]) : otherwise});
    }
    if (names.empty() && !directions.empty()) {
        // A direction alone turns the default order round.
        for (auto key : rules.default_sort) {
            key.descending = otherwise;
            keys.push_back(std::move(key));
        }
    }
    return keys;
}

/// Wire names become columns; throws bad_request() for what cannot be sorted by.
void resolve_sort(std::vector<sql::SortKey>& keys, const std::vector<FieldRow>& rows,
                  const View& view, const PageRules& rules) {
    const auto sortable = [&view](const FieldRow& row) {
        return has_column(row, view) && !row.rules.marked(Mark::no_sort);
    };
    for (auto& key : keys) {
        const auto row = std::find_if(rows.begin(), rows.end(), [&](const FieldRow& candidate) {
            return candidate.name == key.column && sortable(candidate);
        });
        if (row != rows.end()) {
            key.column = row->rules.column;
            continue;
        }
        if (std::any_of(rules.default_sort.begin(), rules.default_sort.end(),
                        [&](const auto& known) { return known.column == key.column; })) {
            continue;
        }
        std::vector<std::string> names;
        for (const auto& candidate : rows) {
            if (sortable(candidate)) {
                names.push_back(candidate.name);
            }
        }
        throw bad_request("'{}' is not a sort key; sort keys are: {}.", key.column,
                          text::join(names, ", "));
    }
}

void add_condition(std::vector<sql::Condition>& conditions, sql::Condition condition) {
    for (auto& known : conditions) {
        if (known.op == Op::in && condition.op == Op::in && known.column == condition.column) {
            known.values.insert(known.values.end(), condition.values.begin(),
                                condition.values.end());
            return;
        }
    }
    conditions.push_back(std::move(condition));
}

bool is_known(std::string_view name, const PageRules& rules) {
    return std::find(std::begin(paging_names), std::end(paging_names), name) !=
               std::end(paging_names) ||
           std::find(rules.known.begin(), rules.known.end(), name) != rules.known.end();
}

}  // namespace

sql::Page FieldTable::page(const http::Query& query, const PageRules& rules,
                           const View& view) const {
    sql::Page page;
    page.limit = rules.default_limit;
    if (const auto limit = query.find("limit")) {
        page.limit = parse_limit(*limit, rules);
    }
    page.marker = query.get("marker");
    if (const auto reverse = query.find("page_reverse")) {
        const auto backwards = text::to_boolean(*reverse);
        if (!backwards) {
            throw bad_request("'page_reverse' must be true or false, not '{}'.", *reverse);
        }
        page.backwards = *backwards;
    }

    page.sort = parse_sort(query, rules);
    resolve_sort(page.sort, rows_, view, rules);
    for (const auto& key : rules.default_sort) {
        if (std::none_of(page.sort.begin(), page.sort.end(),
                         [&](const auto& given) { return given.column == key.column; })) {
            page.sort.push_back(key);
        }
    }

    for (const auto& [name, text] : query) {
        if (is_known(name, rules)) {
            continue;
        }
        if (const auto* row = find_filter(rows_, name, view)) {
            add_condition(page.conditions,
                          rules.in_prefix ? prefixed_condition(*row, text)
                                          : sql::Condition{.op = Op::in,
                                                           .column = row->rules.column,
                                                           .values = {filter_value(*row, text)}});
        } else if (rules.refuse_unknown) {
            throw bad_request("The query parameter '{}' is not known.", name);
        }
    }
    return page;
}

}  // namespace welkin::json
