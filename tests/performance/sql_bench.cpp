// Measures the database and the workflow runner on this machine's disk:
//   sql_bench [directory]      (a fresh one below the temporary directory if none is given)
#include <cstdio>
#include <filesystem>

#include "core/async/loops.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"
#include "core/sql/contract.h"
#include "core/work/runner.h"

namespace welkin {
namespace {

using Clock = std::chrono::steady_clock;

const sql::Migration tables[] = {
    {"bench", "0001_tables",
     "CREATE TABLE bench_row (id VARCHAR(64) PRIMARY KEY, n BIGINT NOT NULL, t TEXT);"},
};

double seconds_since(Clock::time_point begun) {
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

void report(const char* what, int count, double seconds, uint64_t commits) {
    std::printf("%-44s %9.0f /s  %8.3f ms each  %8llu commits\n", what, count / seconds,
                seconds * 1000 / count, static_cast<unsigned long long>(commits));
}

uint64_t commits() { return metrics::counter("welkin_sql_commits_total", "").value(); }

template <class F>
void measure(const char* what, int count, F function) {
    const auto commits_before = commits();
    const auto begun = Clock::now();
    function();
    report(what, count, seconds_since(begun), commits() - commits_before);
}

// ---- commits

Task<void> insert_rows(sql::Database& database, int first, int count) {
    for (int i = first; i < first + count; ++i) {
        co_await database.write([i](sql::Transaction& tx) {
            tx.execute("INSERT INTO bench_row (id, n, t) VALUES (?, ?, ?)", std::to_string(i), i,
                       "some text that a row may have");
        });
    }
}

Task<void> insert_at_once(sql::Database& database, int writers, int each) {
    std::vector<Task<void>> tasks;
    for (int i = 0; i < writers; ++i) {
        tasks.push_back(insert_rows(database, 1'000'000 + i * each, each));
    }
    co_await async::all(std::move(tasks));
}

// ---- reads

Task<void> make_wide_table(sql::Database& database) {
    co_await database.write([](sql::Transaction& tx) {
        std::string columns;
        std::string marks;
        for (int i = 0; i < 24; ++i) {
            columns += fmt::format(", c{} {}", i, i % 3 == 0 ? "BIGINT" : "TEXT");
            marks += ", ?";
        }
        tx.execute("CREATE TABLE bench_wide (id VARCHAR(64) PRIMARY KEY" + columns + ")");
        for (int row = 0; row < 1000; ++row) {
            std::vector<sql::Value> values = {fmt::format("{:036}", row)};
            for (int i = 0; i < 24; ++i) {
                values.push_back(i % 3 == 0 ? sql::Value(int64_t{row})
                                            : sql::Value(std::string("a value of common length")));
            }
            tx.execute_values("INSERT INTO bench_wide VALUES (?" + marks + ")", values);
        }
    });
}

Task<void> read_wide(sql::Database& database, int count) {
    for (int i = 0; i < count; ++i) {
        const auto rows = co_await database.read([](sql::Transaction& tx) {
            return tx.query("SELECT * FROM bench_wide WHERE id > ? ORDER BY id LIMIT 100", "");
        });
        CHECK(rows.size() == 100 && rows[0].columns.size() == 25);
    }
}

Task<void> read_one(sql::Database& database, int count) {
    for (int i = 0; i < count; ++i) {
        const auto row = co_await database.read([i](sql::Transaction& tx) {
            return tx.query_one("SELECT * FROM bench_wide WHERE id = ?",
                                fmt::format("{:036}", i % 1000));
        });
        CHECK(row.has_value());
    }
}

// ---- workflows

struct Nothing {
    std::string id;
};
struct Module {};

const json::Fields<Nothing> nothing_fields{"nothing", "nothings", {{"id", &Nothing::id}}};

Task<work::Effects> do_nothing(Nothing&, Module&) { co_return work::Effects{}; }

const work::Workflow<Nothing, Module> four_steps = {
    .kind = "bench.four_steps",
    .fields = nothing_fields,
    .steps = {
        {"one", do_nothing}, {"two", do_nothing}, {"three", do_nothing}, {"four", do_nothing}}};

Task<void> start_workflows(sql::Database& database, work::Runner& runner, int first, int count) {
    for (int i = first; i < first + count; ++i) {
        co_await database.write([&runner, i](sql::Transaction& tx) {
            const auto id = std::to_string(i);
            runner.start(tx, four_steps, "thing:" + id, Nothing{id}, {});
        });
    }
}

Task<void> run_workflows(sql::Database& database, work::Runner& runner, int starters, int each) {
    std::vector<Task<void>> tasks;
    for (int i = 0; i < starters; ++i) {
        tasks.push_back(start_workflows(database, runner, i * each, each));
    }
    co_await async::all(std::move(tasks));
    co_await runner.idle();
}

void run(const std::string& directory) {
    const auto env = make_real_env();
    async::Loops loops(1);
    const auto database = sql::open(*env, {.url = "sqlite://" + directory + "/bench.db"});
    database->migrate(work::migrations());
    database->migrate(tables);

    measure("durable writes, one at a time", 500,
            [&] { loops.run(insert_rows(*database, 0, 500)); });
    measure("durable writes, 64 at a time", 64 * 200,
            [&] { loops.run(insert_at_once(*database, 64, 200)); });
    loops.run(make_wide_table(*database));
    measure("reads of 100 rows with 25 columns", 3000,
            [&] { loops.run(read_wide(*database, 3000)); });
    measure("reads of one row with 25 columns", 50000,
            [&] { loops.run(read_one(*database, 50000)); });

    Module module;
    work::Runner runner(*database, {.owner = "bench"});
    runner.add(four_steps, module);
    async::spawn_on(loops.at(0), runner.run(), "runner");
    measure("workflows of 4 steps, one at a time", 100, [&] {
        for (int i = 0; i < 100; ++i) {
            loops.run(run_workflows(*database, runner, 1, 1));
        }
    });
    measure("workflows of 4 steps, many at a time", 64 * 100,
            [&] { loops.run(run_workflows(*database, runner, 64, 100)); });
    loops.run(runner.stop());
}

}  // namespace
}  // namespace welkin

int main(int argc, char** argv) {
    welkin::log::configure({.level = welkin::log::Level::warning});
    const welkin::sql::TemporaryDirectory temporary;
    welkin::run(argc > 1 ? argv[1] : temporary.path());
    return 0;
}
