#include "placement/placement.h"

#include <gtest/gtest.h>

#include <random>

#include "core/async/loops.h"
#include "core/auth/policy.h"
#include "core/base/env.h"
#include "core/bus/bus.h"
#include "core/config/config.h"
#include "core/http/router.h"
#include "core/work/runner.h"

namespace welkin::sql {
extern const Migration placement_schema[];
extern const int placement_schema_count;
}  // namespace welkin::sql

namespace welkin::placement {
namespace {

const ProjectId project("p1");
const HostName host_a("a");
const HostName host_b("b");

class PlacementTest : public testing::Test {
protected:
    PlacementTest() {
        database->migrate({sql::placement_schema, size_t(sql::placement_schema_count)});
    }

    template <class F>
    auto write(F function) {
        using Result = std::invoke_result_t<F&, sql::Transaction&>;
        if constexpr (std::is_void_v<Result>) {
            loops.run(database->write(std::move(function)));
        } else {
            return loops.get(database->write(std::move(function)));
        }
    }
    void set(const HostName& host, Resources total, double vcpu_ratio = 1.0) {
        write([&](sql::Transaction& tx) {
            placement.set_inventory(tx, host, {.total = total, .vcpu_ratio = vcpu_ratio});
        });
    }
    bool claim(std::string consumer, const HostName& host, Resources wanted) {
        return write([&](sql::Transaction& tx) {
            return placement.claim(tx, consumer, host, wanted, project);
        });
    }
    void release(std::string consumer) {
        write([&](sql::Transaction& tx) { placement.release(tx, consumer); });
    }
    HostCapacity host(const HostName& name) {
        auto found = write([&](sql::Transaction& tx) { return placement.host(tx, name); });
        CHECK(found.has_value());
        return *found;
    }

    std::unique_ptr<Env> env = make_real_env();
    async::Loops loops{2};
    std::unique_ptr<sql::Database> database = sql::open(*env, {.url = "sqlite::memory:"});
    config::Config config;
    std::unique_ptr<bus::Bus> bus = bus::make_in_process_bus();
    work::Runner runner{*database, {.owner = "test"}};
    http::Router router;
    auth::Policy policy;
    Core core{*env, *database, config, *bus, runner, router, policy, "/nonexistent", "test"};
    Placement placement{core};
};

TEST_F(PlacementTest, ShowsWhatIsFreeAfterReservationsAndRatios) {
    write([&](sql::Transaction& tx) {
        placement.set_inventory(tx, host_a,
                                {.total = {4, 8192, 100},
                                 .reserved = {1, 192, 10},
                                 .vcpu_ratio = 2.5,
                                 .memory_ratio = 1.5,
                                 .disk_ratio = 1.0});
    });
    ASSERT_TRUE(claim("s1", host_a, {2, 1000, 20}));

    EXPECT_EQ(host(host_a).used, (Resources{2, 1000, 20}));
    EXPECT_EQ(host(host_a).free(), (Resources{7 - 2, 12000 - 1000, 90 - 20}));
}

TEST_F(PlacementTest, ListsHostsByName) {
    set(host_b, {1, 1, 1});
    set(host_a, {2, 2, 2});
    const auto all = write([&](sql::Transaction& tx) { return placement.hosts(tx); });
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].host, host_a);
    EXPECT_EQ(all[1].inventory.total, (Resources{1, 1, 1}));
}

TEST_F(PlacementTest, ClaimsUpToTheCapacityAndNotBeyond) {
    set(host_a, {2, 100, 10});
    EXPECT_TRUE(claim("s1", host_a, {1, 50, 5}));
    EXPECT_FALSE(claim("s2", host_a, {2, 1, 1}));
    EXPECT_FALSE(claim("s2", host_a, {1, 51, 1}));
    EXPECT_FALSE(claim("s2", host_a, {1, 50, 6}));
    EXPECT_TRUE(claim("s2", host_a, {1, 50, 5}));
    EXPECT_EQ(host(host_a).free(), (Resources{0, 0, 0}));
}

TEST_F(PlacementTest, RefusesAHostItDoesNotKnow) {
    EXPECT_FALSE(claim("s1", HostName("nowhere"), {1, 1, 1}));
}

TEST_F(PlacementTest, ReplacesAClaimByTheDifference) {
    set(host_a, {4, 100, 10});
    ASSERT_TRUE(claim("s1", host_a, {3, 60, 5}));
    EXPECT_TRUE(claim("s1", host_a, {4, 100, 10}));
    EXPECT_FALSE(claim("s1", host_a, {5, 1, 1}));
    EXPECT_EQ(host(host_a).used, (Resources{4, 100, 10}));
    EXPECT_TRUE(claim("s1", host_a, {1, 10, 1}));
    EXPECT_EQ(host(host_a).used, (Resources{1, 10, 1}));
}

TEST_F(PlacementTest, MovesAClaimOrLeavesItWhereItWas) {
    set(host_a, {4, 100, 10});
    set(host_b, {2, 100, 10});
    ASSERT_TRUE(claim("s1", host_a, {3, 60, 5}));
    EXPECT_FALSE(claim("s1", host_b, {3, 60, 5}));
    auto held = write([&](sql::Transaction& tx) { return placement.claim_of(tx, "s1"); });
    EXPECT_EQ(held->first, host_a);

    EXPECT_TRUE(claim("s1", host_b, {2, 60, 5}));
    held = write([&](sql::Transaction& tx) { return placement.claim_of(tx, "s1"); });
    EXPECT_EQ(held->first, host_b);
    EXPECT_EQ(host(host_a).used, Resources{});
    EXPECT_EQ(host(host_b).used, (Resources{2, 60, 5}));
}

TEST_F(PlacementTest, LetsClaimsOnAShrunkenHostShrinkButNotGrow) {
    set(host_a, {4, 100, 10});
    ASSERT_TRUE(claim("s1", host_a, {4, 50, 5}));
    set(host_a, {2, 100, 10});
    EXPECT_EQ(host(host_a).free().vcpus, -2);
    EXPECT_FALSE(claim("s2", host_a, {1, 1, 1}));
    EXPECT_TRUE(claim("s2", host_a, {0, 1, 1})) << "asks for none of what is short";
    EXPECT_TRUE(claim("s1", host_a, {3, 50, 5}));
    EXPECT_FALSE(claim("s1", host_a, {4, 50, 5}));
}

TEST_F(PlacementTest, ReleasesOnceAndForgivesASecondTime) {
    set(host_a, {4, 100, 10});
    ASSERT_TRUE(claim("s1", host_a, {4, 50, 5}));
    release("s1");
    release("s1");
    EXPECT_EQ(host(host_a).used, Resources{});
    EXPECT_TRUE(write([&](sql::Transaction& tx) { return placement.consumers(tx); }).empty());
}

TEST_F(PlacementTest, KeepsAHostWhileClaimsExist) {
    set(host_a, {4, 100, 10});
    ASSERT_TRUE(claim("s1", host_a, {0, 0, 0}));
    const auto remove = [&](sql::Transaction& tx) { placement.remove_host(tx, host_a); };
    EXPECT_THROW(write(remove), Error);
    release("s1");
    write(remove);
    write(remove);
    EXPECT_TRUE(write([&](sql::Transaction& tx) { return placement.hosts(tx); }).empty());
}

TEST_F(PlacementTest, UndoesAClaimWithTheTransactionItWasMadeIn) {
    set(host_a, {4, 100, 10});
    EXPECT_THROW(write([&](sql::Transaction& tx) {
                     CHECK(placement.claim(tx, "s1", host_a, {1, 1, 1}, project));
                     throw conflict("The server's name is taken.");
                 }),
                 Error);
    EXPECT_EQ(host(host_a).used, Resources{});
}

/// One actor of the property test: claims, moves, resizes and releases at random.
Task<void> act(sql::Database* database, Placement* placement, int actor, unsigned seed) {
    std::mt19937 random(seed);
    for (int i = 0; i < 60; ++i) {
        const auto consumer = fmt::format("s{}-{}", actor, random() % 4);
        const auto where = random() % 2 == 0 ? host_a : host_b;
        const Resources wanted{int64_t(random() % 5), int64_t(random() % 40),
                               int64_t(random() % 8)};
        const bool leaves = random() % 3 == 0;
        co_await database->write([&](sql::Transaction& tx) {
            if (leaves) {
                placement->release(tx, consumer);
            } else {
                placement->claim(tx, consumer, where, wanted, project);
            }
        });
    }
}

TEST_F(PlacementTest, NeverOvercommitsAndNeverMiscountsHoweverRequestsInterleave) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(fmt::format("seed {}", seed));
    set(host_a, {8, 100, 20});
    set(host_b, {6, 120, 15});

    std::vector<Task<void>> actors;
    for (int actor = 0; actor < 8; ++actor) {
        actors.push_back(act(database.get(), &placement, actor, seed + unsigned(actor)));
    }
    loops.run(async::all(std::move(actors)));

    for (const auto& name : {host_a, host_b}) {
        const auto free = host(name).free();
        EXPECT_GE(free.vcpus, 0);
        EXPECT_GE(free.memory_mb, 0);
        EXPECT_GE(free.disk_gb, 0);
        Resources held;
        int64_t claims = 0;
        for (const auto& row : write([&](sql::Transaction& tx) {
                 return tx.query(
                     "SELECT vcpus, memory_mb, disk_gb FROM placement_claim "
                     "WHERE host = ?",
                     name);
             })) {
            held.vcpus += row.integer(0);
            held.memory_mb += row.integer(1);
            held.disk_gb += row.integer(2);
            ++claims;
        }
        EXPECT_EQ(host(name).used, held);
        EXPECT_EQ(write([&](sql::Transaction& tx) {
                      return tx.query_one("SELECT claims FROM placement_host WHERE host = ?", name)
                          ->integer(0);
                  }),
                  claims);
    }
}

}  // namespace
}  // namespace welkin::placement
