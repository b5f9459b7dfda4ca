#pragma once
// For tests: identity on a database in memory, its whole pipeline reached by function call, and a
// clock that tests may move.
#include <string>

#include "core/auth/policy.h"
#include "core/bus/bus.h"
#include "core/core.h"
#include "core/http/pipeline/pipeline.h"
#include "core/http/router.h"
#include "core/sql/contract.h"
#include "core/work/runner.h"
#include "identity/identity.h"

namespace welkin::sql {
extern const Migration core_schema[];
extern const int core_schema_count;
extern const Migration identity_schema[];
extern const int identity_schema_count;
}  // namespace welkin::sql

namespace welkin::identity {

/// The machine's Env with a clock that can be put forward.
class ShiftedEnv : public Env {
public:
    Time now() override { return real_->now() + shift; }
    std::chrono::steady_clock::time_point steady_now() override { return real_->steady_now(); }
    void random(std::span<uint8_t> into) override { real_->random(into); }
    Files& files() override { return real_->files(); }
    Processes& processes() override { return real_->processes(); }

    Duration shift{};

private:
    std::unique_ptr<Env> real_ = make_real_env();
};

inline config::Config test_config() {
    config::Config config;
    config.declare(options());
    config.set("identity.password_cost=4");
    return config;
}

class TestCloud {
public:
    explicit TestCloud(async::Loops& event_loops) : loops(event_loops) {
        database->migrate(sql::schema(sql::core_schema, sql::core_schema_count));
        database->migrate(sql::schema(sql::identity_schema, sql::identity_schema_count));
        policy.add(auth::common_rules());
        identity = std::make_unique<Identity>(core);
        pipeline = std::make_unique<http::Pipeline>(env, router, policy, *identity);
        loops.run(identity->bootstrap({.admin_password = "secret",
                                       .services = {{"identity", "keystone", "/identity/v3"},
                                                    {"compute", "nova", "/compute/v2.1"}}}));
    }

    struct Answer {
        int status = 0;
        http::Headers headers;
        json::Value body;
    };

    Answer send(http::Method method, const std::string& path, const std::string& token = "",
                const std::string& body = "", http::Headers headers = {}) {
        if (!token.empty()) {
            headers.add("X-Auth-Token", token);
        }
        if (!body.empty()) {
            headers.add("Content-Type", "application/json");
        }
        auto request = http::Request::make(method, "/identity/v3" + path, std::move(headers), body);
        auto reply = loops.get(pipeline->handle(request));
        Answer answer{.status = reply.status, .headers = reply.headers};
        if (!reply.text().empty()) {
            answer.body = json::parse(reply.text());
        }
        return answer;
    }

    /// Asks for a token; the answer has it in X-Subject-Token.
    Answer log_in(const std::string& user, const std::string& password, const std::string& scope) {
        return send(http::Method::POST, "/auth/tokens", "",
                    R"({"auth": {"identity": {"methods": ["password"], "password": {"user": {)"
                    R"("name": ")" +
                        user + R"(", "domain": {"id": "default"}, "password": ")" + password +
                        R"("}}}, "scope": )" + scope + "}}");
    }
    static std::string token_of(const Answer& answer) {
        return std::string(answer.headers.get("X-Subject-Token"));
    }
    static std::string in_project(const std::string& name) {
        return R"({"project": {"name": ")" + name + R"(", "domain": {"id": "default"}}})";
    }
    std::string admin_token() { return token_of(log_in("admin", "secret", in_project("admin"))); }

    /// Makes something as admin and gives back its id.
    std::string make(const std::string& collection, const std::string& singular,
                     const std::string& attributes) {
        auto answer = send(http::Method::POST, "/" + collection, admin_token(),
                           "{\"" + singular + "\": " + attributes + "}");
        CHECK(answer.status == 201);
        return answer.body[singular].text("id");
    }
    std::string id_of(const std::string& collection, const std::string& name) {
        auto answer = send(http::Method::GET, "/" + collection + "?name=" + name, admin_token());
        CHECK(answer.status == 200 && answer.body[collection].as_array().size() == 1);
        return answer.body[collection].as_array().front().text("id");
    }

    async::Loops& loops;
    sql::TemporaryDirectory directory;
    ShiftedEnv env;
    config::Config config = test_config();
    std::unique_ptr<sql::Database> database =
        sql::open(env, {.url = "sqlite::memory:", .synchronous = false});
    std::unique_ptr<bus::Bus> bus = bus::make_in_process_bus();
    work::Runner runner{*database, {.owner = "test"}};
    http::Router router;
    auth::Policy policy;
    Core core{env, *database, config, *bus, runner, router, policy, directory.path(), "test-host"};
    std::unique_ptr<Identity> identity;
    std::unique_ptr<http::Pipeline> pipeline;
};

}  // namespace welkin::identity
