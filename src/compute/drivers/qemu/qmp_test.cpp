#include "compute/drivers/qemu/qmp.h"

#include <gtest/gtest.h>

#include <deque>

#include "core/async/simulated.h"
#include "core/base/error.h"
#include "core/work/workflow.h"

namespace welkin::compute::qemu {
namespace {

constexpr const char* greeting = R"({"QMP": {"version": {}, "capabilities": []}})"
                                 "\r\n";

/// The other end of the connection: answers the negotiation and then says what the test puts in,
/// piece by piece.
class FakeQemu {
public:
    std::deque<std::string> pieces;
    std::string written;
    bool hung_up = false;
    async::Event changed;

    void say(std::string piece) {
        pieces.push_back(std::move(piece));
        changed.set();
    }
    void say_in_bytes(std::string_view text) {
        for (const char c : text) {
            say(std::string(1, c));
        }
    }
    void hang_up() {
        hung_up = true;
        changed.set();
    }
};

class FakeQemuStream : public async::Stream {
public:
    explicit FakeQemuStream(FakeQemu& qemu) : qemu_(qemu) {}

    Task<size_t> read(std::span<char> into, Duration timeout) override {
        while (qemu_.pieces.empty()) {
            if (qemu_.hung_up) {
                co_return 0;
            }
            qemu_.changed.clear();
            if (!co_await qemu_.changed.wait(timeout)) {
                throw request_timeout("QEMU is silent.");
            }
        }
        auto& piece = qemu_.pieces.front();
        const auto count = std::min(into.size(), piece.size());
        std::copy_n(piece.begin(), count, into.begin());
        piece.erase(0, count);
        if (piece.empty()) {
            qemu_.pieces.pop_front();
        }
        co_return count;
    }
    Task<void> write(std::string_view first, std::string_view second, Duration) override {
        if (qemu_.hung_up) {
            throw unavailable("QEMU is gone.");
        }
        qemu_.written.append(first).append(second);
        if (first.find("qmp_capabilities") != std::string_view::npos) {
            qemu_.say("{\"return\": {}, \"id\": 1}\n");
        }
        co_return;
    }
    Task<void> write_file(int, uint64_t, uint64_t, Duration) override { co_return; }
    void shutdown_write() override {}
    void close() override { qemu_.hang_up(); }
    async::Address peer() const override { return {"unix", 0}; }
    async::Address local() const override { return {"unix", 0}; }

private:
    FakeQemu& qemu_;
};

class QmpTest : public testing::Test {
protected:
    Task<std::shared_ptr<Qmp>> open() {
        return Qmp::open(
            std::make_unique<FakeQemuStream>(qemu),
            [this](const std::string& event, const json::Value&) { events.push_back(event); },
            [this] { ++closes; }, 5s);
    }
    std::shared_ptr<Qmp> opened() {
        qemu.say(greeting);
        return loop.get(open());
    }
    /// Starts a command and keeps what comes of it.
    void begin(Qmp& qmp, std::string name) {
        async::spawn(keep(qmp, std::move(name), results), "command");
    }
    static Task<void> keep(Qmp& qmp, std::string name, std::map<std::string, std::string>& into) {
        try {
            const auto value = co_await qmp.command(name, {}, 10s);
            into[name] = json::to_string(value);
        } catch (const work::DriverError& error) {
            into[name] = (error.kind == work::DriverError::Kind::retry ? "retry: " : "fatal: ") +
                         error.message;
        }
    }

    SimulatedEnv env{1};
    FakeQemu qemu;
    std::vector<std::string> events;
    std::map<std::string, std::string> results;
    int closes = 0;
    async::SimulatedLoop loop{env};  // last: coroutines on it refer to the rest
};

TEST_F(QmpTest, NegotiatesBeforeAnythingElse) {
    const auto qmp = opened();
    EXPECT_FALSE(qmp->closed());
    EXPECT_EQ(qemu.written, "{\"execute\":\"qmp_capabilities\",\"id\":1}\n");
}

TEST_F(QmpTest, ReadsMessagesWhateverTheirPieces) {
    qemu.say_in_bytes(greeting);
    const auto qmp = loop.get(open());
    qemu.say_in_bytes("{\"event\": \"STOP\"}\n");
    begin(*qmp, "query-status");
    loop.run_for(1s);
    qemu.say_in_bytes("{\"return\": {\"status\": \"paused\"}, \"id\": 2}\n");
    loop.run_for(1s);
    EXPECT_EQ(results["query-status"], R"({"status":"paused"})");
    EXPECT_EQ(events, std::vector<std::string>{"STOP"});
}

TEST_F(QmpTest, PassesOverWhatIsNoMessage) {
    const auto qmp = opened();
    begin(*qmp, "stop");
    loop.run_for(1s);
    qemu.say("garbage\n\n{\"return\": 1, \"id\": 77}\n[]\n{\"id\": 2, \"return\": {}}\n");
    loop.run_for(1s);
    EXPECT_EQ(results["stop"], "{}");
    EXPECT_EQ(closes, 0);
}

TEST_F(QmpTest, GivesEachCommandItsOwnAnswer) {
    const auto qmp = opened();
    begin(*qmp, "stop");
    begin(*qmp, "cont");
    loop.run_for(1s);
    qemu.say("{\"return\": \"second\", \"id\": 3}\n{\"return\": \"first\", \"id\": 2}\n");
    loop.run_for(1s);
    EXPECT_EQ(results["stop"], R"("first")");
    EXPECT_EQ(results["cont"], R"("second")");
}

TEST_F(QmpTest, TellsEventsInOrderThroughAStorm) {
    const auto qmp = opened();
    begin(*qmp, "stop");
    loop.run_for(1s);
    std::string storm;
    for (int i = 0; i < 5000; ++i) {
        storm += fmt::format("{{\"event\": \"E{}\", \"data\": {{}}}}\n", i);
        if (i == 2500) {
            storm += "{\"return\": {}, \"id\": 2}\n";
        }
    }
    qemu.say(storm);
    loop.run_for(1s);
    ASSERT_EQ(events.size(), 5000U);
    EXPECT_EQ(events[4999], "E4999");
    EXPECT_EQ(results["stop"], "{}");
}

TEST_F(QmpTest, RepeatsWhyQemuRefused) {
    const auto qmp = opened();
    begin(*qmp, "cont");
    loop.run_for(1s);
    qemu.say(R"({"error": {"class": "GenericError", "desc": "No room."}, "id": 2})"
             "\n");
    loop.run_for(1s);
    EXPECT_EQ(results["cont"], "fatal: QEMU refused cont: No room.");
}

TEST_F(QmpTest, FailsEveryCommandOnceTheConnectionIsLost) {
    const auto qmp = opened();
    begin(*qmp, "stop");
    begin(*qmp, "cont");
    loop.run_for(1s);
    qemu.hang_up();
    loop.run_for(1s);
    begin(*qmp, "quit");
    loop.run_for(1s);
    EXPECT_EQ(results["stop"], "retry: QEMU did not answer stop.");
    EXPECT_EQ(results["cont"], "retry: QEMU did not answer cont.");
    EXPECT_EQ(results["quit"], "retry: QEMU did not answer quit.");
    EXPECT_TRUE(qmp->closed());
    EXPECT_EQ(closes, 1);
}

TEST_F(QmpTest, WaitsForAnAnswerOnlySoLong) {
    const auto qmp = opened();
    begin(*qmp, "stop");
    loop.run_for(11s);
    EXPECT_EQ(results["stop"], "retry: QEMU did not answer stop.");
    EXPECT_FALSE(qmp->closed());
}

TEST_F(QmpTest, GivesUpOnWhoDoesNotGreet) {
    EXPECT_THROW(loop.get(open()), work::DriverError);
    EXPECT_TRUE(qemu.hung_up);
    EXPECT_EQ(closes, 0);
}

TEST_F(QmpTest, GivesUpOnALineThatNeverEnds) {
    const auto qmp = opened();
    qemu.say(std::string(2 << 20, 'x'));
    loop.run_for(1s);
    EXPECT_TRUE(qmp->closed());
    EXPECT_EQ(closes, 1);
}

TEST_F(QmpTest, TellsNobodyOfAnEndThatWasAskedFor) {
    const auto qmp = opened();
    qmp->close();
    loop.run_for(1s);
    EXPECT_EQ(closes, 0);
}

}  // namespace
}  // namespace welkin::compute::qemu
