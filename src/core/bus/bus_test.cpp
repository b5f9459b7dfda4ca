#include "core/bus/bus.h"

#include <gtest/gtest.h>

#include "core/async/loops.h"
#include "core/work/workflow.h"

namespace welkin::bus {
namespace {

Task<json::Value> answer(json::Value message) {
    if (message.text("ask") == "fail") {
        throw not_found("There is no {}.", "such thing").named("Gone");
    }
    if (message.text("ask") == "retry") {
        throw work::DriverError(work::DriverError::Kind::retry, "busy");
    }
    if (message.text("ask") == "dawdle") {
        co_await async::sleep(10s);
    }
    co_return json::Value("answer to " + message.text("ask"));
}

json::Value ask(const char* what) {
    json::Value message;
    message.set("ask", what);
    return message;
}

Task<Error> error_of(Task<json::Value> call) {
    try {
        co_await std::move(call);
    } catch (const Error& error) {
        co_return error;
    }
    co_return internal("no error");
}

Task<void> serve_on(std::shared_ptr<Bus> bus, std::shared_ptr<async::Event> ready) {
    bus->serve("agent.a", answer);
    ready->set();
    co_return;
}

Task<void> call_across_loops(async::Loops& loops) {
    const std::shared_ptr<Bus> bus = make_in_process_bus();
    const auto ready = std::make_shared<async::Event>();
    async::spawn_on(loops.at(1), serve_on(bus, ready), "serve");
    co_await ready->wait();
    EXPECT_EQ(co_await bus->call("agent.a", ask("x"), 5s), json::Value("answer to x"));

    const auto failed = co_await error_of(bus->call("agent.a", ask("fail"), 5s));
    EXPECT_EQ(failed.fault, Fault::not_found);
    EXPECT_EQ(failed.message, "There is no such thing.");
    EXPECT_EQ(failed.type, "Gone");
    const auto passing = co_await error_of(bus->call("agent.a", ask("retry"), 5s));
    EXPECT_TRUE(work::DriverError::worth_retrying(passing));

    const auto late = co_await error_of(bus->call("agent.a", ask("dawdle"), 20ms));
    EXPECT_EQ(late.fault, Fault::request_timeout);
    const auto nobody = co_await error_of(bus->call("agent.b", ask("x"), 5s));
    EXPECT_EQ(nobody.fault, Fault::unavailable);
    bus->stop_serving("agent.a");
    const auto stopped = co_await error_of(bus->call("agent.a", ask("x"), 5s));
    EXPECT_EQ(stopped.fault, Fault::unavailable);
}

TEST(Bus, CarriesCallsAnswersAndErrorsAcrossLoops) {
    async::Loops loops(2);
    loops.run(call_across_loops(loops));
}

Task<void> cast_and_fan_out() {
    const auto bus = make_in_process_bus();
    std::vector<std::string> heard;
    bus->listen("bell", [&](const json::Value& m) { heard.push_back("1 " + m.text("ask")); });
    bus->listen("bell", [&](const json::Value& m) { heard.push_back("2 " + m.text("ask")); });
    bus->fanout("bell", ask("ring"));
    bus->fanout("silence", ask("ring"));
    bus->cast("nobody", ask("x"));
    bus->serve("somebody", [&](json::Value m) -> Task<json::Value> {
        heard.push_back("3 " + m.text("ask"));
        co_return json::Value{};
    });
    bus->cast("somebody", ask("y"));
    while (heard.size() < 3) {
        co_await async::yield();
    }
    EXPECT_EQ(heard, (std::vector<std::string>{"1 ring", "2 ring", "3 y"}));
}

TEST(Bus, CastsToOneAndFansOutToAll) {
    async::Loops loops(1);
    loops.run(cast_and_fan_out());
}

}  // namespace
}  // namespace welkin::bus
