#include "core/history/history.h"

#include <gtest/gtest.h>

#include "core/sql/contract.h"

namespace welkin::history {
namespace {

const Author author{"req-1", UserId("u"), ProjectId("p")};

Change change(std::string service, std::string id, std::string action) {
    return {.service = std::move(service),
            .resource = "server",
            .resource_id = std::move(id),
            .action = std::move(action)};
}

Task<void> append_and_list(sql::Database& database) {
    const auto before = sequence(database);
    co_await database.write([](sql::Transaction& tx) {
        auto first = change("compute", "a", "create");
        first.detail.set("flavor", "small");
        append(tx, author, first);
        auto second = change("compute", "b", "create");
        second.project_id = ProjectId("q");
        append(tx, author, second);
        append(tx, author, change("network", "a", "create"));
    });
    const auto entries = co_await database.read(
        [](sql::Transaction& tx) { return list(tx, {.service = "compute"}); });
    EXPECT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].resource_id, "a");
    EXPECT_EQ(entries[0].detail.text("flavor"), "small");
    EXPECT_EQ(entries[0].project_id, ProjectId("p"));
    EXPECT_EQ(entries[0].author.request_id, "req-1");
    EXPECT_GT(entries[0].time, Time{});
    EXPECT_EQ(entries[1].project_id, ProjectId("q"));
    EXPECT_TRUE(entries[1].detail.is_null());
    EXPECT_EQ(sequence(database), before + 3);
    const auto later = co_await database.read([&](sql::Transaction& tx) {
        return list(tx, {.resource_id = "a", .after = entries[0].sequence});
    });
    EXPECT_EQ(later.size(), 1u);
    EXPECT_EQ(later[0].service, "network");
}

TEST(History, ListsWhatWasAppendedInOrder) { sql::on_every_database({}, append_and_list); }

Task<void> fail_to_append(sql::Database& database) {
    std::vector<std::string> heard;
    subscribe(database, "compute", [&](const Change& c) { heard.push_back(c.resource_id); });
    subscribe(database, "", [&](const Change& c) { heard.push_back("any " + c.resource_id); });
    const auto before = sequence(database);
    try {
        co_await database.write([](sql::Transaction& tx) {
            append(tx, author, change("compute", "lost", "create"));
            throw conflict("no");
        });
    } catch (const Error&) {
        EXPECT_EQ(sequence(database), before);
    }
    co_await database.write([](sql::Transaction& tx) {
        append(tx, author, change("compute", "kept", "create"));
        append(tx, author, change("network", "other", "create"));
    });
    EXPECT_EQ(heard, (std::vector<std::string>{"kept", "any kept", "any other"}));
    EXPECT_EQ(sequence(database), before + 2);
}

TEST(History, TellsListenersOfWhatWasCommittedOnly) { sql::on_every_database({}, fail_to_append); }

Task<void> append_and_trim(sql::Database& database) {
    co_await database.write([](sql::Transaction& tx) {
        for (int i = 0; i < 100; ++i) {
            append(tx, author, change("compute", std::to_string(i), "create"));
        }
    });
    const auto last = sequence(database);
    const auto trim_to = [&](Time older_than, int64_t keep) {
        return database.write([=](sql::Transaction& tx) { return trim(tx, older_than, keep); });
    };
    EXPECT_EQ(co_await trim_to(Time{}, 1000), 0);
    EXPECT_EQ(co_await trim_to(Time{}, 30), 70);
    const auto kept = co_await database.read([](sql::Transaction& tx) { return list(tx, {}); });
    EXPECT_EQ(kept.size(), 30u);
    EXPECT_EQ(kept.front().resource_id, "70");
    EXPECT_EQ(co_await trim_to(database.env().now() + 1h, 1000), 29);
    EXPECT_EQ(sequence(database), last);
    co_await database.write(
        [](sql::Transaction& tx) { append(tx, author, change("compute", "next", "create")); });
    EXPECT_EQ(sequence(database), last + 1);
}

TEST(History, IsTrimmedFromTheOldestAndNeverRunsBackwards) {
    sql::on_every_database({}, append_and_trim);
}

TEST(History, GoesOnCountingAfterARestart) {
    const sql::TemporaryDirectory directory;
    const auto env = make_real_env();
    async::Loops loops(1);
    int64_t last = 0;
    for (int i = 0; i < 3; ++i) {
        auto database = sql::open(*env, {.url = "sqlite://" + directory.path() + "/test.db"});
        database->migrate(work::migrations());
        EXPECT_EQ(sequence(*database), last);
        loops.run(database->write(
            [](sql::Transaction& tx) { append(tx, author, change("compute", "a", "update")); }));
        last = sequence(*database);
        EXPECT_EQ(last, i + 1);
    }
}

}  // namespace
}  // namespace welkin::history
