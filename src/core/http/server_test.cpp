#include "core/http/server.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "core/base/env.h"
#include "core/http/client.h"

namespace welkin::http {
namespace {

/// Replies with what was asked; the path chooses the kind.
Task<Reply> serve_path(Request& request) {
    if (request.target == "/slow") {
        co_await async::sleep(300ms);
    }
    if (request.target == "/count") {
        uint64_t count = 0;
        while (true) {
            const auto piece = co_await request.body().read();
            if (piece.empty()) {
                break;
            }
            count += piece.size();
        }
        co_return text_reply(200, std::to_string(count));
    }
    if (request.target == "/chunks") {
        co_return Reply{.status = 200,
                        .headers = {},
                        .body = StreamBody{[](BodyWriter& writer) -> Task<void> {
                                               for (int i = 0; i < 100; ++i) {
                                                   co_await writer.write(std::string(10'000, 'c'));
                                               }
                                           },
                                           {}}};
    }
    co_return text_reply(200, fmt::format("{} {}", to_text(request.method), request.target));
}

class ServerTest : public testing::Test {
public:
    ~ServerTest() override { stop(); }

    Server& start(ServerLimits limits = {}, RequestHandler handler = serve_path) {
        server_ = std::make_unique<Server>(
            loops_, ServerOptions{.listen = {"127.0.0.1", 0}, .limits = limits},
            std::move(handler));
        return *server_;
    }
    void stop() {
        if (server_) {
            loops_.run(server_->stop());
        }
    }
    std::string url(std::string_view target) {
        return fmt::format("http://127.0.0.1:{}{}", server_->address().port, target);
    }
    ClientReply ask(ClientRequest request) { return loops_.get(client_.send(std::move(request))); }
    ClientReply get(std::string_view target) { return ask({.url = url(target)}); }

    /// Sends `bytes` on a connection of its own and returns all that comes back until its end.
    std::string say(std::string bytes, Duration then_wait = 0s) {
        return loops_.get(talk(server_->address(), std::move(bytes), then_wait));
    }
    static Task<std::string> talk(async::Address address, std::string bytes, Duration then_wait) {
        auto stream = co_await async::connect(address, 1s);
        co_await stream->write(bytes, {}, 1s);
        if (then_wait > 0s) {
            co_await async::sleep(then_wait);
        }
        std::string heard;
        std::array<char, 4096> piece;
        while (const auto count = co_await stream->read(piece, 5s)) {
            heard.append(piece.data(), count);
        }
        co_return heard;
    }

    async::Loops loops_{2};
    Client client_;
    std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersOnKeptConnections) {
    start();
    for (int i = 0; i < 10; ++i) {
        const auto reply = get(fmt::format("/{}", i));
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.body, fmt::format("GET /{}", i));
    }
    EXPECT_EQ(server_->open_connections(), 1);
}

TEST_F(ServerTest, StreamsBodiesBothWays) {
    start();
    EXPECT_EQ(
        ask({.method = Method::PUT, .url = url("/count"), .body = std::string(3'000'000, 'x')})
            .body,
        "3000000");
    EXPECT_EQ(get("/chunks").body, std::string(1'000'000, 'c'));
    uint64_t seen = 0;
    ask({.url = url("/chunks"), .on_body = [&seen](std::string_view piece) -> Task<void> {
             seen += piece.size();
             co_return;
         }});
    EXPECT_EQ(seen, 1'000'000u);
}

TEST_F(ServerTest, SendsFilesWhole) {
    const auto path = fmt::format("/tmp/welkin-server-test-{}", ::getpid());
    std::string content;
    for (int i = 0; i < 400'000; ++i) {
        content += static_cast<char>(i * 7 + i / 256);
    }
    std::ofstream(path) << content;
    const auto env = make_real_env();
    const std::shared_ptr<File> file = env->files().open(path, Open::read);
    start({}, [&](Request&) -> Task<Reply> {
        co_return Reply{.status = 200, .headers = {}, .body = FileBody{file, 3, 390'000}};
    });
    EXPECT_EQ(get("/").body, content.substr(3, 390'000));
    EXPECT_EQ(get("/").body.size(), 390'000u);
    env->files().remove(path);
}

TEST_F(ServerTest, ClosesConnectionsThatAreTooSlow) {
    start({.header_timeout = 100ms, .idle_timeout = 100ms, .body_stall_timeout = 100ms});
    EXPECT_EQ(say(""), "");
    EXPECT_TRUE(say("GET / HT").starts_with("HTTP/1.1 408 "));
    EXPECT_TRUE(say("POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
                    .starts_with("HTTP/1.1 500 "));
}

TEST_F(ServerTest, LimitsHowManyConnectionsThereAre) {
    start({.connections = 1, .idle_timeout = 500ms});
    loops_.run([](ServerTest& test) -> Task<void> {
        const auto first = co_await async::connect(test.server_->address(), 1s);
        co_await first->write("GET / HTTP/1.1\r\nHost: a\r\n\r\n", {}, 1s);
        std::array<char, 4096> piece;
        EXPECT_GT(co_await first->read(piece, 1s), 0u);
        const auto refused = co_await talk(test.server_->address(), "", 0s);
        EXPECT_TRUE(refused.starts_with("HTTP/1.1 503 ")) << refused;
    }(*this));
}

TEST_F(ServerTest, LetsRequestsInFlightEndWhenItStops) {
    start();
    const auto address = server_->address();
    loops_.run([](ServerTest& test, async::Address where) -> Task<void> {
        const auto busy = co_await async::connect(where, 1s);
        co_await busy->write("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n", {}, 1s);
        const auto idle = co_await async::connect(where, 1s);
        co_await async::sleep(50ms);
        const auto began = std::chrono::steady_clock::now();
        co_await test.server_->stop();
        EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
        std::array<char, 4096> piece;
        const auto count = co_await busy->read(piece, 1s);
        EXPECT_NE(std::string_view(piece.data(), count).find("GET /slow"), std::string_view::npos);
        EXPECT_EQ(co_await idle->read(piece, 1s), 0u);
    }(*this, address));
    EXPECT_EQ(server_->open_connections(), 0);
    EXPECT_THROW(ask({.url = url("/")}), Error);
}

TEST_F(ServerTest, DoesNotLoseTheReplyToAClientThatIsStillSending) {
    start({}, [](Request&) -> Task<Reply> { co_return text_reply(413, "too much"); });
    const auto reply =
        ask({.method = Method::PUT, .url = url("/"), .body = std::string(1'000'000, 'x')});
    EXPECT_EQ(reply.status, 413);
    EXPECT_EQ(reply.body, "too much");
}

TEST_F(ServerTest, SpeaksTlsToClientsThatTrustIt) {
    const auto env = make_real_env();
    const auto folder = fmt::format("/tmp/welkin-server-tls-{}", ::getpid());
    env->files().make_directories(folder);
    const auto made = loops_.get(env->processes().run(
        {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", folder + "/key", "-out", folder + "/pem"}));
    ASSERT_EQ(made.exit_code, 0) << made.err;
    server_ = std::make_unique<Server>(
        loops_,
        ServerOptions{.listen = {"127.0.0.1", 0},
                      .certificate_path = folder + "/pem",
                      .key_path = folder + "/key"},
        [](Request& request) -> Task<Reply> { co_return text_reply(200, request.base_url); });
    const auto origin = fmt::format("https://127.0.0.1:{}", server_->address().port);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(ask({.url = origin + "/", .ca_path = folder + "/pem"}).body, origin);
    }
    EXPECT_THROW(ask({.url = origin + "/"}), Error);
    EXPECT_TRUE(say("GET / HTTP/1.1\r\nHost: a\r\n\r\n").find("HTTP/1.1") == std::string::npos);
    env->files().remove_all(folder);
}

Task<Reply> endless_socket(Request&) {
    Reply reply{.status = 101, .headers = {}, .body = {}};
    reply.body = Upgrade{[](async::Stream& stream, std::string) -> Task<void> {
        std::array<char, 16> piece;
        co_await stream.read(piece, 60s);
    }};
    co_return reply;
}

TEST_F(ServerTest, DoesNotWaitForUpgradedConnectionsWhenItStops) {
    start({}, endless_socket);
    loops_.run([](ServerTest& test) -> Task<void> {
        const auto stream = co_await async::connect(test.server_->address(), 1s);
        co_await stream->write("GET / HTTP/1.1\r\nHost: a\r\n\r\n", {}, 1s);
        std::array<char, 4096> piece;
        EXPECT_GT(co_await stream->read(piece, 1s), 0u);
        const auto began = std::chrono::steady_clock::now();
        co_await test.server_->stop();
        EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
    }(*this));
}

TEST_F(ServerTest, AnswersManyClientsAtOnce) {
    start();
    loops_.run([](ServerTest& test) -> Task<void> {
        std::vector<Task<void>> tasks;
        for (int i = 0; i < 50; ++i) {
            tasks.push_back([](ServerTest& inner) -> Task<void> {
                for (int j = 0; j < 20; ++j) {
                    const auto reply = co_await inner.client_.send({.url = inner.url("/x")});
                    EXPECT_EQ(reply.body, "GET /x");
                }
            }(test));
        }
        co_await async::all(std::move(tasks));
    }(*this));
}

}  // namespace
}  // namespace welkin::http
