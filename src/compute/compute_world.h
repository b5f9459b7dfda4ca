#pragma once
// A cloud with compute on the fake hypervisor, in this process: requests go through the router and
// the pipeline, workflows run. For tests.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "compute/agent/agent.h"
#include "compute/compute.h"
#include "compute/drivers/fake/fake_driver.h"
#include "compute/state.h"
#include "core/async/loops.h"
#include "core/auth/policy.h"
#include "core/auth/token_verifier.h"
#include "core/base/env.h"
#include "core/bus/bus.h"
#include "core/config/config.h"
#include "core/http/pipeline/pipeline.h"
#include "core/http/router.h"
#include "core/work/runner.h"
#include "identity/identity.h"
#include "image/image.h"
#include "network/network.h"
#include "placement/placement.h"

namespace welkin::sql {
#define WELKIN_SCHEMA(module)                 \
    extern const Migration module##_schema[]; \
    extern const int module##_schema_count;
WELKIN_SCHEMA(core)
WELKIN_SCHEMA(identity)
WELKIN_SCHEMA(image)
WELKIN_SCHEMA(placement)
WELKIN_SCHEMA(network)
WELKIN_SCHEMA(compute)
#undef WELKIN_SCHEMA
}  // namespace welkin::sql

namespace welkin::compute {

/// A token is "project:role" and means just that.
class PlainTokens : public auth::TokenVerifier {
public:
    Task<auth::Caller> verify(std::string_view token) override {
        const auto colon = token.find(':');
        const auto role = token.substr(colon + 1);
        auth::Caller caller;
        caller.user_id = UserId("user-" + std::string(token.substr(0, colon)));
        caller.project_id = ProjectId(token.substr(0, colon));
        for (const auto* each : {"admin", "member", "reader"}) {
            if (!caller.roles.empty() || role == each) {
                caller.roles.emplace_back(each);
            }
        }
        co_return caller;
    }
};

struct Answer {
    int status = 0;
    http::Headers headers;
    std::string body;
    json::Value json() const { return json::parse(body); }
    /// The sentence of an error body, whatever its kind.
    std::string message() const { return json().as_object().front().second.text("message"); }
};

class ComputeWorld : public testing::Test {
protected:
    static constexpr const char* member = "p1:member";
    static constexpr const char* other = "p2:member";
    static constexpr const char* admin = "p0:admin";

    explicit ComputeWorld(std::initializer_list<const char*> settings = {}) {
        char path[] = "/tmp/welkin-compute-XXXXXX";
        directory = ::mkdtemp(path);
        for (auto options :
             {identity::options(), image::options(), network::options(), compute::options()}) {
            config.declare(options);
        }
        config.set("compute.driver=fake");
        config.set("network.driver=fake");
        for (const auto* setting : settings) {
            config.set(setting);
        }
        migrate();
        policy.add(auth::common_rules());
        core.data_dir = directory;
        identity.emplace(core);
        image.emplace(core);
        placement.emplace(core);
        network.emplace(core);
        compute.emplace(core, *identity, *image, *network, *placement);
        pipeline.emplace(*env, router, policy, tokens, database.get());
        loops.run(start());
    }
    ~ComputeWorld() override {
        loops.run(stop());
        loops.stop();
        pipeline.reset();
        compute.reset();
        network.reset();
        placement.reset();
        image.reset();
        identity.reset();
        std::filesystem::remove_all(directory);
    }

    Answer ask(http::Method method, const std::string& path, std::string body = {},
               std::string token = member, std::string version = "2.93",
               std::string prefix = "/compute/v2.1") {
        http::Headers headers;
        headers.add("X-Auth-Token", std::move(token));
        headers.add("Content-Type", "application/json");
        headers.add("OpenStack-API-Version", "compute " + version);
        return send(http::Request::make(method, prefix + path, headers, std::move(body)));
    }
    Answer get(const std::string& path, std::string token = member, std::string version = "2.93") {
        return ask(http::Method::GET, path, {}, std::move(token), std::move(version));
    }
    Answer post(const std::string& path, std::string body, std::string token = member,
                std::string version = "2.93") {
        return ask(http::Method::POST, path, std::move(body), std::move(token), std::move(version));
    }
    Answer put(const std::string& path, std::string body, std::string token = member,
               std::string version = "2.93") {
        return ask(http::Method::PUT, path, std::move(body), std::move(token), std::move(version));
    }
    Answer erase(const std::string& path, std::string token = member,
                 std::string version = "2.93") {
        return ask(http::Method::DELETE, path, {}, std::move(token), std::move(version));
    }
    Answer act(const std::string& id, std::string body, std::string token = member,
               std::string version = "2.93") {
        return post("/servers/" + id + "/action", std::move(body), std::move(token),
                    std::move(version));
    }

    /// A public flavor with that id, of 1 processor, 64 MB and 1 GB unless said otherwise.
    void add_flavor(const std::string& id, const std::string& more = R"("ram": 64, "vcpus": 1)") {
        const auto answer = post("/flavors",
                                 R"({"flavor": {"id": ")" + id + R"(", "name": "f-)" + id +
                                     R"(", "disk": 1, )" + more + "}}",
                                 admin);
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
    /// The id of a new public, active image; `more` is further JSON members.
    std::string add_image(const std::string& more = "") {
        auto made = ask(http::Method::POST, "/images",
                        R"({"disk_format": "raw", "container_format": "bare",)"
                        R"( "visibility": "public")" +
                            more + "}",
                        admin, "2.1", "/image/v2");
        EXPECT_EQ(made.status, 201) << made.body;
        const auto id = made.json().text("id");
        http::Headers headers;
        headers.add("X-Auth-Token", admin);
        headers.add("Content-Type", "application/octet-stream");
        auto uploaded = send(http::Request::make(
            http::Method::PUT, "/image/v2/images/" + id + "/file", headers, "data of an image"));
        EXPECT_EQ(uploaded.status, 204) << uploaded.body;
        return id;
    }
    /// The id of a new network of p1 with a subnet.
    std::string add_network(std::string token = member) {
        auto made = ask(http::Method::POST, "/networks", R"({"network": {"name": "net"}})", token,
                        "2.1", "/network/v2.0");
        EXPECT_EQ(made.status, 201) << made.body;
        const auto id = made.json()["network"].text("id");
        auto subnet = ask(http::Method::POST, "/subnets",
                          R"({"subnet": {"network_id": ")" + id +
                              R"(", "cidr": "10.1.0.0/24", "ip_version": 4}})",
                          token, "2.1", "/network/v2.0");
        EXPECT_EQ(subnet.status, 201) << subnet.body;
        return id;
    }
    /// The body of a POST /servers; `more` is further JSON members.
    static std::string server_body(const std::string& image, const std::string& networks,
                                   const std::string& more = "") {
        return R"({"server": {"name": "s", "imageRef": ")" + image +
               R"(", "flavorRef": "1", "networks": )" + networks + more + "}}";
    }
    /// The id of a new server in p1, built unless its building fails.
    std::string add_server(const std::string& image, const std::string& networks = R"("none")",
                           const std::string& more = "") {
        const auto answer = post("/servers", server_body(image, networks, more));
        EXPECT_EQ(answer.status, 202) << answer.body;
        const auto id = answer.json()["server"].text("id");
        settle();
        return id;
    }
    json::Value show(const std::string& id, std::string token = member) {
        return get("/servers/" + id, std::move(token)).json()["server"];
    }
    std::string status_of(const std::string& id) { return show(id).text("status"); }

    /// Until no workflow is waiting or running.
    void settle() { loops.run(runner.idle()); }

    FakeDriver& driver() { return dynamic_cast<FakeDriver&>(state().agent->driver()); }
    State& state() { return compute->state(); }

    template <class F>
    auto transact(F function) {
        using Result = std::invoke_result_t<F&, sql::Transaction&>;
        if constexpr (std::is_void_v<Result>) {
            loops.run(database->write(std::move(function)));
        } else {
            return loops.get(database->write(std::move(function)));
        }
    }

    /// What servers hold beside their rows: all of it goes with them.
    int64_t leftovers() {
        return transact([&](sql::Transaction& tx) {
            return static_cast<int64_t>(placement->consumers(tx).size()) +
                   tx.query_one("SELECT COUNT(*) FROM compute_server_group_member")->integer(0) +
                   tx.query_one("SELECT COUNT(*) FROM network_port WHERE device_id <> ''")
                       ->integer(0);
        });
    }
    size_t guests() { return loops.get(driver().list()).size(); }

    std::unique_ptr<Env> env = make_real_env();
    async::Loops loops{1};
    std::string directory;
    std::unique_ptr<sql::Database> database =
        sql::open(*env, {.url = "sqlite::memory:", .synchronous = false});
    config::Config config;
    std::unique_ptr<bus::Bus> bus = bus::make_in_process_bus();
    work::Runner runner{*database,
                        {.owner = "test", .poll = 50ms, .first_retry = 1ms, .longest_retry = 5ms}};
    http::Router router;
    auth::Policy policy;
    PlainTokens tokens;
    Core core{*env, *database, config, *bus, runner, router, policy, "", "host1"};
    std::optional<identity::Identity> identity;
    std::optional<image::Image> image;
    std::optional<placement::Placement> placement;
    std::optional<network::Network> network;
    std::optional<Compute> compute;
    std::optional<http::Pipeline> pipeline;

private:
    void migrate() {
        std::vector<sql::Migration> all;
        const auto append = [&](const sql::Migration* first, int count) {
            all.insert(all.end(), first, first + count);
        };
        append(sql::core_schema, sql::core_schema_count);
        append(sql::identity_schema, sql::identity_schema_count);
        append(sql::image_schema, sql::image_schema_count);
        append(sql::placement_schema, sql::placement_schema_count);
        append(sql::network_schema, sql::network_schema_count);
        append(sql::compute_schema, sql::compute_schema_count);
        database->migrate(all);
    }
    Task<void> start() {
        async::spawn(runner.run(), "runner");
        co_await network->start_host();
        co_await compute->start_host();
    }
    Task<void> stop() {
        co_await runner.stop();
        co_await compute->stop_host();
        co_await network->stop_host();
    }
    Answer send(http::Request request) {
        return loops.get([](ComputeWorld* world, http::Request asked) -> Task<Answer> {
            auto reply = co_await world->pipeline->handle(asked);
            Answer answer{.status = reply.status, .headers = reply.headers};
            answer.body = reply.text();
            co_return answer;
        }(this, std::move(request)));
    }
};

}  // namespace welkin::compute
