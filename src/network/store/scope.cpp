#include "network/store/scope.h"

#include <bit>

namespace welkin::network {

void Scope::also(std::string_view condition, std::vector<sql::Value> more) {
    sql = sql.empty() ? std::string(condition) : fmt::format("({}) AND ({})", sql, condition);
    args.insert(args.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

Scope any_of(std::string_view column, const std::vector<std::string>& values) {
    if (values.empty()) {
        return {"1 = 0", {}};
    }
    const size_t count = std::bit_ceil(values.size());
    Scope scope;
    scope.sql = fmt::format("{} IN (?", column);
    scope.args.reserve(count);
    for (size_t i = 0; i < count; ++i) {
        scope.sql += i == 0 ? "" : ", ?";
        scope.args.emplace_back(values[std::min(i, values.size() - 1)]);
    }
    scope.sql += ")";
    return scope;
}

void record(sql::Transaction& tx, const history::Author& author, const char* resource,
            std::string_view id, const char* action, const ProjectId& project, json::Value detail) {
    history::append(tx, author,
                    {.service = "network",
                     .resource = resource,
                     .resource_id = std::string(id),
                     .action = action,
                     .detail = std::move(detail),
                     .project_id = project});
}

}  // namespace welkin::network
