#include "core/sql/database.h"

#include <gtest/gtest.h>

#include "core/async/loops.h"
#include "core/sql/columns.h"
#include "core/sql/contract.h"
#include "core/sql/sqlite_connection.h"

namespace welkin::sql {
namespace {

const Migration tables[] = {
    {"test", "0001_tables",
     "-- parents first;\n"
     "CREATE TABLE parent (\n"
     "    id VARCHAR(64) NOT NULL PRIMARY KEY\n"
     ");\n"
     "CREATE TABLE child (\n"
     "    id AUTO_KEY,\n"
     "    parent_id VARCHAR(64) NOT NULL REFERENCES parent (id),\n"
     "    name VARCHAR(64) UNIQUE\n"
     ");\n"
     "CREATE TABLE late_child (\n"
     "    parent_id VARCHAR(64) REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED\n"
     ");\n"
     "CREATE TABLE thing (id VARCHAR(64) PRIMARY KEY, n BIGINT, r DOUBLE, t TEXT)"},
};

/// A database in a directory of its own, and loops to use it on.
struct Fixture {
    explicit Fixture(int loop_count = 1) : loops(loop_count) { reopen(); }
    ~Fixture() { database.reset(); }

    void reopen() {
        database.reset();
        database = open(*env, {.url = url()});
        database->migrate(tables);
    }
    std::string url() const { return "sqlite://" + directory.path() + "/a file.db"; }

    template <class F>
    auto write(F function) {
        using Result = std::invoke_result_t<F&, Transaction&>;
        if constexpr (std::is_void_v<Result>) {
            loops.run(database->write(std::move(function)));
        } else {
            return loops.get(database->write(std::move(function)));
        }
    }
    int64_t count(const std::string& table) {
        return loops.get(database->read([&](Transaction& tx) {
            return tx.query_one("SELECT COUNT(*) FROM " + table)->integer(0);
        }));
    }

    TemporaryDirectory directory;
    std::unique_ptr<Env> env = make_real_env();
    async::Loops loops;
    std::unique_ptr<Database> database;
};

std::optional<ConstraintViolation::Kind> violation_of(Fixture& fixture, const std::string& sql) {
    try {
        fixture.write([&](Transaction& tx) { tx.execute(sql); });
    } catch (const ConstraintViolation& violation) {
        return violation.kind;
    }
    return std::nullopt;
}

TEST(Database, ReturnsValuesAsTheyWereWritten) {
    Fixture fixture;
    const int64_t big = 1'700'000'000'000'000;
    const std::string odd("a\0b'\"\xc3\xa9", 7);
    fixture.write([&](Transaction& tx) {
        tx.execute("INSERT INTO thing (id, n, r, t) VALUES (?, ?, ?, ?)", "x", big, 0.5, odd);
        tx.execute("INSERT INTO thing (id, n, r, t) VALUES (?, ?, ?, ?)", "y", nullptr, nullptr,
                   std::optional<std::string>());
    });
    fixture.loops.run(fixture.database->read([&](Transaction& tx) {
        const auto rows = tx.query("SELECT n, r, t FROM thing ORDER BY id");
        EXPECT_EQ(rows[0].integer(0), big);
        EXPECT_EQ(rows[0].get<double>(1), 0.5);
        EXPECT_EQ(rows[0].text(2), odd);
        EXPECT_TRUE(rows[1].is_null(0) && rows[1].is_null(1) && rows[1].is_null(2));
        EXPECT_EQ(tx.query_one("SELECT MAX(n) FROM thing")->integer(0), big);
        EXPECT_FALSE(tx.query_one("SELECT n FROM thing WHERE id = ?", "z").has_value());
    }));
}

TEST(Database, TellsTheKindsOfViolationsApart) {
    using Kind = ConstraintViolation::Kind;
    Fixture fixture;
    fixture.write([](Transaction& tx) {
        tx.execute("INSERT INTO parent VALUES ('p')");
        tx.execute("INSERT INTO child (parent_id, name) VALUES ('p', 'a')");
    });
    EXPECT_EQ(violation_of(fixture, "INSERT INTO parent VALUES ('p')"), Kind::unique);
    EXPECT_EQ(violation_of(fixture, "INSERT INTO child (parent_id, name) VALUES ('p', 'a')"),
              Kind::unique);
    EXPECT_EQ(violation_of(fixture, "INSERT INTO child (parent_id) VALUES ('q')"),
              Kind::foreign_key);
    EXPECT_EQ(violation_of(fixture, "DELETE FROM parent"), Kind::foreign_key);
    EXPECT_EQ(violation_of(fixture, "INSERT INTO child (parent_id) VALUES (NULL)"), Kind::not_null);
    EXPECT_EQ(violation_of(fixture, "INSERT INTO late_child VALUES ('q')"), Kind::foreign_key);
    EXPECT_EQ(violation_of(fixture, "INSERT INTO late_child VALUES ('p')"), std::nullopt);
    EXPECT_EQ(fixture.count("late_child"), 1);
}

TEST(Database, CountsRowsAffectedAndKeysUp) {
    Fixture fixture;
    fixture.write([](Transaction& tx) {
        EXPECT_EQ(tx.execute("INSERT INTO parent VALUES ('p')"), 1);
        const auto first = tx.insert("INSERT INTO child (parent_id) VALUES (?)", "p");
        const auto second = tx.insert("INSERT INTO child (parent_id) VALUES (?)", "p");
        EXPECT_EQ(second, first + 1);
        EXPECT_EQ(tx.execute("UPDATE child SET name = NULL WHERE id >= ?", first), 2);
        EXPECT_EQ(tx.execute("UPDATE child SET name = ? WHERE id = ?", "x", -1), 0);
        EXPECT_EQ(tx.execute("DELETE FROM child"), 2);
        EXPECT_GT(tx.insert("INSERT INTO child (parent_id) VALUES (?)", "p"), second);
    });
}

TEST(Database, RefusesToWriteInARead) {
    Fixture fixture;
    EXPECT_THROW(fixture.loops.run(fixture.database->read(
                     [](Transaction& tx) { tx.execute("INSERT INTO parent VALUES ('p')"); })),
                 Error);
    EXPECT_EQ(fixture.count("parent"), 0);
}

TEST(Database, RollsBackWhatThrew) {
    Fixture fixture;
    bool told = false;
    EXPECT_THROW(fixture.write([&](Transaction& tx) {
        tx.execute("INSERT INTO parent VALUES ('p')");
        tx.after_commit([&] { told = true; });
        throw conflict("no");
    }),
                 Error);
    EXPECT_EQ(fixture.count("parent"), 0);
    EXPECT_FALSE(told);
}

TEST(Database, KeepsWhatWasCommittedWhenOpenedAgain) {
    Fixture fixture;
    fixture.write([](Transaction& tx) { tx.execute("INSERT INTO parent VALUES ('p')"); });
    fixture.reopen();
    EXPECT_EQ(fixture.count("parent"), 1);
}

TEST(Database, IsUsedByOneProcessAtATime) {
    Fixture fixture;
    try {
        open(*fixture.env, {.url = fixture.url()});
        ADD_FAILURE() << "opened twice";
    } catch (const Error& error) {
        EXPECT_EQ(error.fault, Fault::unavailable);
        EXPECT_NE(error.message.find("in use by another process"), std::string::npos);
    }
}

TEST(Database, RefusesAUrlItDoesNotKnow) {
    const auto env = make_real_env();
    EXPECT_THROW(open(*env, {.url = "oracle://x"}), Error);
    EXPECT_THROW(open(*env, {.url = "sqlite:///"}), Error);
}

TEST(Database, WorksInMemory) {
    on_every_database({tables}, [](Database& database) -> Task<void> {
        co_await database.write(
            [](Transaction& tx) { tx.execute("INSERT INTO parent VALUES ('p')"); });
        const auto found = co_await database.read(
            [](Transaction& tx) { return tx.query("SELECT id FROM parent").size(); });
        EXPECT_EQ(found, 1u);
    });
}

TEST(SqliteConnection, KeepsFewStatementsPrepared) {
    SqliteConnection connection({.path = ":memory:"});
    const auto at_first = connection.cached_statements();
    for (int i = 0; i < 10; ++i) {
        connection.query("SELECT 1", {}, Access::read);
    }
    EXPECT_EQ(connection.cached_statements(), at_first + 1);
    for (size_t i = 0; i < 2 * SqliteConnection::max_cached_statements; ++i) {
        const auto rows = connection.query(fmt::format("SELECT {}", i), {}, Access::read);
        EXPECT_EQ(rows[0].integer(0), static_cast<int64_t>(i));
    }
    EXPECT_EQ(connection.cached_statements(), SqliteConnection::max_cached_statements);
    EXPECT_EQ(connection.query("SELECT 1", {}, Access::read)[0].integer(0), 1);
}

struct Thing {
    std::string id;
    std::optional<int64_t> n;
    double r = 0;
    std::map<std::string, std::string> t;
};
const Columns<Thing> thing_columns{
    "thing", {{"id", &Thing::id}, {"n", &Thing::n}, {"r", &Thing::r}, {"t", &Thing::t}}};

TEST(Columns, InsertFindUpdateAndSelect) {
    Fixture fixture;
    fixture.write([](Transaction& tx) {
        thing_columns.insert(tx, {"a", 1, 0.25, {{"k", "v"}}});
        thing_columns.insert(tx, {"b", std::nullopt, 1, {}});
        auto found = thing_columns.find(tx, "id = ?", "a");
        EXPECT_EQ(found->t.at("k"), "v");
        found->n = 7;
        found->r = 9;
        EXPECT_EQ(thing_columns.update(tx, *found, {"n"}, "id = ? AND n = ?", "a", 1), 1);
        EXPECT_EQ(thing_columns.update(tx, *found, {"n"}, "id = ? AND n = ?", "a", 1), 0);
        const auto all = thing_columns.select(tx, "ORDER BY id");
        EXPECT_EQ(all.size(), 2u);
        EXPECT_EQ(all[0].n, 7);
        EXPECT_EQ(all[0].r, 0.25);
        EXPECT_EQ(all[1].n, std::nullopt);
    });
}

}  // namespace
}  // namespace welkin::sql
