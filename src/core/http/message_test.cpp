#include "core/http/message.h"

#include <gtest/gtest.h>

namespace welkin::http {
namespace {

const HeadLimits limits;

RequestHead parse(std::string_view block) {
    HeadScanner scanner;
    EXPECT_EQ(scanner.find_end(block, limits), block.size()) << block;
    return parse_request_head(block, limits);
}

/// The status that the block is refused with, or 0 if it is accepted or not complete.
int refusal_of(std::string_view block) {
    try {
        HeadScanner scanner;
        if (const auto size = scanner.find_end(block, limits); size > 0) {
            parse_request_head(block.substr(0, size), limits);
        }
        return 0;
    } catch (const Refusal& refusal) {
        EXPECT_FALSE(refusal.sentence.empty());
        return refusal.status;
    }
}

std::string with_header(std::string_view line) {
    return fmt::format("POST / HTTP/1.1\r\nHost: a\r\n{}\r\n\r\n", line);
}

TEST(RequestHead, HasWhatTheClientSaid) {
    const auto head = parse(
        "PUT /image/v2/images?x=%20 HTTP/1.1\r\nHost: cloud:8700\r\nX-Auth-Token:  t o \t\r\n"
        "Empty:\r\nContent-Length: 12\r\n\r\n");
    EXPECT_EQ(head.method, Method::PUT);
    EXPECT_EQ(head.target, "/image/v2/images?x=%20");
    EXPECT_EQ(head.host, "cloud:8700");
    EXPECT_EQ(head.headers.get("x-auth-token"), "t o");
    EXPECT_EQ(head.headers.get("empty", "none"), "");
    EXPECT_EQ(head.framing, Framing::length);
    EXPECT_EQ(head.length, 12u);
    EXPECT_TRUE(head.keep_alive);
}

TEST(RequestHead, TakesTheAbsoluteFormOfATarget) {
    const auto head = parse("GET http://other:80?q HTTP/1.1\r\nHost: ignored\r\n\r\n");
    EXPECT_EQ(head.target, "/?q");
    EXPECT_EQ(head.host, "other:80");
    EXPECT_EQ(parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").target, "*");
}

TEST(RequestHead, KeepsAliveByVersionAndConnectionHeader) {
    EXPECT_TRUE(parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n").keep_alive);
    EXPECT_FALSE(parse("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n").keep_alive);
    EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
    EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
}

TEST(RequestHead, RefusesWhatCouldBeReadInTwoWays) {
    // Two framings, or two opinions on one.
    EXPECT_EQ(refusal_of(with_header("Content-Length: 5\r\nTransfer-Encoding: chunked")), 400);
    EXPECT_EQ(refusal_of(with_header("Transfer-Encoding: chunked\r\nContent-Length: 5")), 400);
    EXPECT_EQ(refusal_of(with_header("Content-Length: 5\r\nContent-Length: 6")), 400);
    EXPECT_EQ(refusal_of(with_header("Content-Length: 5, 5")), 400);
    EXPECT_EQ(refusal_of(with_header("Content-Length: 5\r\ncontent-length: 5")), 0);
    for (const auto* length : {"+5", "-5", "0x5", "5 5", "", "5.0", "18446744073709551616",
                               "9223372036854775808", "٥"}) {
        EXPECT_EQ(refusal_of(with_header(fmt::format("Content-Length: {}", length))), 400)
            << length;
    }
    for (const auto* coding : {"gzip", "gzip, chunked", "chunked, identity", "xchunked",
                               "chunked;a", "", "identity", "\"chunked\""}) {
        EXPECT_EQ(refusal_of(with_header(fmt::format("Transfer-Encoding: {}", coding))), 501)
            << coding;
    }
    EXPECT_EQ(refusal_of(with_header("Transfer-Encoding: chunked\r\nTransfer-Encoding: x")), 501);
    EXPECT_EQ(refusal_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
    // Lines and names.
    EXPECT_EQ(refusal_of(with_header("Content-Length : 5")), 400);
    EXPECT_EQ(refusal_of(with_header(" Content-Length: 5")), 400);
    EXPECT_EQ(refusal_of(with_header("X: a\r\n b")), 400);
    EXPECT_EQ(refusal_of(with_header("X: a\r\n\tb")), 400);
    EXPECT_EQ(refusal_of(with_header(": nameless")), 400);
    EXPECT_EQ(refusal_of(with_header("no colon")), 400);
    EXPECT_EQ(refusal_of(with_header("X\x0b: a")), 400);
    EXPECT_EQ(refusal_of(with_header("X\xc3\xa4: a")), 400);
    EXPECT_EQ(refusal_of(with_header(std::string_view("X: a\0b", 6))), 400);
    EXPECT_EQ(refusal_of(with_header("X: a\x01")), 400);
    EXPECT_EQ(refusal_of(with_header("X: a\rTransfer-Encoding: chunked")), 400);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\nHost: a\n\n"), 400);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"), 400);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\n\n"), 400);
    EXPECT_EQ(refusal_of("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

TEST(RequestHead, RefusesBrokenRequestLines) {
    const auto line = [](std::string_view text) {
        return refusal_of(fmt::format("{}\r\nHost: a\r\n\r\n", text));
    };
    EXPECT_EQ(line("GET / HTTP/1.1"), 0);
    EXPECT_EQ(line("GET /"), 400);
    EXPECT_EQ(line("GET  / HTTP/1.1"), 400);
    EXPECT_EQ(line("GET /  HTTP/1.1"), 400);
    EXPECT_EQ(line("GET\t/\tHTTP/1.1"), 400);
    EXPECT_EQ(line("GET /a b HTTP/1.1"), 400);
    EXPECT_EQ(line("GET / HTTP/1.1 "), 400);
    EXPECT_EQ(line(" GET / HTTP/1.1"), 400);
    EXPECT_EQ(line("GET / http/1.1"), 400);
    EXPECT_EQ(line("GET / HTTP/11"), 400);
    EXPECT_EQ(line("GET / HTTP/2.0"), 505);
    EXPECT_EQ(line("GET / HTTP/0.9"), 505);
    EXPECT_EQ(line("PROPFIND / HTTP/1.1"), 501);
    EXPECT_EQ(line("CONNECT a:1 HTTP/1.1"), 501);
    EXPECT_EQ(line("get / HTTP/1.1"), 501);
    EXPECT_EQ(line("G(T / HTTP/1.1"), 400);
    EXPECT_EQ(line("GET a HTTP/1.1"), 400);
    EXPECT_EQ(line("GET * HTTP/1.1"), 400);
    EXPECT_EQ(line("GET /#x HTTP/1.1"), 400);
    EXPECT_EQ(line("GET /\x7f HTTP/1.1"), 400);
    EXPECT_EQ(line(fmt::format("GET /{} HTTP/1.1", std::string(17000, 'a'))), 414);
}

TEST(RequestHead, NeedsOneHostThatCannotBreakOutOfAUrl) {
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), 400);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
    for (const auto* host : {"a/b", "a@b", "a b", "a:", "a:0", "a:65536", "a:b", "[::1", "[x]:1",
                             "[::1]x", "\"", "a\\b", "a?b", ":80"}) {
        EXPECT_EQ(refusal_of(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", host)), 400) << host;
    }
    for (const auto* host : {"a", "a.b-c_d:8700", "127.0.0.1:1", "[::1]", "[fe80::1]:65535", ""}) {
        EXPECT_EQ(refusal_of(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", host)), 0) << host;
    }
}

TEST(RequestHead, MeetsOneExpectationOnly) {
    EXPECT_TRUE(parse(with_header("Content-Length: 1\r\nExpect: 100-Continue")).expects_continue);
    EXPECT_FALSE(parse(with_header("Expect: 100-continue")).expects_continue);
    EXPECT_EQ(refusal_of(with_header("Expect: a-miracle")), 417);
}

TEST(RequestHead, IsBounded) {
    HeadScanner endless_line;
    EXPECT_THROW(endless_line.find_end(std::string(70'000, 'a'), limits), Refusal);
    std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 200; ++i) {
        many += fmt::format("X-{}: y\r\n", i);
    }
    EXPECT_EQ(refusal_of(many + "\r\n"), 431);
    EXPECT_EQ(refusal_of(with_header("X: " + std::string(66'000, 'a'))), 431);
}

TEST(HeadScanner, FindsTheEndHoweverTheBytesArrive) {
    const auto block = with_header("Content-Length: 3\r\nX-Y: z");
    const auto all = block + "abcGET / HTTP/1.1\r\n";
    for (size_t split = 0; split <= block.size(); ++split) {
        HeadScanner scanner;
        const auto early = scanner.find_end(std::string_view(all).substr(0, split), limits);
        EXPECT_EQ(early, split == block.size() ? block.size() : 0u);
        if (early == 0) {
            EXPECT_EQ(scanner.find_end(all, limits), block.size());
        }
    }
    HeadScanner scanner;
    for (size_t size = 0; size < block.size(); ++size) {
        EXPECT_EQ(scanner.find_end(std::string_view(all).substr(0, size), limits), 0u);
    }
    EXPECT_EQ(scanner.find_end(all, limits), block.size());
}

TEST(ResponseHead, KnowsWhetherABodyFollows) {
    const auto parse_response = [](std::string_view block, Method asked = Method::GET) {
        return parse_response_head(block, asked, limits);
    };
    EXPECT_EQ(parse_response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n").length, 5u);
    EXPECT_EQ(parse_response("HTTP/1.1 200 OK\r\n\r\n").framing, Framing::until_close);
    EXPECT_EQ(parse_response("HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n").framing,
              Framing::chunked);
    EXPECT_EQ(parse_response("HTTP/1.1 204 No Content\r\n\r\n").framing, Framing::none);
    EXPECT_EQ(parse_response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", Method::HEAD).framing,
              Framing::none);
    EXPECT_THROW(parse_response("ICY 200 OK\r\n\r\n"), Refusal);
    EXPECT_THROW(parse_response("HTTP/1.1 2x0 OK\r\n\r\n"), Refusal);
}

/// Decodes pieces as a reader with a buffer does; the body, or "refused".
std::string decode(std::string_view coded, size_t piece_size) {
    ChunkedDecoder decoder;
    std::string buffer;
    std::string body;
    try {
        while (true) {
            const auto step = decoder.step(buffer);
            body += buffer.substr(step.skip, step.data);
            buffer.erase(0, step.skip + step.data);
            if (step.data > 0) {
                continue;
            }
            if (decoder.finished()) {
                return body + "|" + buffer + std::string(coded);
            }
            if (coded.empty()) {
                return "unfinished";
            }
            buffer += coded.substr(0, piece_size);
            coded.remove_prefix(std::min(piece_size, coded.size()));
        }
    } catch (const Refusal&) {
        return "refused";
    }
}

TEST(ChunkedDecoder, GivesTheBodyHoweverTheBytesArrive) {
    const std::string_view coded =
        "5\r\nhello\r\n1;name=value\r\n \r\n00A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nNEXT";
    for (size_t piece = 1; piece <= coded.size(); ++piece) {
        EXPECT_EQ(decode(coded, piece), "hello 0123456789|NEXT") << piece;
    }
    EXPECT_EQ(decode("0\r\n\r\n", 1), "|");
    EXPECT_EQ(decode("5\r\nhel", 2), "unfinished");
}

TEST(ChunkedDecoder, RefusesBrokenFraming) {
    for (const std::string_view coded :
         {"\r\n", "x\r\n", " 5\r\nhello\r\n", "5 \r\nhello\r\n", "+5\r\nhello\r\n",
          "0x5\r\nhello\r\n", "5\nhello\r\n", "5\r\nhello!\r\n", "5\r\nhello\n0\r\n\r\n", "-1\r\n",
          "ffffffffffffffff1\r\n", "1000000000000000\r\n", "5;a\nb\r\nhello\r\n",
          "5;\x01\r\nhello\r\n", "0\r\nbad trailer\r\n\r\n", "0\r\n folded: x\r\n\r\n"}) {
        EXPECT_EQ(decode(coded, 1), "refused") << coded;
        EXPECT_EQ(decode(coded, 100), "refused") << coded;
    }
    EXPECT_EQ(decode("5;" + std::string(2000, 'a'), 100), "refused");
    std::string trailers = "0\r\n";
    for (int i = 0; i < 1000; ++i) {
        trailers += "Name: a value of some length\r\n";
    }
    EXPECT_EQ(decode(trailers, 100), "refused");
}

}  // namespace
}  // namespace welkin::http
