#include "core/http/client.h"

#include <gtest/gtest.h>

#include "core/async/loops.h"
#include "core/async/stream.h"
#include "core/http/url.h"

namespace welkin::http {
namespace {

TEST(Url, IsTakenApart) {
    const auto url = parse_url("HTTPS://[::1]:8443/a?b=c#d");
    EXPECT_TRUE(url.encrypted);
    EXPECT_EQ(url.host, "::1");
    EXPECT_EQ(url.port, 8443);
    EXPECT_EQ(url.target, "/a?b=c");
    EXPECT_EQ(url.authority(), "[::1]:8443");
    EXPECT_EQ(parse_url("http://host").target, "/");
    EXPECT_EQ(parse_url("http://host?x").target, "/?x");
    EXPECT_EQ(parse_url("https://host").authority(), "host");
    for (const auto* text : {"", "host", "ftp://host", "http://", "http://u@host/", "http://a:b/",
                             "http://a/b c", "http://a/\r\nX: y", "http:///x"}) {
        EXPECT_THROW(parse_url(text), Error) << text;
    }
}

/// Answers each connection with the next of the given texts, after a request has come.
class CannedServer {
public:
    CannedServer(async::Loops& loops, std::vector<std::string> answers, bool keeps_open = false)
        : loops_(loops) {
        loops.run([](CannedServer& self, std::vector<std::string> texts, bool keep) -> Task<void> {
            self.listener_ = async::listen({"127.0.0.1", 0});
            self.port_ = self.listener_->local().port;
            async::spawn(run(*self.listener_, self.connections_, std::move(texts), keep), "canned");
            co_return;
        }(*this, std::move(answers), keeps_open));
    }
    ~CannedServer() {
        loops_.run([](async::Listener& listener) -> Task<void> {
            listener.close();
            co_await async::sleep(20ms);
        }(*listener_));
    }
    std::string url() const { return fmt::format("http://127.0.0.1:{}/", port_); }
    int connections() const { return *connections_; }

private:
    static Task<void> run(async::Listener& listener, std::shared_ptr<int> connections,
                          std::vector<std::string> answers, bool keep) {
        std::unique_ptr<async::Stream> stream;
        for (const auto& answer : answers) {
            if (!stream) {
                stream = co_await listener.accept();
                ++*connections;
            }
            std::array<char, 4096> piece;
            co_await stream->read(piece, 2s);
            co_await stream->write(answer, {}, 1s);
            if (!keep) {
                stream.reset();
            }
        }
        if (keep) {
            co_await async::sleep(500ms);
        }
    }
    async::Loops& loops_;
    std::unique_ptr<async::Listener> listener_;
    std::shared_ptr<int> connections_ = std::make_shared<int>(0);
    uint16_t port_ = 0;
};

class ClientTest : public testing::Test {
protected:
    ClientReply ask(ClientRequest request) { return loops_.get(client_.send(std::move(request))); }
    /// The fault that a request for `url` fails with, or the status as text.
    std::string outcome(ClientRequest request) {
        try {
            return std::to_string(ask(std::move(request)).status);
        } catch (const Error& error) {
            return fmt::format("throws {}", http_status(error.fault));
        }
    }
    std::string outcome_of_answer(std::string answer) {
        CannedServer server(loops_, {std::move(answer)});
        return outcome({.url = server.url(), .timeout = 200ms});
    }
    async::Loops loops_{1};
    Client client_;
};

TEST_F(ClientTest, ReadsEveryFraming) {
    const auto body_of = [this](std::string answer) {
        CannedServer server(loops_, {std::move(answer)});
        return ask({.url = server.url()}).body;
    };
    EXPECT_EQ(body_of("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"), "abc");
    EXPECT_EQ(
        body_of(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
        "abc");
    EXPECT_EQ(body_of("HTTP/1.1 200 OK\r\n\r\nabc"), "abc");
    EXPECT_EQ(body_of("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"), "");
}

TEST_F(ClientTest, ReturnsErrorStatusesAndThrowsWhatIsNoAnswer) {
    EXPECT_EQ(outcome_of_answer("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"), "500");
    EXPECT_EQ(outcome_of_answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), "throws 503");
    EXPECT_EQ(outcome_of_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
              "throws 503");
    EXPECT_EQ(outcome_of_answer(""), "throws 503");
    EXPECT_EQ(outcome_of_answer("SSH-2.0-OpenSSH\r\n\r\n"), "throws 502");
    EXPECT_EQ(outcome({.url = "http://127.0.0.1:1/"}), "throws 503");
    EXPECT_EQ(outcome({.url = "nonsense"}), "throws 400");
    CannedServer large(loops_, {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123456789"});
    EXPECT_EQ(outcome({.url = large.url(), .max_body_bytes = 8}), "throws 502");
}

TEST_F(ClientTest, GivesUpOnASilentPeer) {
    CannedServer server(loops_, {"", ""}, true);
    EXPECT_EQ(outcome({.url = server.url(), .timeout = 100ms}), "throws 408");
}

TEST_F(ClientTest, AsksAgainOnANewConnectionIfTheKeptOneWasClosed) {
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    CannedServer server(loops_, {answer, answer});
    EXPECT_EQ(outcome({.url = server.url()}), "200");
    EXPECT_EQ(outcome({.url = server.url()}), "200");
    EXPECT_EQ(server.connections(), 2);
}

TEST_F(ClientTest, UsesAKeptConnectionAgain) {
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    CannedServer server(loops_, {answer, answer, answer}, true);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(outcome({.method = Method::POST, .url = server.url()}), "200");
    }
    EXPECT_EQ(server.connections(), 1);
}

}  // namespace
}  // namespace welkin::http
