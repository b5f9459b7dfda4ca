// The change log stays within its budget without anybody looking after it.
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/history/history.h"
#include "simulation/simulated_cloud.h"

namespace welkin::simulation {
namespace {

int64_t entries(SimulatedCloud& cloud) {
    return cloud.query([](sql::Transaction& tx) {
        return tx.query_one("SELECT COUNT(*) FROM history_entry")->integer(0);
    });
}

/// Makes at least one entry.
void change_something(SimulatedCloud& cloud) {
    const auto& user = beginning().users.front();
    const auto call = cloud.ask(http::Method::PUT, "/network/v2.0/networks/" + user.network_id,
                                user.token, R"({"network": {"name": "another"}})");
    EXPECT_EQ(call.status, 200);
}

TEST(HistoryBudget, DropsWhatIsTooOldButNeverTheNewest) {
    SimulatedCloud cloud({.settings = {"history.keep_for=1h"}});
    cloud.boot();
    cloud.run_for(50min);
    change_something(cloud);
    EXPECT_GT(entries(cloud), 5);
    cloud.run_for(15min);
    EXPECT_EQ(entries(cloud), 1);
    cloud.run_for(3h);
    EXPECT_EQ(entries(cloud), 1);
}

TEST(HistoryBudget, DropsTheOldestBeyondTheNumberKept) {
    SimulatedCloud cloud({.settings = {"history.keep_at_most=3"}});
    cloud.boot();
    for (int i = 0; i < 5; ++i) {
        change_something(cloud);
    }
    cloud.run_for(2min);
    EXPECT_EQ(entries(cloud), 3);
}

TEST(HistoryBudget, OfNothingIsRefused) {
    for (const char* setting : {"history.keep_at_most=0", "history.keep_for=0"}) {
        SimulatedCloud cloud({.settings = {setting}});
        EXPECT_THROW(cloud.boot(), Error) << setting;
    }
}

}  // namespace
}  // namespace welkin::simulation
