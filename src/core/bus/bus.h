#pragma once
// Bus: call (ask one and wait), cast (tell one) and fanout (tell all) by topic. A doorbell and a
// carrier of commands to hosts; never the only place where something is known.
//
// In-process here; AMQP and ZeroMQ come behind the same interface. Delivery is at most once.
// Servers and listeners run on the loop where serve() or listen() was called.
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/async/async.h"
#include "core/base/task.h"
#include "core/json/json.h"

namespace welkin::bus {

using Server = std::function<Task<json::Value>(json::Value message)>;

class Bus {
public:
    virtual ~Bus() = default;
    /// Answers calls and casts on `topic` ("agent.host1"); replaces an earlier server of that
    /// topic.
    virtual void serve(std::string topic, Server server) = 0;
    virtual void stop_serving(std::string_view topic) = 0;
    /// The answer. Throws what the server threw (Fault and sentence survive the trip),
    /// unavailable() when nobody serves the topic, request_timeout() when it takes too long.
    virtual Task<json::Value> call(std::string topic, json::Value message, Duration timeout) = 0;
    virtual void cast(std::string topic, json::Value message) = 0;
    /// Doorbells: every listener of the topic in every process.
    virtual void fanout(std::string topic, json::Value message) = 0;
    virtual void listen(std::string topic, std::function<void(const json::Value&)> listener) = 0;
};

std::unique_ptr<Bus> make_in_process_bus();

}  // namespace welkin::bus
