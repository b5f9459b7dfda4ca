#include "core/http/connection.h"

#include <gtest/gtest.h>

#include "core/async/loops.h"
#include "core/http/scripted_stream.h"

namespace welkin::http {
namespace {

using After = ScriptedStream::After;

/// A file that has no descriptor, as in the simulation.
class TextFile : public File {
public:
    explicit TextFile(std::string text) : text_(std::move(text)) {}
    size_t read_at(uint64_t offset, std::span<char> into) override {
        const auto count = std::min<uint64_t>(into.size(), text_.size() - offset);
        std::memcpy(into.data(), text_.data() + offset, count);
        return count;
    }
    void write_at(uint64_t, std::string_view) override {}
    void sync() override {}
    uint64_t size() override { return text_.size(); }
    void resize(uint64_t) override {}

private:
    std::string text_;
};

/// "METHOD target [body]" as the reply, the body read piece by piece.
Task<Reply> echo(Request& request) {
    std::string body;
    while (true) {
        const auto piece = co_await request.body().read();
        if (piece.empty()) {
            break;
        }
        body += piece;
    }
    co_return text_reply(200,
                         fmt::format("{} {} [{}]", to_text(request.method), request.target, body));
}

/// The same, the body read into memory of its own, a few bytes at a time.
Task<Reply> echo_by_own_memory(Request& request) {
    std::string body;
    char few[4];
    while (const auto count = co_await request.body().read_into(few)) {
        body.append(few, count);
    }
    co_return text_reply(200,
                         fmt::format("{} {} [{}]", to_text(request.method), request.target, body));
}

class ConnectionTest : public testing::Test {
protected:
    /// What the server says to the pieces, with the Date headers taken out.
    std::string talk(std::vector<std::string> pieces, RequestHandler handler = echo,
                     After after = After::hangs_up) {
        async::Loops loops(1);
        record_ = {};
        context_.handler = std::move(handler);
        loops.run(serve(std::move(pieces), after));
        EXPECT_TRUE(record_.closed);
        auto text = record_.written;
        for (size_t at = 0; (at = text.find("Date: ", at)) != std::string::npos;) {
            text.erase(at, text.find("\r\n", at) + 2 - at);
        }
        return text;
    }
    Task<void> serve(std::vector<std::string> pieces, After after) {
        ServerConnection connection(
            context_, std::make_unique<ScriptedStream>(record_, std::move(pieces), after));
        co_await connection.run();
    }

    ConnectionContext context_;
    ScriptedStream::Record record_;
};

std::string ok_with(std::string_view body, std::string_view more = "") {
    return fmt::format(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\n{}Content-Length: {}\r\n"
        "\r\n{}",
        more, body.size(), body);
}

RequestHandler replying(Reply reply) {
    auto shared = std::make_shared<Reply>(std::move(reply));
    return [shared](Request&) -> Task<Reply> { co_return *shared; };
}

constexpr auto get = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

TEST_F(ConnectionTest, AnswersPipelinedRequestsInOrderHoweverTheyArrive) {
    const std::string all =
        "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
        "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
        "\r\nPUT /3 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n"
        "DELETE /4 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    const auto expected = ok_with("GET /1 []") + ok_with("POST /2 [hello]") +
                          ok_with("PUT /3 [abcde]") +
                          ok_with("DELETE /4 []", "Connection: close\r\n");
    for (size_t split = 0; split <= all.size(); ++split) {
        std::vector<std::string> pieces;
        for (const auto& piece : {all.substr(0, split), all.substr(split)}) {
            if (!piece.empty()) {
                pieces.push_back(piece);
            }
        }
        ASSERT_EQ(talk(pieces), expected) << split;
        ASSERT_EQ(talk(pieces, echo_by_own_memory), expected) << split;
    }
    std::vector<std::string> bytes;
    for (const char c : all) {
        bytes.emplace_back(1, c);
    }
    EXPECT_EQ(talk(bytes), expected);
    EXPECT_EQ(talk(bytes, echo_by_own_memory), expected);
}

TEST_F(ConnectionTest, TellsAHandlerThatReadsByItselfWhenTheBodyIsCutShort) {
    const auto said = talk({"PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n", "12345"},
                           [](Request& request) -> Task<Reply> {
                               try {
                                   co_return co_await echo_by_own_memory(request);
                               } catch (const Error& error) {
                                   co_return text_reply(http_status(error.fault), error.message);
                               }
                           });
    EXPECT_NE(said.find("400 Bad Request"), std::string::npos) << said;
    EXPECT_NE(said.find("ended 4 bytes before its Content-Length"), std::string::npos) << said;
}

TEST_F(ConnectionTest, SendsHeaderAndBodyInOneCall) {
    talk({get});
    EXPECT_EQ(record_.writes, 1);
}

TEST_F(ConnectionTest, RefusesInPlainTextAndCloses) {
    const auto said = talk({"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", get});
    EXPECT_TRUE(said.starts_with("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain")) << said;
    EXPECT_NE(said.find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(said.find("GET /a"), std::string::npos);
    EXPECT_TRUE(talk({"GET / HTTP/3.0\r\n\r\n"}).starts_with("HTTP/1.1 505 "));
    EXPECT_TRUE(talk({"BREW / HTTP/1.1\r\nHost: a\r\n\r\n"}).starts_with("HTTP/1.1 501 "));
    EXPECT_TRUE(talk({"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(70'000, 'x')})
                    .starts_with("HTTP/1.1 431 "));
    EXPECT_TRUE(talk({"GET /" + std::string(70'000, 'x')}).starts_with("HTTP/1.1 414 "));
    EXPECT_TRUE(talk({"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: more\r\n\r\n"})
                    .starts_with("HTTP/1.1 417 "));
}

TEST_F(ConnectionTest, SaysContinueWhenTheBodyIsFirstReadAndNotBefore) {
    const std::string head =
        "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    EXPECT_EQ(talk({head, "ok"}), "HTTP/1.1 100 Continue\r\n\r\n" + ok_with("PUT /a [ok]"));
    const auto said = talk({head, "ok"}, replying(text_reply(403, "no")));
    EXPECT_TRUE(said.starts_with("HTTP/1.1 403 ")) << said;
    EXPECT_NE(said.find("Connection: close"), std::string::npos);
}

TEST_F(ConnectionTest, AnswersHeadWithTheHeaderOfGet) {
    const std::string head = "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n";
    EXPECT_EQ(talk({head}, replying(text_reply(200, "hello"))),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Length: 5\r\n"
              "\r\n");
    Reply object{.status = 200, .headers = {}, .body = std::string()};
    object.headers.add("Content-Length", "123456789");
    EXPECT_EQ(talk({head}, replying(object)),
              "HTTP/1.1 200 OK\r\nContent-Length: 123456789\r\n\r\n");
    const Reply stream{
        .status = 200, .headers = {}, .body = StreamBody{.produce = {}, .length = 9}};
    EXPECT_EQ(talk({head}, replying(stream)), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
}

TEST_F(ConnectionTest, SendsNoBodyWhereNoneBelongs) {
    EXPECT_EQ(talk({get}, replying(no_content())), "HTTP/1.1 204 No Content\r\n\r\n");
    EXPECT_EQ(talk({get}, replying({.status = 304, .headers = {}, .body = "x"})),
              "HTTP/1.1 304 Not Modified\r\n\r\n");
    EXPECT_EQ(talk({get}, replying(accepted())),
              "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
}

Task<void> write_three(BodyWriter& writer) {
    co_await writer.write("one");
    co_await writer.write("");
    co_await writer.write(std::string(20'000, 'x'));
    co_await writer.write("three");
}

TEST_F(ConnectionTest, StreamsChunkedOrWithTheLengthOrUntilTheEnd) {
    const Reply chunked{.status = 200, .headers = {}, .body = StreamBody{write_three, {}}};
    const auto xs = std::string(20'000, 'x');
    EXPECT_EQ(talk({get}, replying(chunked)),
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n4e20\r\n" + xs +
                  "\r\n5\r\nthree\r\n0\r\n\r\n");
    const Reply known{.status = 200, .headers = {}, .body = StreamBody{write_three, 20'008}};
    EXPECT_EQ(talk({get}, replying(known)),
              "HTTP/1.1 200 OK\r\nContent-Length: 20008\r\n\r\none" + xs + "three");
    EXPECT_EQ(talk({"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", get}, replying(chunked)),
              "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\none" + xs + "three");
}

TEST_F(ConnectionTest, ShowsAStreamThatBreaksOffByClosing) {
    for (const uint64_t wrong : {20'007, 20'009}) {
        const Reply reply{.status = 200, .headers = {}, .body = StreamBody{write_three, wrong}};
        const auto said = talk({get, get}, replying(reply));
        EXPECT_EQ(said.find("HTTP/1.1", 1), std::string::npos) << wrong;
    }
}

TEST_F(ConnectionTest, SendsPartsOfFiles) {
    std::string content;
    for (int i = 0; i < 50'000; ++i) {
        content += fmt::format("{:05}", i);
    }
    const auto file = std::make_shared<TextFile>(content);
    for (const uint64_t length : {0, 10, 65'536, 65'537, 200'000}) {
        const Reply reply{.status = 206, .headers = {}, .body = FileBody{file, 7, length}};
        EXPECT_EQ(talk({get}, replying(reply)),
                  fmt::format("HTTP/1.1 206 Partial Content\r\nContent-Length: {}\r\n\r\n{}",
                              length, content.substr(7, length)));
    }
}

TEST_F(ConnectionTest, PassesOverABodyThatNobodyReadAndClosesIfItIsLong) {
    const auto reply = replying(text_reply(200, "done"));
    EXPECT_EQ(talk({"PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello", get}, reply),
              ok_with("done") + ok_with("done"));
    const auto closed = ok_with("done", "Connection: close\r\n");
    EXPECT_EQ(talk({"PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n",
                    std::string(500'000, 'x'), get},
                   reply),
              closed);
    EXPECT_EQ(talk({"PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "5\r\nhello\r\n0\r\n\r\n", get},
                   reply),
              closed);
}

Task<Reply> report_body_error(Request& request) {
    std::string verdict = "whole";
    try {
        while (!(co_await request.body().read()).empty()) {
        }
    } catch (const Error& error) {
        verdict = fmt::format("{}", http_status(error.fault));
    }
    co_return text_reply(200, verdict);
}

TEST_F(ConnectionTest, TellsTheHandlerOfABodyThatBreaksOffAndCloses) {
    const auto closed_with = [](std::string_view verdict) {
        return ok_with(verdict, "Connection: close\r\n");
    };
    const std::string length = "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n";
    const std::string chunked = "PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(talk({length, "hel"}, report_body_error), closed_with("400"));
    EXPECT_EQ(talk({length, "hel"}, report_body_error, After::stalls), closed_with("408"));
    EXPECT_EQ(talk({chunked, "5\r\nhel"}, report_body_error), closed_with("400"));
    EXPECT_EQ(talk({chunked, "5\r\nhello6\r\n", get}, report_body_error), closed_with("400"));
    EXPECT_EQ(talk({chunked, "zz\r\n", get}, report_body_error), closed_with("400"));
}

TEST_F(ConnectionTest, GivesUpOnASlowHeaderAndClosesQuietlyWhenIdle) {
    EXPECT_TRUE(talk({"GET / HT"}, echo, After::stalls).starts_with("HTTP/1.1 408 "));
    EXPECT_EQ(talk({}, echo, After::stalls), "");
    EXPECT_EQ(talk({"GET / HT"}, echo), "");
}

Task<Reply> fail(Request&) {
    throw std::runtime_error("secret");
    co_return Reply{};
}

TEST_F(ConnectionTest, HidesWhatAHandlerThrows) {
    const auto said = talk({get, get}, fail);
    EXPECT_TRUE(said.starts_with("HTTP/1.1 500 "));
    EXPECT_EQ(said.find("secret"), std::string::npos);
    EXPECT_NE(said.find("HTTP/1.1 500", 1), std::string::npos) << "goes on";
}

TEST_F(ConnectionTest, KeepsHeaderValuesOnTheirLine) {
    Reply reply = no_content();
    reply.headers.add("Location", "/x\r\nSet-Cookie: evil");
    reply.headers.add("Content-Length", "7");
    reply.headers.add("Transfer-Encoding", "chunked");
    EXPECT_EQ(talk({get}, replying(reply)),
              "HTTP/1.1 204 No Content\r\nLocation: /x  Set-Cookie: evil\r\n\r\n");
}

Task<Reply> show_base_url(Request& request) {
    co_return text_reply(200, request.base_url + " " + request.peer);
}

TEST_F(ConnectionTest, KnowsHowTheClientReachedIt) {
    EXPECT_NE(talk({get}, show_base_url).find("http://h 192.0.2.1"), std::string::npos);
    EXPECT_NE(talk({"GET / HTTP/1.0\r\n\r\n"}, show_base_url).find("http://127.0.0.1:8700 "),
              std::string::npos);
    context_.public_url = "https://cloud.example";
    EXPECT_NE(talk({get}, show_base_url).find("https://cloud.example 192"), std::string::npos);
}

Task<void> take_over(async::Stream& stream, std::string already_read) {
    co_await stream.write("taken:" + already_read, {}, 1s);
}

TEST_F(ConnectionTest, HandsAnUpgradedConnectionOverWithWhatWasRead) {
    Reply reply{.status = 101, .headers = {}, .body = Upgrade{take_over}};
    reply.headers.add("Connection", "Upgrade");
    EXPECT_EQ(talk({std::string(get) + "early"}, replying(reply)),
              "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\ntaken:early");
}

TEST_F(ConnectionTest, StopsBetweenRequestsWhenTheServerStops) {
    const auto handler = [this](Request&) -> Task<Reply> {
        context_.stopping = true;
        co_return text_reply(200, "last");
    };
    EXPECT_EQ(talk({get, get}, handler), ok_with("last", "Connection: close\r\n"));
}

}  // namespace
}  // namespace welkin::http
