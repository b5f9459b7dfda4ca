#include "core/http/pipeline/pipeline.h"

#include <gtest/gtest.h>

#include "core/async/loops.h"
#include "core/base/uuid.h"
#include "core/history/history.h"
#include "core/http/error_styles.h"
#include "core/observe/metrics.h"
#include "core/sql/database.h"

namespace welkin::sql {
extern const Migration core_schema[];
extern const int core_schema_count;
}  // namespace welkin::sql

namespace welkin::http {
namespace {

/// Knows the tokens "member", "admin" and "broken".
class FakeTokens : public auth::TokenVerifier {
public:
    Task<auth::Caller> verify(std::string_view token) override {
        if (token != "member" && token != "admin" && token != "other") {
            throw unauthorized("The token is not valid.");
        }
        auth::Caller caller;
        caller.user_id = UserId(token);
        caller.project_id = ProjectId(token == "other" ? "project-2" : "project-1");
        caller.roles = {std::string(token == "other" ? "member" : token), "reader"};
        co_return caller;
    }
};

constexpr auth::PolicyRule rules[] = {
    {"test:read", "role:reader", ""},
    {"test:own", "project_id:%(project_id)s", ""},
    {"test:admin", "role:admin", ""},
};

class PipelineTest : public testing::Test {
protected:
    PipelineTest() : env_(make_real_env()) {
        policy_.add(auth::common_rules());
        policy_.add(rules);
        api_.name = "compute";
        api_.prefix = "/compute/v2.1";
        api_.render_error = compute_error;
        api_.versions = between({2, 1}, {2, 93});
        api_.default_version = {2, 1};
        api_.version_service = "compute";
        api_.legacy_version_header = "X-OpenStack-Nova-API-Version";
        api_.max_body_bytes = 100;
    }

    void add(RouteInfo info, Handler handler) { router_.add(api_, info, std::move(handler)); }
    /// A route that authorizes and says `handler`'s text.
    void add(RouteInfo info, std::function<std::string(Request&)> text) {
        add(std::move(info), Handler([text](Request& request) -> Task<Reply> {
                request.authorize();
                co_return text_reply(200, text(request));
            }));
    }

    Reply ask(Method method, std::string target, Headers headers = {}, std::string body = {}) {
        if (!headers.has("X-Auth-Token")) {
            headers.add("X-Auth-Token", "member");
        }
        return ask_as_is(method, std::move(target), std::move(headers), std::move(body));
    }
    Reply ask_as_is(Method method, std::string target, Headers headers = {},
                    std::string body = {}) {
        if (!pipeline_) {
            pipeline_ =
                std::make_unique<Pipeline>(*env_, router_, policy_, tokens_, database_.get());
        }
        auto request =
            Request::make(method, "/compute/v2.1" + target, std::move(headers), std::move(body));
        return loops_.get(pipeline_->handle(request));
    }
    static std::string text(const Reply& reply) {
        return fmt::format("{} {}", reply.status, reply.text());
    }
    static Headers with(std::string name, std::string value) {
        Headers headers;
        headers.add(std::move(name), std::move(value));
        return headers;
    }
    void open_database() {
        database_ = sql::open(*env_, {.url = "sqlite::memory:", .synchronous = false});
        database_->migrate({sql::core_schema, static_cast<size_t>(sql::core_schema_count)});
    }
    void change_something() {
        loops_.run(database_->write([](sql::Transaction& tx) {
            history::append(tx, {},
                            {.service = "compute",
                             .resource = "server",
                             .resource_id = "x",
                             .action = "create",
                             .detail = {},
                             .project_id = {}});
        }));
    }

    async::Loops loops_{1};
    std::unique_ptr<Env> env_;
    Router router_;
    auth::Policy policy_;
    FakeTokens tokens_;
    Api api_;
    std::unique_ptr<sql::Database> database_;
    std::unique_ptr<Pipeline> pipeline_;
};

std::string show_version(Request& request) { return request.version().text(); }
std::string show_user(Request& request) { return request.caller().user_id.str(); }

TEST_F(PipelineTest, GivesEveryReplyAFreshRequestId) {
    add({.path = "/x", .rule = "test:read"}, [](Request& request) { return request.request_id(); });
    const auto inbound = "req-" + new_uuid(*env_);
    const auto first = ask(Method::GET, "/x", with("X-Openstack-Request-Id", inbound));
    const auto id = first.headers.get("x-openstack-request-id");
    EXPECT_EQ(first.text(), id);
    EXPECT_NE(id, inbound);
    EXPECT_TRUE(id.starts_with("req-") && is_dashed_uuid(id.substr(4))) << id;
    EXPECT_EQ(first.headers.get("x-compute-request-id"), id);
    EXPECT_NE(ask(Method::GET, "/x").headers.get("x-openstack-request-id"), id);
    EXPECT_TRUE(ask(Method::GET, "/missing").headers.has("x-openstack-request-id"));
}

TEST_F(PipelineTest, ShowsErrorsInTheServicesWordsAndHidesItsOwnTrouble) {
    add({.path = "/conflict", .rule = "test:read"}, [](Request&) -> std::string {
        throw conflict("It is taken.").with_header("Retry-After", "3").because("row 7");
    });
    add({.path = "/bug", .rule = "test:read"},
        [](Request&) -> std::string { throw std::runtime_error("secret"); });
    add({.path = "/broken", .rule = "test:read"},
        [](Request&) -> std::string { throw internal("secret").because("more secret"); });
    const auto refused = ask(Method::GET, "/conflict");
    EXPECT_EQ(text(refused), R"(409 {"conflictingRequest":{"code":409,"message":"It is taken.",)"
                             R"("retryAfter":"3"}})");
    EXPECT_EQ(refused.headers.get("Retry-After"), "3");
    for (const auto* path : {"/bug", "/broken"}) {
        const auto reply = ask(Method::GET, path);
        EXPECT_EQ(reply.status, 500);
        EXPECT_EQ(reply.text().find("secret"), std::string_view::npos);
        EXPECT_NE(reply.text().find(reply.headers.get("x-openstack-request-id")),
                  std::string_view::npos);
    }
    const auto missing = ask(Method::GET, "/nowhere");
    EXPECT_TRUE(missing.text().starts_with(R"({"itemNotFound":)"));
    EXPECT_EQ(ask(Method::PUT, "/bug").headers.get("Allow"), "GET, HEAD");
}

TEST_F(PipelineTest, WantsATokenExceptOnPublicRoutes) {
    add({.path = "/private", .rule = "test:read"}, show_user);
    add({.path = "/public", .flags = Flag::public_route},
        Handler([](Request& request) -> Task<Reply> {
            co_return text_reply(200, "hello " + request.caller().user_id.str());
        }));
    EXPECT_EQ(text(ask(Method::GET, "/private")), "200 member");
    for (const auto& headers : {Headers(), with("X-Auth-Token", "forged")}) {
        const auto refused = ask_as_is(Method::GET, "/private", headers);
        EXPECT_EQ(refused.status, 401);
        EXPECT_EQ(refused.headers.get("WWW-Authenticate"),
                  "Keystone uri=\"http://localhost/identity/v3\"");
        EXPECT_EQ(text(ask_as_is(Method::GET, "/public", headers)), "200 hello ");
    }
    EXPECT_EQ(text(ask(Method::GET, "/public")), "200 hello member");
}

TEST_F(PipelineTest, RefusesAReplyWhoseHandlerNeverAuthorized) {
    add({.path = "/careless", .rule = "test:read"},
        Handler([](Request&) -> Task<Reply> { co_return text_reply(200, "private things"); }));
    add({.path = "/asks", .rule = "test:read"}, Handler([](Request& request) -> Task<Reply> {
            co_return text_reply(200, request.may("test:read") ? "may" : "may not");
        }));
    EXPECT_EQ(ask(Method::GET, "/careless").status, 500);
    EXPECT_EQ(ask(Method::GET, "/asks").status, 500);
}

TEST_F(PipelineTest, AppliesTheRuleOfTheRowToTheOwnerTheHandlerNames) {
    const auto owned_by = [](std::string project, bool hidden) {
        return Handler([project, hidden](Request& request) -> Task<Reply> {
            const auth::Owner owner{.user = {}, .project = ProjectId(project), .domain = {}};
            if (hidden) {
                request.authorize(owner, not_found("There is no such thing."));
            } else {
                request.authorize(owner);
            }
            co_return text_reply(200, request.is_admin() ? "admin" : "no admin");
        });
    };
    add({.path = "/mine", .rule = "test:own"}, owned_by("project-1", false));
    add({.path = "/theirs", .rule = "test:own"}, owned_by("project-2", false));
    add({.path = "/hidden", .rule = "test:own"}, owned_by("project-2", true));
    EXPECT_EQ(text(ask(Method::GET, "/mine")), "200 no admin");
    EXPECT_EQ(text(ask(Method::GET, "/mine", with("X-Auth-Token", "admin"))), "200 admin");
    EXPECT_EQ(ask(Method::GET, "/theirs").status, 403);
    EXPECT_EQ(ask(Method::GET, "/hidden").status, 404);
}

TEST_F(PipelineTest, ChoosesTheVersionFromEitherHeader) {
    add({.path = "/v", .rule = "test:read"}, show_version);
    const auto asked = [this](std::string name, std::string value) {
        return text(ask(Method::GET, "/v", with(std::move(name), std::move(value))));
    };
    EXPECT_EQ(text(ask(Method::GET, "/v")), "200 2.1");
    EXPECT_EQ(asked("OpenStack-API-Version", "compute 2.53"), "200 2.53");
    EXPECT_EQ(asked("openstack-api-version", "volume 3.1, Compute  2.53"), "200 2.53");
    EXPECT_EQ(asked("OpenStack-API-Version", "volume 3.1"), "200 2.1");
    EXPECT_EQ(asked("OpenStack-API-Version", "compute latest"), "200 2.93");
    EXPECT_EQ(asked("X-OpenStack-Nova-API-Version", "2.7"), "200 2.7");
    auto both = with("OpenStack-API-Version", "compute 2.53");
    both.add("X-OpenStack-Nova-API-Version", "2.7");
    const auto reply = ask(Method::GET, "/v", both);
    EXPECT_EQ(text(reply), "200 2.53");
    EXPECT_EQ(reply.headers.get("OpenStack-API-Version"), "compute 2.53");
    EXPECT_EQ(reply.headers.get("X-OpenStack-Nova-API-Version"), "2.53");
    EXPECT_EQ(reply.headers.get("Vary"), "OpenStack-API-Version, X-OpenStack-Nova-API-Version");
    const auto beyond = asked("OpenStack-API-Version", "compute 2.94");
    EXPECT_TRUE(beyond.starts_with("406 ")) << beyond;
    EXPECT_NE(beyond.find("Minimum is 2.1 and maximum is 2.93"), std::string::npos);
    for (const auto* broken : {"compute 2", "compute x", "compute 2.x", "compute 2.1.1"}) {
        EXPECT_TRUE(asked("OpenStack-API-Version", broken).starts_with("400 ")) << broken;
    }
}

TEST_F(PipelineTest, FindsTheRowOfTheVersion) {
    const auto says = [](std::string what) { return [what](Request&) { return what; }; };
    add({.path = "/k", .rule = "test:read", .versions = until(2, 9)}, says("old"));
    add({.path = "/k", .rule = "test:read", .versions = between({2, 10}, {2, 49})}, says("new"));
    const auto asked = [this](std::string version) {
        return ask(Method::GET, "/k", with("OpenStack-API-Version", "compute " + version));
    };
    EXPECT_EQ(asked("2.9").text(), "old");
    EXPECT_EQ(asked("2.10").text(), "new");
    EXPECT_EQ(asked("2.50").status, 404);
}

TEST_F(PipelineTest, ReadsJsonAndSaysWhatIsWrongWithIt) {
    add({.method = Method::POST, .path = "/things", .rule = "test:read"},
        [](Request& request) { return request.json("thing").text("name"); });
    const auto post = [this](std::string body, std::string type = "application/json") {
        return text(
            ask(Method::POST, "/things", with("Content-Type", std::move(type)), std::move(body)));
    };
    EXPECT_EQ(post(R"({"thing": {"name": "x"}})"), "200 x");
    EXPECT_EQ(post(R"({"thing": {"name": "x"}})", "application/json; charset=utf-8"), "200 x");
    EXPECT_EQ(post(R"({"thing": {"name": "x"}})", "application/openstack-images-v2.1-json-patch"),
              "200 x");
    EXPECT_EQ(text(ask(Method::POST, "/things", {}, R"({"thing": {"name": "x"}})")), "200 x");
    EXPECT_TRUE(post("{}", "text/plain").starts_with("415 "));
    EXPECT_TRUE(post("{").starts_with("400 "));
    EXPECT_TRUE(post("").starts_with("400 "));
    EXPECT_TRUE(post("[]").starts_with("400 "));
    const auto missing = post("{}");
    EXPECT_NE(missing.find("Invalid input for field/attribute thing"), std::string::npos);
    EXPECT_NE(post(R"({"thing": 5})").find("it is a number"), std::string::npos);
    EXPECT_TRUE(post(std::string(101, ' ')).starts_with("413 "));
}

TEST_F(PipelineTest, RefusesNulWhereverItIsInABody) {
    add({.method = Method::POST, .path = "/things", .rule = "test:read"},
        [](Request&) { return "taken"; });
    const auto post = [this](std::string body) {
        return ask(Method::POST, "/things", {}, std::move(body)).status;
    };
    EXPECT_EQ(post(R"({"thing": {"name": "x\u0000y"}})"), 400);
    EXPECT_EQ(post(R"({"thing": [["\u0000"]]})"), 400);
    EXPECT_EQ(post(R"({"a\u0000": 1})"), 400);
    EXPECT_EQ(post(R"({"thing": "\\u0000"})"), 200);
}

TEST_F(PipelineTest, LeavesRawAndStreamedBodiesAlone) {
    add({.method = Method::PUT, .path = "/raw", .rule = "test:read", .flags = Flag::raw_body},
        [](Request& request) { return request.text(); });
    add({.method = Method::PUT, .path = "/stream", .rule = "test:read", .flags = Flag::streams},
        Handler([](Request& request) -> Task<Reply> {
            request.authorize();
            const auto piece = co_await request.body().read();
            co_return text_reply(200, std::string(piece));
        }));
    const auto long_text = std::string(1000, 'x');
    const auto binary = with("Content-Type", "application/octet-stream");
    EXPECT_EQ(text(ask(Method::PUT, "/raw", binary, "not { json")), "200 not { json");
    EXPECT_EQ(ask(Method::PUT, "/raw", binary, long_text).status, 413);
    EXPECT_EQ(ask(Method::PUT, "/stream", binary, long_text).text(), long_text);
}

TEST_F(PipelineTest, ChoosesTheActionByTheMemberOfTheBody) {
    const auto add_action = [this](std::string action, const char* rule) {
        add({.method = Method::POST,
             .path = "/servers/{id}/action",
             .rule = rule,
             .action = action},
            [action](Request& request) { return action + " " + request.path_part("id"); });
    };
    add_action("os-start", "test:read");
    add_action("os-resetState", "test:admin");
    const auto act = [this](std::string body) {
        return text(ask(Method::POST, "/servers/7/action", {}, std::move(body)));
    };
    EXPECT_EQ(act(R"({"os-start": null})"), "200 os-start 7");
    EXPECT_TRUE(act(R"({"os-resetState": {}})").starts_with("403 "));
    const auto unknown = act(R"({"fly": null})");
    EXPECT_TRUE(unknown.starts_with("400 ")) << unknown;
    EXPECT_NE(unknown.find("os-start, os-resetState"), std::string::npos);
    EXPECT_TRUE(act("").starts_with("400 "));
    add({.method = Method::POST, .path = "/servers/{id}/action", .rule = "test:read"},
        [](Request&) { return "any"; });
    EXPECT_EQ(act(R"({"fly": null})"), "200 any");
}

TEST_F(PipelineTest, CountsRequests) {
    add({.path = "/x", .rule = "test:read"}, show_user);
    auto& counter = metrics::counter("http_requests_total", "Requests answered.",
                                     "service=\"compute\",method=\"GET\",code=\"200\"");
    const auto before = counter.value();
    ask(Method::GET, "/x");
    ask(Method::GET, "/nowhere");
    EXPECT_EQ(counter.value(), before + 1);
}

TEST_F(PipelineTest, KeepsRepliesOfCachedRoutesUntilSomethingChanges) {
    open_database();
    int runs = 0;
    add({.path = "/list", .rule = "test:read", .flags = Flag::cached}, [&runs](Request& request) {
        return fmt::format("{} {}", request.caller().project_id, ++runs);
    });
    add({.path = "/plain", .rule = "test:read"},
        [&runs](Request&) { return std::to_string(++runs); });
    const auto first = ask(Method::GET, "/list?limit=5");
    const auto second = ask(Method::GET, "/list?limit=5");
    EXPECT_EQ(text(first), "200 project-1 1");
    EXPECT_EQ(text(second), "200 project-1 1");
    ASSERT_TRUE(std::holds_alternative<RenderedBody>(second.body));
    EXPECT_NE(std::get<RenderedBody>(second.body)
                  ->header_lines.find("OpenStack-API-Version: compute 2.1\r\n"),
              std::string::npos);
    EXPECT_NE(first.headers.get("x-openstack-request-id"),
              second.headers.get("x-openstack-request-id"));
    // Another caller, query or version is another reply.
    EXPECT_EQ(ask(Method::GET, "/list?limit=5", with("X-Auth-Token", "other")).text(),
              "project-2 2");
    EXPECT_EQ(ask(Method::GET, "/list?limit=5", with("X-Auth-Token", "admin")).text(),
              "project-1 3");
    EXPECT_EQ(ask(Method::GET, "/list").text(), "project-1 4");
    EXPECT_EQ(ask(Method::GET, "/list", with("OpenStack-API-Version", "compute 2.2")).text(),
              "project-1 5");
    EXPECT_EQ(ask_as_is(Method::GET, "/list").status, 401);
    EXPECT_EQ(ask(Method::GET, "/list?limit=5").text(), "project-1 1");
    change_something();
    EXPECT_EQ(ask(Method::GET, "/list?limit=5").text(), "project-1 6");
    EXPECT_EQ(ask(Method::GET, "/list?limit=5").text(), "project-1 6");
    EXPECT_EQ(ask(Method::GET, "/plain").text(), "7");
    EXPECT_EQ(ask(Method::GET, "/plain").text(), "8");
}

TEST_F(PipelineTest, DoesNotKeepWhatChangedWhileItWasMade) {
    open_database();
    int runs = 0;
    add({.path = "/list", .rule = "test:read", .flags = Flag::cached},
        Handler([&](Request& request) -> Task<Reply> {
            request.authorize();
            const auto text = std::to_string(++runs);
            co_await database_->write([](sql::Transaction& tx) {
                history::append(tx, {},
                                {.service = "a",
                                 .resource = "b",
                                 .resource_id = "c",
                                 .action = "create",
                                 .detail = {},
                                 .project_id = {}});
            });
            co_return text_reply(200, text);
        }));
    EXPECT_EQ(ask(Method::GET, "/list").text(), "1");
    EXPECT_EQ(ask(Method::GET, "/list").text(), "2");
}

}  // namespace
}  // namespace welkin::http
