#pragma once
// A cloud of networks alone, in this process: requests go through the router and the pipeline. For
// tests.
#include <gtest/gtest.h>
#include <stdlib.h>

#include "core/async/loops.h"
#include "core/auth/policy.h"
#include "core/auth/token_verifier.h"
#include "core/base/env.h"
#include "core/bus/bus.h"
#include "core/config/config.h"
#include "core/http/pipeline/pipeline.h"
#include "core/http/router.h"
#include "core/observe/log.h"
#include "core/work/runner.h"
#include "network/network.h"
#include "network/state.h"

namespace welkin::sql {
extern const Migration core_schema[];
extern const int core_schema_count;
extern const Migration network_schema[];
extern const int network_schema_count;
}  // namespace welkin::sql

namespace welkin::network {

/// A token is "project:role" and means just that.
class PlainTokens : public auth::TokenVerifier {
public:
    static auth::Caller caller(std::string_view token) {
        const auto colon = token.find(':');
        auth::Caller caller;
        caller.user_id = UserId("user-" + std::string(token.substr(0, colon)));
        caller.project_id = ProjectId(token.substr(0, colon));
        for (const auto* role : {"admin", "member", "reader"}) {
            if (!caller.roles.empty() || token.substr(colon + 1) == role) {
                caller.roles.emplace_back(role);
            }
        }
        return caller;
    }
    Task<auth::Caller> verify(std::string_view token) override { co_return caller(token); }
};

struct Answer {
    int status = 0;
    http::Headers headers;
    std::string body;

    /// Valid as long as the answer.
    const json::Value& json() const {
        if (!parsed) {
            parsed = std::make_shared<const json::Value>(json::parse(body));
        }
        return *parsed;
    }
    const json::Value& operator[](std::string_view name) const { return json()[name]; }
    /// The NeutronError's type.
    std::string error() const { return json()["NeutronError"].text("type"); }

    mutable std::shared_ptr<const json::Value> parsed = {};
};

class NetworkWorld : public testing::Test {
protected:
    explicit NetworkWorld(std::vector<std::string> settings = {}) {
        char path[] = "/tmp/welkin-network-XXXXXX";
        core.data_dir = ::mkdtemp(path);
        log::configure({.level = log::Level::warning});
        config.declare(options());
        config.set("network.driver=fake");
        for (const auto& setting : settings) {
            config.set(setting);
        }
        std::vector<sql::Migration> all(sql::core_schema,
                                        sql::core_schema + sql::core_schema_count);
        all.insert(all.end(), sql::network_schema, sql::network_schema + sql::network_schema_count);
        database->migrate(all);
        policy.add(auth::common_rules());
        make_network();
    }
    ~NetworkWorld() override {
        network.reset();
        std::filesystem::remove_all(core.data_dir);
    }
    void make_network() {
        network.emplace(core);
        pipeline.emplace(*env, router, policy, tokens, database.get());
    }

    Answer ask(http::Method method, const std::string& path, std::string body = {},
               std::string token = "p1:member", http::Headers headers = {}) {
        headers.add("X-Auth-Token", std::move(token));
        headers.add("Content-Type", "application/json");
        auto request = http::Request::make(method, "/network/v2.0" + path, std::move(headers),
                                           std::move(body));
        return loops.get([](NetworkWorld* world, http::Request asked) -> Task<Answer> {
            auto reply = co_await world->pipeline->handle(asked);
            Answer answer{.status = reply.status, .headers = reply.headers, .body = {}};
            answer.body = reply.text();
            co_return answer;
        }(this, std::move(request)));
    }
    Answer get(const std::string& path, std::string token = "p1:member") {
        return ask(http::Method::GET, path, {}, std::move(token));
    }
    Answer post(const std::string& path, std::string body, std::string token = "p1:member") {
        return ask(http::Method::POST, path, std::move(body), std::move(token));
    }
    Answer put(const std::string& path, std::string body, std::string token = "p1:member") {
        return ask(http::Method::PUT, path, std::move(body), std::move(token));
    }
    Answer remove(const std::string& path, std::string token = "p1:member") {
        return ask(http::Method::DELETE, path, {}, std::move(token));
    }

    /// Ids of new things; `more` is further JSON members.
    std::string make(const std::string& collection, const std::string& resource,
                     const std::string& members, std::string token = "p1:member") {
        const auto answer = post(collection, fmt::format(R"({{"{}": {{{}}}}})", resource, members),
                                 std::move(token));
        EXPECT_EQ(answer.status, 201) << answer.body;
        return answer[resource].text("id");
    }
    std::string make_net(std::string more = R"("name": "net")", std::string token = "p1:member") {
        return make("/networks", "network", more, std::move(token));
    }
    std::string make_subnet(const std::string& on, const std::string& cidr = "10.0.0.0/24",
                            std::string more = "", std::string token = "p1:member") {
        return make("/subnets", "subnet",
                    fmt::format(R"("network_id": "{}", "cidr": "{}", "ip_version": {}{}{})", on,
                                cidr, cidr.find(':') == std::string::npos ? 4 : 6,
                                more.empty() ? "" : ", ", more),
                    std::move(token));
    }
    std::string make_port(const std::string& on, std::string more = "",
                          std::string token = "p1:member") {
        return make("/ports", "port",
                    fmt::format(R"("network_id": "{}"{}{})", on, more.empty() ? "" : ", ", more),
                    std::move(token));
    }
    json::Value show(const std::string& collection, const std::string& resource,
                     const std::string& id, std::string token = "p1:member") {
        return get("/" + collection + "/" + id, std::move(token))[resource];
    }
    std::string address_of(const std::string& port, size_t index = 0) {
        return show("ports", "port", port, "p0:admin")["fixed_ips"].as_array().at(index).text(
            "ip_address");
    }

    template <class F>
    auto transact(F function) {
        using Result = std::invoke_result_t<F&, sql::Transaction&>;
        if constexpr (std::is_void_v<Result>) {
            loops.run(database->write(std::move(function)));
        } else {
            return loops.get(database->write(std::move(function)));
        }
    }

    std::unique_ptr<Env> env = make_real_env();
    async::Loops loops{1};
    std::unique_ptr<sql::Database> database =
        sql::open(*env, {.url = "sqlite::memory:", .synchronous = false});
    config::Config config;
    std::unique_ptr<bus::Bus> bus = bus::make_in_process_bus();
    work::Runner runner{*database, {.owner = "test"}};
    http::Router router;
    auth::Policy policy;
    PlainTokens tokens;
    Core core{*env, *database, config, *bus, runner, router, policy, "", "host1"};
    std::optional<Network> network;
    std::optional<http::Pipeline> pipeline;
};

}  // namespace welkin::network
