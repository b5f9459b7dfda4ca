#include "compute/agent/agent.h"

#include "compute/agent/commands.h"
#include "compute/agent/uptime.h"
#include "core/async/async.h"
#include "core/base/text.h"
#include "core/bus/bus.h"
#include "core/config/config.h"
#include "core/observe/log.h"
#include "core/work/runner.h"

namespace welkin::compute {
namespace {

constexpr auto repair_period = 60s;

json::Value answer(PowerState state) {
    return json::Object{{"state", static_cast<int64_t>(state)}};
}

std::vector<GuestNic> nics_from(const json::Value& message) {
    std::vector<GuestNic> nics;
    if (const auto* list = message.find("nics"); list != nullptr && list->is_array()) {
        for (const auto& nic : list->as_array()) {
            nics.push_back(nic_from_json(nic));
        }
    }
    return nics;
}

/// Commands that change a guest: what they need is in the message, what they leave is a state.
Task<json::Value> change(Driver& driver, std::string command, ServerId id, json::Value message) {
    if (command == command::create) {
        co_await driver.create(guest_from_json(message["spec"]));
        co_return json::Object{};
    }
    if (command == command::destroy) {
        co_await driver.destroy(id);
        co_return json::Object{};
    }
    if (command == command::start) {
        co_await driver.start_guest(id, nics_from(message));
    } else if (command == command::stop) {
        co_await driver.stop_guest(id, std::chrono::milliseconds(message.integer("grace_ms")));
    } else if (command == command::reboot) {
        co_await driver.reboot(id);
    } else if (command == command::pause) {
        co_await driver.pause(id);
    } else if (command == command::unpause) {
        co_await driver.unpause(id);
    } else {
        throw not_implemented("A host knows no command '{}'.", command);
    }
    co_return answer(co_await driver.state(id));
}

/// A mutex for each guest that something is done to.
class Turns {
public:
    std::shared_ptr<async::Mutex> of(const ServerId& id) {
        std::erase_if(turns_, [](const auto& entry) { return entry.second.expired(); });
        auto& slot = turns_[id];
        auto turn = slot.lock();
        if (!turn) {
            turn = std::make_shared<async::Mutex>();
            slot = turn;
        }
        return turn;
    }

private:
    std::map<ServerId, std::weak_ptr<async::Mutex>> turns_;
};

Task<json::Value> perform(Driver& driver, HostFacts facts, Turns& turns, json::Value message) {
    const auto command = message.text("command");
    const ServerId id(message.text("id"));
    if (command == command::facts) {
        co_return to_json(facts);
    }
    if (command == command::list) {
        co_return to_json(co_await driver.list());
    }
    if (command == command::console_log) {
        const auto log =
            co_await driver.console_log(id, static_cast<uint64_t>(message.integer("max_bytes")));
        co_return json::Object{{"log", text::to_base64(log)}};
    }
    if (command == command::state) {
        co_return answer(co_await driver.state(id));
    }
    // One at a time for a guest: control may have given up on a command that still runs here, and
    // what it sends next must not run into that.
    const auto turn = turns.of(id);
    const auto guard = co_await turn->lock();
    co_return co_await change(driver, command, id, std::move(message));
}

}  // namespace

struct Agent::State {
    State(Core& the_core, Hosts& the_hosts) : core(the_core), hosts(the_hosts) {}

    Task<json::Value> serve(json::Value message) {
        if (message.text("command") == command::uptime) {
            co_return json::Object{{"uptime", uptime_line(core.env)}};
        }
        try {
            co_return co_await perform(*driver, facts, turns, std::move(message));
        } catch (...) {
            throw as_bus_error(std::current_exception());
        }
    }
    /// By now the guest may have been started again, so it is asked, not the event.
    Task<void> report_change(ServerId id) {
        co_await hosts.guest_changed(host, id, co_await driver->state(id));
    }
    Task<void> beat() {
        const auto free_bytes = core.env.files().free_bytes(core.data_dir);
        co_await hosts.heartbeat(host, static_cast<int64_t>(free_bytes >> 30));
    }

    Core& core;
    Hosts& hosts;
    HostName host;
    std::unique_ptr<Driver> driver;
    HostFacts facts;
    Turns turns;
    bool stopped = false;
};

Agent::Agent(Core& core, Hosts& hosts, std::unique_ptr<Driver> driver)
    : state_(std::make_unique<State>(core, hosts)) {
    state_->host = HostName(core.host_name);
    state_->driver = std::move(driver);
}

Agent::~Agent() = default;

Task<void> Agent::start() {
    auto& state = *state_;
    state.facts = co_await state.driver->start();
    auto& loop = async::Loop::current();
    state.driver->on_state_change([&state, &loop](ServerId id, PowerState) {
        if (!state.stopped) {
            async::spawn_on(loop, state.report_change(std::move(id)), "guest state change");
        }
    });
    co_await state.hosts.report_host(state.host, state.facts);
    state.core.bus.serve(host_topic(state.host),
                         [&state](json::Value message) { return state.serve(std::move(message)); });
    co_await state.hosts.adopt(state.host, co_await state.driver->list());
    state.core.runner.every(
        std::chrono::milliseconds(state.core.config.milliseconds("compute.heartbeat")),
        "host heartbeat", [&state] { return state.beat(); });
    state.core.runner.every(repair_period, "host repair",
                            [&state] { return state.hosts.repair(state.host); });
    log::info("host agent serves", {{"host", state.host},
                                    {"hypervisor", state.facts.hypervisor_type},
                                    {"vcpus", state.facts.vcpus},
                                    {"memory_mb", state.facts.memory_mb}});
}

Task<void> Agent::stop() {
    state_->stopped = true;
    state_->core.bus.stop_serving(host_topic(state_->host));
    co_return;
}

Driver& Agent::driver() { return *state_->driver; }

}  // namespace welkin::compute
