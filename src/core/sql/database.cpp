#include "core/sql/database.h"

#include "core/sql/sqlite_database.h"

namespace welkin::sql {

std::optional<Row> Transaction::one(std::vector<Row> rows) {
    CHECK(rows.size() <= 1);
    if (rows.empty()) {
        return std::nullopt;
    }
    return std::move(rows.front());
}

std::unique_ptr<Database> open(Env& env, const Options& options) {
    constexpr std::string_view file_prefix = "sqlite:///";
    if (options.url == "sqlite::memory:") {
        return open_sqlite(env, ":memory:", options.synchronous);
    }
    if (options.url.starts_with(file_prefix) && options.url.size() > file_prefix.size()) {
        // The path keeps the slash it begins with.
        return open_sqlite(env, options.url.substr(file_prefix.size() - 1), options.synchronous);
    }
    throw bad_request(
        "The database URL \"{}\" is not understood; it should be sqlite:///path/of/file.",
        options.url);
}

}  // namespace welkin::sql
