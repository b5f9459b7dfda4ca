#include "core/http/websocket.h"

#include <gtest/gtest.h>

#include "core/async/loops.h"
#include "core/base/error.h"
#include "core/http/scripted_stream.h"

namespace welkin::http {
namespace {

std::string masked(uint8_t first, std::string_view payload) {
    std::string frame(1, static_cast<char>(first));
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else {
        frame += static_cast<char>(0x80 | 126);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xff);
    }
    const std::string mask = "\x12\x34\x56\x78";
    frame += mask;
    for (size_t i = 0; i < payload.size(); ++i) {
        frame += static_cast<char>(payload[i] ^ mask[i % 4]);
    }
    return frame;
}

Request handshake() {
    auto request = Request::make(Method::GET, "/");
    request.headers.add("Upgrade", "websocket");
    request.headers.add("Connection", "keep-alive, Upgrade");
    request.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    request.headers.add("Sec-WebSocket-Version", "13");
    return request;
}

Task<void> echo(WebSocket& socket) {
    while (const auto message = co_await socket.read(1s)) {
        co_await socket.write(*message);
    }
}

/// What the server says to the frames, and the fault it ends with (0 for none).
std::pair<std::string, int> talk(std::vector<std::string> pieces) {
    async::Loops loops(1);
    ScriptedStream::Record record;
    int fault = 0;
    try {
        loops.run([](ScriptedStream::Record& log, std::vector<std::string> said) -> Task<void> {
            ScriptedStream stream(log, std::move(said));
            const auto reply = websocket_reply(handshake(), echo);
            co_await std::get<Upgrade>(reply.body).take(stream, "");
        }(record, std::move(pieces)));
    } catch (const Error& error) {
        fault = http_status(error.fault);
    }
    return {record.written, fault};
}

TEST(WebSocket, AnswersTheHandshake) {
    auto request = handshake();
    request.headers.add("Sec-WebSocket-Protocol", "base64, binary");
    const auto reply = websocket_reply(request, echo);
    EXPECT_EQ(reply.status, 101);
    // The example of RFC 6455 section 1.3.
    EXPECT_EQ(reply.headers.get("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(reply.headers.get("Sec-WebSocket-Protocol"), "binary");
}

TEST(WebSocket, RefusesWhatIsNoHandshake) {
    for (const auto* name :
         {"Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"}) {
        auto request = handshake();
        request.headers.set(name, "x");
        EXPECT_THROW(websocket_reply(request, echo), Error) << name;
    }
}

TEST(WebSocket, EchoesMessagesWholeAndInFragmentsHoweverTheyArrive) {
    const auto long_text = std::string(300, 'x');
    const auto all = masked(0x82, "hello") + masked(0x02, "frag") + masked(0x89, "ping") +
                     masked(0x80, "ment") + masked(0x81, long_text) +
                     masked(0x88, std::string("\x03\xe8", 2) + "bye");
    const auto expected = std::string("\x82\x05hello\x8a\x04ping\x82\x08") + "fragment" +
                          std::string("\x82\x7e\x01\x2c", 4) + long_text +
                          std::string("\x88\x02\x03\xe8", 4);
    EXPECT_EQ(talk({all}), (std::pair<std::string, int>(expected, 0)));
    std::vector<std::string> bytes;
    for (const char c : all) {
        bytes.emplace_back(1, c);
    }
    EXPECT_EQ(talk(bytes), (std::pair<std::string, int>(expected, 0)));
}

TEST(WebSocket, TellsAPeerThatBreaksTheProtocol) {
    const auto says_1002 = [](const std::string& frame) {
        const auto [said, fault] = talk({frame});
        return fault == 400 && said.find("\x03\xea") != std::string::npos;
    };
    EXPECT_TRUE(says_1002(std::string("\x82\x05hello")));         // not masked
    EXPECT_TRUE(says_1002(masked(0xc2, "x")));                    // reserved bit
    EXPECT_TRUE(says_1002(masked(0x83, "x")));                    // unknown opcode
    EXPECT_TRUE(says_1002(masked(0x09, "x")));                    // fragmented ping
    EXPECT_TRUE(says_1002(masked(0x89, std::string(200, 'x'))));  // long ping
    EXPECT_TRUE(says_1002(masked(0x80, "x")));                    // nothing to continue
    EXPECT_TRUE(says_1002(masked(0x02, "x") + masked(0x82, "y")));
    const auto [said, fault] =
        talk({std::string("\x82\xff\x00\x00\x00\x00\x00\x10\x00\x01mask", 14)});
    EXPECT_EQ(fault, 413);
    EXPECT_NE(said.find("\x03\xf1"), std::string::npos);
}

}  // namespace
}  // namespace welkin::http
