#include "core/sql/migrations.h"

#include <gtest/gtest.h>

#include "core/async/loops.h"
#include "core/sql/contract.h"
#include "core/sql/dialect.h"

namespace welkin::sql {
namespace {

constexpr Migration first = {"test", "0001_a", "CREATE TABLE a (id BIGINT);"};
constexpr Migration second = {"test", "0002_b",
                              "CREATE TABLE b (id BIGINT);\nINSERT INTO b VALUES (1);"};
constexpr Migration broken = {"test", "0002_b", "CREATE TABLE b (id BIGINT);\nNONSENSE;"};

std::unique_ptr<Database> open_in(const TemporaryDirectory& directory, Env& env) {
    return open(env, {.url = "sqlite://" + directory.path() + "/test.db", .synchronous = false});
}

bool has_table(Database& database, const std::string& name) {
    async::Loops loops(1);
    return loops.get(database.read([&](Transaction& tx) {
        return !tx.query("SELECT name FROM sqlite_master WHERE name = ?", name).empty();
    }));
}

TEST(Migrations, AreEachAppliedOnce) {
    const TemporaryDirectory directory;
    const auto env = make_real_env();
    for (int i = 0; i < 3; ++i) {
        auto database = open_in(directory, *env);
        const Migration both[] = {first, second};
        database->migrate(std::span(both).first(i == 0 ? 1 : 2));
        EXPECT_TRUE(has_table(*database, "a"));
        EXPECT_EQ(has_table(*database, "b"), i > 0);
    }
}

TEST(Migrations, LeaveNothingOfOneThatFails) {
    const TemporaryDirectory directory;
    const auto env = make_real_env();
    auto database = open_in(directory, *env);
    const Migration with_broken[] = {first, broken};
    EXPECT_THROW(database->migrate(with_broken), Error);
    EXPECT_TRUE(has_table(*database, "a"));
    EXPECT_FALSE(has_table(*database, "b"));
    const Migration repaired[] = {first, second};
    database->migrate(repaired);
    EXPECT_TRUE(has_table(*database, "b"));
}

TEST(Migrations, RefuseADatabaseOfANewerVersion) {
    const TemporaryDirectory directory;
    const auto env = make_real_env();
    auto database = open_in(directory, *env);
    const Migration both[] = {first, second};
    database->migrate(both);
    try {
        database->migrate(std::span(both).first(1));
        ADD_FAILURE() << "not refused";
    } catch (const Error& error) {
        EXPECT_NE(error.message.find("0002_b"), std::string::npos);
    }
    const Migration of_another[] = {{"other", "0001_x", "CREATE TABLE x (id BIGINT);"}};
    database->migrate(of_another);
}

TEST(Migrations, AreSplitAtSemicolonsThatEndALine) {
    const auto statements = split_statements(
        "-- a comment;\nCREATE TABLE a (id AUTO_KEY,\n  t TEXT DEFAULT 'x;y');\n\n"
        "INSERT INTO a (t) VALUES (';')  ;  \nSELECT 1",
        sqlite_dialect);
    ASSERT_EQ(statements.size(), 3u);
    EXPECT_EQ(statements[0],
              "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT,\n  t TEXT DEFAULT 'x;y')");
    EXPECT_EQ(statements[2], "SELECT 1\n");
}

}  // namespace
}  // namespace welkin::sql
