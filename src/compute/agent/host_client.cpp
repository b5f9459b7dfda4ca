#include "compute/agent/host_client.h"

#include "compute/agent/commands.h"
#include "core/base/text.h"
#include "core/work/workflow.h"

namespace welkin::compute {

namespace {

// Creating may copy a large image from a far store; everything else is short.
constexpr Duration create_timeout = 1800s;
constexpr Duration usual_timeout = 60s;
constexpr Duration query_timeout = 15s;

Task<json::Value> send(bus::Bus& bus, HostName host, json::Value message, Duration timeout) {
    using Kind = work::DriverError::Kind;
    try {
        co_return co_await bus.call(host_topic(host), std::move(message), timeout);
    } catch (const work::DriverError&) {
        throw;
    } catch (const Error& error) {
        if (error.fault == Fault::not_found || error.fault == Fault::not_implemented) {
            throw;
        }
        const bool passing =
            error.fault == Fault::unavailable || error.fault == Fault::request_timeout;
        auto sentence = fmt::format("Host {}: {}", host, error.message);
        work::DriverError translated(passing ? Kind::retry : Kind::fatal, std::move(sentence));
        translated.cause = error.cause;
        throw translated;
    }
}

json::Value message_of(const char* command, const ServerId& id) {
    return json::Object{{"command", command}, {"id", id.value}};
}

}  // namespace

HostClient::HostClient(bus::Bus& bus, HostName host) : bus_(bus), host_(std::move(host)) {}

Task<void> HostClient::create(GuestSpec spec) {
    json::Value message = json::Object{{"command", command::create}, {"spec", to_json(spec)}};
    co_await send(bus_, host_, std::move(message), create_timeout);
}

Task<PowerState> HostClient::start(ServerId id, std::vector<GuestNic> nics) {
    auto message = message_of(command::start, id);
    json::Array all;
    for (const auto& nic : nics) {
        all.push_back(to_json(nic));
    }
    message.set("nics", std::move(all));
    auto answer = co_await send(bus_, host_, std::move(message), usual_timeout);
    co_return power_state_from_number(answer.integer("state"));
}

Task<PowerState> HostClient::stop(ServerId id, Duration grace) {
    auto message = message_of(command::stop, id);
    message.set("grace_ms", static_cast<int64_t>(grace / 1ms));
    auto answer = co_await send(bus_, host_, std::move(message), usual_timeout + grace);
    co_return power_state_from_number(answer.integer("state"));
}

Task<PowerState> HostClient::reboot(ServerId id) {
    auto answer = co_await send(bus_, host_, message_of(command::reboot, id), usual_timeout);
    co_return power_state_from_number(answer.integer("state"));
}

Task<PowerState> HostClient::pause(ServerId id) {
    auto answer = co_await send(bus_, host_, message_of(command::pause, id), usual_timeout);
    co_return power_state_from_number(answer.integer("state"));
}

Task<PowerState> HostClient::unpause(ServerId id) {
    auto answer = co_await send(bus_, host_, message_of(command::unpause, id), usual_timeout);
    co_return power_state_from_number(answer.integer("state"));
}

Task<void> HostClient::destroy(ServerId id) {
    co_await send(bus_, host_, message_of(command::destroy, id), usual_timeout);
}

Task<PowerState> HostClient::state(ServerId id) {
    auto answer = co_await send(bus_, host_, message_of(command::state, id), query_timeout);
    co_return power_state_from_number(answer.integer("state"));
}

Task<std::string> HostClient::console_log(ServerId id, uint64_t max_bytes) {
    auto message = message_of(command::console_log, id);
    message.set("max_bytes", max_bytes);
    auto answer = co_await send(bus_, host_, std::move(message), query_timeout);
    co_return text::from_base64(answer.text("log")).value_or("");
}

Task<HostFacts> HostClient::facts() {
    auto answer =
        co_await send(bus_, host_, json::Object{{"command", command::facts}}, query_timeout);
    co_return facts_from_json(answer);
}

Task<std::vector<FoundGuest>> HostClient::list() {
    auto answer =
        co_await send(bus_, host_, json::Object{{"command", command::list}}, query_timeout);
    co_return guests_from_json(answer);
}

Task<std::string> HostClient::uptime() {
    auto answer =
        co_await send(bus_, host_, json::Object{{"command", command::uptime}}, query_timeout);
    co_return answer.text("uptime");
}

}  // namespace welkin::compute
