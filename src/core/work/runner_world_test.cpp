// The world of runner_test_world.h.
#include "core/work/runner_test_world.h"

namespace welkin::work::test {

const sql::Migration tables[1] = {
    {"test", "0001_item",
     "CREATE TABLE test_item (id VARCHAR(64) PRIMARY KEY, state VARCHAR(64) NOT NULL);\n"
     "CREATE TABLE test_effect (item VARCHAR(64), step VARCHAR(64), PRIMARY KEY (item, step));"},
};

namespace {

const json::Fields<Build> build_fields{
    "build",
    "builds",
    {{"item", &Build::item}, {"steps_done", &Build::steps_done}, {"note", &Build::note}}};

Effects insert_effect(Build& build, const char* step) {
    return [&build, step](sql::Transaction& tx) {
        tx.execute("INSERT INTO test_effect VALUES (?, ?)", build.item, step);
        build.steps_done += 1;
    };
}

Task<Effects> make(Build& build, World& world, const char* step) {
    const auto thing = build.item + "/" + step;
    world.note(thing);
    {
        const std::lock_guard lock(world.mutex);
        world.most_at_once = std::max(world.most_at_once, ++world.at_once);
    }
    if (world.pace > Duration::zero()) {
        co_await async::sleep(world.pace);
    }
    {
        const std::lock_guard lock(world.mutex);
        --world.at_once;
        world.host.insert(thing);
    }
    build.note += step;
    world.fail_if_told(step);
    co_return insert_effect(build, step);
}

Task<Effects> unmake(Build& build, World& world, const char* step) {
    const auto thing = build.item + "/" + step;
    world.note("undo " + thing);
    world.fail_if_told(std::string("undo ") + step);
    {
        const std::lock_guard lock(world.mutex);
        world.host.erase(thing);
    }
    co_return [&build, step](sql::Transaction& tx) {
        tx.execute("DELETE FROM test_effect WHERE item = ? AND step = ?", build.item, step);
    };
}

void set_state(sql::Transaction& tx, const std::string& item, const char* state) {
    tx.execute("UPDATE test_item SET state = ? WHERE id = ?", state, item);
}

}  // namespace

const Workflow<Build, World> build_item = {
    .kind = "test.build",
    .fields = build_fields,
    .steps = {{"disk", [](Build& b, World& w) { return make(b, w, "disk"); },
               [](Build& b, World& w) { return unmake(b, w, "disk"); }},
              {"note", [](Build& b, World& w) { return make(b, w, "note"); },
               [](Build& b, World& w) { return unmake(b, w, "note"); }},
              {"check",
               [](Build&, World& w) -> Task<Effects> {
                   w.fail_if_told("check");
                   co_return Effects{};
               }},
              {"start", [](Build& b, World& w) { return make(b, w, "start"); },
               [](Build& b, World& w) { return unmake(b, w, "start"); }}},
    .finish =
        [](sql::Transaction& tx, Build& build, World& world) {
            world.fail_if_told("finish");
            EXPECT_EQ(build.steps_done, 3);
            set_state(tx, build.item, "active");
        },
    .fail =
        [](sql::Transaction& tx, Build& build, World&, const Error& why) {
            set_state(tx, build.item, why.type == interrupted_type ? "interrupted" : "error");
        },
    .max_attempts = 3};

const Workflow<Build, World> delete_item = {
    .kind = "test.delete",
    .fields = build_fields,
    .steps = {{"clean",
               [](Build& build, World& world) -> Task<Effects> {
                   world.note("clean " + build.item);
                   const std::lock_guard lock(world.mutex);
                   std::erase_if(world.host, [&](const std::string& thing) {
                       return thing.starts_with(build.item + "/");
                   });
                   co_return [&build](sql::Transaction& tx) {
                       tx.execute("DELETE FROM test_effect WHERE item = ?", build.item);
                   };
               }}},
    .finish = [](sql::Transaction& tx, Build& build, World&) {
        set_state(tx, build.item, "gone");
    }};

void World::note(const std::string& call) {
    const std::lock_guard lock(mutex);
    calls.push_back(call);
}

int64_t World::called(const std::string& call) {
    const std::lock_guard lock(mutex);
    return std::ranges::count(calls, call);
}

void World::fail_if_told(const std::string& call) {
    const std::lock_guard lock(mutex);
    if (auto told = fail.find(call); told != fail.end() && told->second != 0) {
        told->second -= told->second > 0 ? 1 : 0;
        throw DriverError(failure, "The host said no to " + call + ".");
    }
}

Process::Process(const sql::TemporaryDirectory& directory, World& world, std::string crash_at,
                 RunnerOptions options, int loop_count)
    : loops(loop_count) {
    env.crash_at = std::move(crash_at);
    database =
        sql::open(env, {.url = "sqlite://" + directory.path() + "/test.db", .synchronous = false});
    database->migrate(migrations());
    database->migrate(tables);
    if (options.owner.empty()) {
        options.owner = "process " + std::to_string(env.random_number());
        options.first_retry = 2ms;
        options.longest_retry = 10ms;
    }
    runner = std::make_unique<Runner>(*database, options);
    world.runner = runner.get();
    runner->add(build_item, world);
    runner->add(delete_item, world);
    async::spawn_on(loops.at(0), runner->run(), "runner");
}

Process::~Process() {
    loops.run(runner->stop());
    loops.stop();
    runner.reset();
    database.reset();
}

void Process::start(const Workflow<Build, World>& workflow, const std::string& item,
                    Interrupt interrupt) {
    loops.run(database->write([&](sql::Transaction& tx) {
        if (tx.query("SELECT id FROM test_item WHERE id = ?", item).empty()) {
            tx.execute("INSERT INTO test_item VALUES (?, '')", item);
        }
        runner->start(tx, workflow, "item:" + item, Build{.item = item}, {}, interrupt);
    }));
}

namespace {

Task<void> settle_task(Process& process) {
    while (!process.env.dead) {
        const bool empty = co_await process.database->read([](sql::Transaction& tx) {
            return tx.query("SELECT id FROM work_workflow LIMIT 1").empty();
        });
        if (empty) {
            co_await process.runner->idle();
            co_return;
        }
        co_await async::sleep(500us);
    }
}

}  // namespace

std::string Process::state(const std::string& item) {
    return loops.get(database->read([&](sql::Transaction& tx) {
        const auto row = tx.query_one("SELECT state FROM test_item WHERE id = ?", item);
        return row ? row->text(0) : "no such item";
    }));
}

int64_t Process::count(const std::string& table) {
    return loops.get(database->read([&](sql::Transaction& tx) {
        return tx.query_one("SELECT COUNT(*) FROM " + table)->integer(0);
    }));
}

void Process::settle() { loops.run(settle_task(*this)); }

}  // namespace welkin::work::test
