#include "core/http/incoming.h"

#include <gtest/gtest.h>

#include "core/async/simulated.h"
#include "core/base/error.h"
#include "core/http/scripted_stream.h"

namespace welkin::http {
namespace {

/// Sends `piece` bytes each `pause`, for ever.
class SlowStream : public ScriptedStream {
public:
    SlowStream(Record& record, size_t piece, Duration pause)
        : ScriptedStream(record, {}), piece_(piece), pause_(pause) {}
    Task<size_t> read(std::span<char> into, Duration timeout) override {
        co_await async::sleep(std::min(pause_, timeout));
        if (pause_ > timeout) {
            throw request_timeout("The peer was too slow.");
        }
        const auto count = std::min(piece_, into.size());
        std::memset(into.data(), ' ', count);
        co_return count;
    }

private:
    size_t piece_;
    Duration pause_;
};

struct Taken {
    uint64_t bytes = 0;
    bool given_up = false;
    Duration took{};
};

Task<Taken> read_body(async::Stream& stream, uint64_t length) {
    InputBuffer input;
    IncomingBody body(stream, input, Framing::length, length, 10s);
    Taken taken;
    const auto began = async::Loop::current().now();
    try {
        while (!body.finished()) {
            taken.bytes += (co_await body.read()).size();
        }
    } catch (const Error& error) {
        EXPECT_EQ(error.fault, Fault::request_timeout);
        taken.given_up = true;
    }
    taken.took = std::chrono::duration_cast<Duration>(async::Loop::current().now() - began);
    co_return taken;
}

Taken take(size_t piece, Duration pause, uint64_t length) {
    SimulatedEnv env(1);
    async::SimulatedLoop loop(env);
    ScriptedStream::Record record;
    SlowStream stream(record, piece, pause);
    return loop.get(read_body(stream, length));
}

TEST(IncomingBody, GivesUpOnASenderThatStalls) {
    const auto taken = take(1, 11s, 1000);
    EXPECT_TRUE(taken.given_up);
    EXPECT_EQ(taken.took, 10s);
}

TEST(IncomingBody, GivesUpOnASenderThatDripsThoughItNeverStalls) {
    const auto taken = take(1, 1s, 1'000'000);
    EXPECT_TRUE(taken.given_up);
    EXPECT_LE(taken.took, 12s);
}

TEST(IncomingBody, WaitsLongForASenderThatIsSlowButSteady) {
    const auto taken = take(4096, 3s, 1'000'000);
    EXPECT_FALSE(taken.given_up);
    EXPECT_EQ(taken.bytes, 1'000'000u);
    EXPECT_GT(taken.took, 10min);
}

}  // namespace
}  // namespace welkin::http
