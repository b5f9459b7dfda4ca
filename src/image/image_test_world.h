#pragma once
// A cloud of image alone, in this process: requests go through the router and the pipeline. For
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
#include "image/image.h"
#include "image/state.h"

namespace welkin::sql {
extern const Migration core_schema[];
extern const int core_schema_count;
extern const Migration image_schema[];
extern const int image_schema_count;
}  // namespace welkin::sql

namespace welkin::image {

/// A token is "project:role" and means just that.
class PlainTokens : public auth::TokenVerifier {
public:
    Task<auth::Caller> verify(std::string_view token) override {
        const auto colon = token.find(':');
        auth::Caller caller;
        caller.user_id = UserId("user-" + std::string(token.substr(0, colon)));
        caller.project_id = ProjectId(token.substr(0, colon));
        for (const auto* role : {"admin", "member", "reader"}) {
            if (!caller.roles.empty() || token.substr(colon + 1) == role) {
                caller.roles.emplace_back(role);
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
    json::Value operator[](std::string_view name) const { return json()[name]; }
};

class ImageWorld : public testing::Test {
protected:
    explicit ImageWorld(std::initializer_list<const char*> settings = {}) {
        log::configure({.level = log::Level::error});
        char path[] = "/tmp/welkin-image-XXXXXX";
        directory = ::mkdtemp(path);
        config.declare(options());
        for (const auto* setting : settings) {
            config.set(setting);
        }
        std::vector<sql::Migration> all(sql::core_schema,
                                        sql::core_schema + sql::core_schema_count);
        all.insert(all.end(), sql::image_schema, sql::image_schema + sql::image_schema_count);
        database->migrate(all);
        policy.add(auth::common_rules());
        core.data_dir = directory;
        image.emplace(core);
        pipeline.emplace(*env, router, policy, tokens, database.get());
    }
    ~ImageWorld() override {
        image.reset();
        std::filesystem::remove_all(directory);
    }

    Answer send(http::Request request) {
        return loops.get([](ImageWorld* world, http::Request asked) -> Task<Answer> {
            auto reply = co_await world->pipeline->handle(asked);
            Answer answer{.status = reply.status, .headers = reply.headers};
            if (const auto* part = std::get_if<http::FileBody>(&reply.body)) {
                answer.body.resize(part->length);
                EXPECT_EQ(part->file->read_at(part->offset, answer.body), part->length);
            } else {
                answer.body = reply.text();
            }
            co_return answer;
        }(this, std::move(request)));
    }
    Answer ask(http::Method method, const std::string& path, std::string body = {},
               std::string token = "p1:member", std::string type = "application/json") {
        http::Headers headers;
        headers.add("X-Auth-Token", std::move(token));
        headers.add("Content-Type", std::move(type));
        headers.add("Accept", "application/json");
        return send(http::Request::make(method, "/image/v2" + path, headers, std::move(body)));
    }
    Answer get(const std::string& path, std::string token = "p1:member") {
        return ask(http::Method::GET, path, {}, std::move(token));
    }
    Answer post(const std::string& path, std::string body, std::string token = "p1:member") {
        return ask(http::Method::POST, path, std::move(body), std::move(token));
    }
    Answer patch(const std::string& path, std::string body, std::string token = "p1:member") {
        return ask(http::Method::PATCH, path, std::move(body), std::move(token),
                   "application/openstack-images-v2.1-json-patch");
    }
    Answer upload(const std::string& id, std::string bytes, std::string token = "p1:member") {
        return ask(http::Method::PUT, "/images/" + id + "/file", std::move(bytes), std::move(token),
                   "application/octet-stream");
    }
    /// The id of a new raw, bare image; `more` is further JSON members.
    std::string create(std::string more = "", std::string token = "p1:member") {
        const auto answer = post("/images",
                                 R"({"disk_format": "raw", "container_format": "bare")" +
                                     (more.empty() ? "" : ", " + more) + "}",
                                 std::move(token));
        EXPECT_EQ(answer.status, 201) << answer.body;
        return answer["id"].as_string();
    }
    std::string status_of(const std::string& id) {
        return get("/images/" + id, "p0:admin")["status"].as_string();
    }
    /// How many files the store has, finished or not.
    size_t stored_files() {
        size_t count = 0;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(directory + "/image")) {
            count += entry.is_regular_file() ? 1 : 0;
        }
        return count;
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
    std::string directory;
    std::unique_ptr<sql::Database> database =
        sql::open(*env, {.url = "sqlite::memory:", .synchronous = false});
    config::Config config;
    std::unique_ptr<bus::Bus> bus = bus::make_in_process_bus();
    work::Runner runner{*database, {.owner = "test"}};
    http::Router router;
    auth::Policy policy;
    PlainTokens tokens;
    Core core{*env, *database, config, *bus, runner, router, policy, "", "test"};
    std::optional<Image> image;
    std::optional<http::Pipeline> pipeline;
};

}  // namespace welkin::image
