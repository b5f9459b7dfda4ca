#include "network/host/host_side.h"

#include <set>

#include "core/async/async.h"
#include "core/base/uuid.h"
#include "core/bus/bus.h"
#include "core/observe/log.h"
#include "core/work/runner.h"

namespace welkin::network {

namespace {

constexpr auto call_timeout = 30s;
constexpr auto repair_period = 60s;
constexpr auto heartbeat_period = 10s;
// Long enough to gather a burst of changes, short enough for nobody to notice.
constexpr auto gather = 20ms;

json::Value to_json(const Plugged& plugged) {
    return json::Object{{"tap", plugged.tap}, {"mtu", plugged.mtu}};
}

}  // namespace

std::string host_topic(const HostName& host) { return "network.host." + host.value; }

struct HostSide::State {
    State(Core& services, std::unique_ptr<HostDriver> chosen)
        : core(services), driver(std::move(chosen)) {}

    Core& core;
    std::unique_ptr<HostDriver> driver;
    Time started_at{};
    async::Mutex applying;
    uint64_t rounds_asked = 0;    ///< how often a round was asked for
    uint64_t rounds_covered = 0;  ///< the latest asking that a finished round has covered
    std::set<PortId> unplugged;   ///< bound in the database, but let go of here
    bool changed = false;         ///< a doorbell rang and nobody has answered yet
    bool stopped = false;

    Task<void> apply_now();
    Task<void> apply_at_start();
    Task<json::Value> plug(PortId port);
    Task<json::Value> unplug(PortId port);
    Task<json::Value> serve(json::Value message);
    Task<void> heartbeat();
};

/// Returns once a document fetched after this call began has been applied.
Task<void> HostSide::State::apply_now() {
    const auto mine = ++rounds_asked;
    auto guard = co_await applying.lock();
    if (rounds_covered >= mine || stopped) {
        co_return;
    }
    const auto covers = rounds_asked;
    const auto answer = co_await core.bus.call(
        control_topic, json::Object{{"document_of", core.host_name}}, call_timeout);
    auto document = host_document_from_json(answer);
    for (auto& net : document.networks) {
        std::erase_if(net.ports, [&](const Port& port) { return unplugged.contains(port.id); });
    }
    co_await driver->apply(std::move(document));
    rounds_covered = covers;
}

/// One network that cannot be made keeps neither the others nor the APIs from being served.
Task<void> HostSide::State::apply_at_start() {
    try {
        co_await apply_now();
    } catch (const Error& error) {
        log::error("networks are not as they should be; they are repaired every minute",
                   {{"host", core.host_name}, {"cause", error.message}, {"detail", error.cause}});
    }
}

Task<json::Value> HostSide::State::plug(PortId port) {
    unplugged.erase(port);
    if (driver->makes_things()) {
        co_await apply_now();
    }
    const auto plugged = driver->plugged(port);
    if (!plugged) {
        throw not_found("Port {} is not bound to host {}.", port, core.host_name);
    }
    co_return to_json(*plugged);
}

Task<json::Value> HostSide::State::unplug(PortId port) {
    if (driver->makes_things()) {
        constexpr size_t max_remembered = 100'000;
        if (unplugged.size() > max_remembered) {
            unplugged.clear();
        }
        unplugged.insert(port);
        co_await apply_now();
    }
    co_return json::Object{};
}

Task<json::Value> HostSide::State::serve(json::Value message) {
    if (message["plug"].is_string()) {
        co_return co_await plug(PortId(message.text("plug")));
    }
    if (message["unplug"].is_string()) {
        co_return co_await unplug(PortId(message.text("unplug")));
    }
    throw bad_request("A host's network side takes plug and unplug.");
}

Task<void> HostSide::State::heartbeat() {
    co_await core.bus.call(control_topic,
                           json::Object{{"heartbeat_of", core.host_name},
                                        {"driver", driver->name()},
                                        {"started_at", to_micros(started_at)}},
                           call_timeout);
}

HostSide::HostSide(Core& core, std::unique_ptr<HostDriver> driver)
    : state_(std::make_shared<State>(core, std::move(driver))) {}

HostSide::~HostSide() = default;

Task<void> HostSide::start() {
    auto state = state_;
    state->started_at = state->core.env.now();
    co_await state->driver->start();
    auto& core = state->core;
    if (state->driver->makes_things()) {
        co_await state->apply_at_start();
        core.bus.listen(changed_topic, [weak = std::weak_ptr(state)](const json::Value&) {
            const auto locked = weak.lock();
            if (!locked || locked->stopped || std::exchange(locked->changed, true)) {
                return;
            }
            async::spawn(
                [](std::shared_ptr<State> self) -> Task<void> {
                    co_await async::sleep(gather);
                    self->changed = false;
                    co_await self->apply_now();
                }(locked),
                "network changes");
        });
        core.runner.every(repair_period, "network repair",
                          [weak = std::weak_ptr(state)]() -> Task<void> {
                              return [](std::shared_ptr<State> self) -> Task<void> {
                                  if (self && !self->stopped) {
                                      co_await self->apply_now();
                                  }
                              }(weak.lock());
                          });
    }
    core.bus.serve(host_topic(HostName(core.host_name)),
                   [weak = std::weak_ptr(state)](json::Value message) -> Task<json::Value> {
                       return
                           [](std::shared_ptr<State> self, json::Value asked) -> Task<json::Value> {
                               if (!self || self->stopped) {
                                   throw unavailable("The network side of this host has stopped.");
                               }
                               co_return co_await self->serve(std::move(asked));
                           }(weak.lock(), std::move(message));
                   });
    core.runner.every(heartbeat_period, "network heartbeat",
                      [weak = std::weak_ptr(state)]() -> Task<void> {
                          return [](std::shared_ptr<State> self) -> Task<void> {
                              if (self && !self->stopped) {
                                  co_await self->heartbeat();
                              }
                          }(weak.lock());
                      });
    co_await state->heartbeat();
}

Task<void> HostSide::stop() {
    auto state = state_;
    state->stopped = true;
    state->core.bus.stop_serving(host_topic(HostName(state->core.host_name)));
    co_await state->driver->stop();
}

}  // namespace welkin::network
