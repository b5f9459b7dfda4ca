#pragma once
// For tests: runs a store's contract on every database there is. SQLite in memory and in a file
// always; others where WELKIN_TEST_DATABASES names them (URLs with commas between).
//
//   TEST(KeypairStore, RefusesATakenName) {
//       sql::on_every_database({sql::schema(sql::compute_schema, sql::compute_schema_count)},
//                              [](sql::Database& database) -> Task<void> { ...; co_return; });
//   }
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/async/loops.h"
#include "core/base/env.h"
#include "core/base/text.h"
#include "core/sql/database.h"
#include "core/work/runner.h"

namespace welkin::sql {

/// A directory of its own below the system's temporary one, gone at the end.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        auto pattern = (std::filesystem::temp_directory_path() / "welkin-test-XXXXXX").string();
        CHECK(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

inline std::span<const Migration> schema(const Migration* migrations, int count) {
    return {migrations, static_cast<size_t>(count)};
}

/// Opens each database, applies core's migrations and `schemas`, and runs `body` on an event loop.
inline void on_every_database(const std::vector<std::span<const Migration>>& schemas,
                              const std::function<Task<void>(Database&)>& body) {
    const TemporaryDirectory directory;
    const auto env = make_real_env();
    std::vector<std::string> urls = {"sqlite::memory:",
                                     "sqlite://" + directory.path() + "/test.db"};
    if (const char* more = std::getenv("WELKIN_TEST_DATABASES")) {
        for (auto& url : text::split(more, ',')) {
            urls.push_back(std::move(url));
        }
    }
    for (const auto& url : urls) {
        const auto database = open(*env, {.url = url, .synchronous = false});
        database->migrate(work::migrations());
        for (const auto migrations : schemas) {
            database->migrate(migrations);
        }
        async::Loops loops(1, 2);
        loops.run(body(*database));
    }
}

}  // namespace welkin::sql
