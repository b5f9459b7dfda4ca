#include "simulation/host_world.h"

#include "core/async/async.h"
#include "core/base/error.h"
#include "core/work/workflow.h"
#include "network/host/names.h"

namespace welkin::simulation {

namespace {

using compute::PowerState;
using work::DriverError;

/// One operation on the host: the effect with what may go wrong around it.
class Operation {
public:
    Operation(Machine& machine, const Trouble& trouble, std::string name)
        : machine_(machine), trouble_(trouble), name_("host/" + std::move(name)) {}

    Task<void> begin() {
        if (trouble_.longest_delay > Duration::zero()) {
            const auto most = static_cast<uint64_t>(trouble_.longest_delay.count());
            co_await async::sleep(Duration(static_cast<int64_t>(machine_.clock.roll(most))));
        }
        if (happens(trouble_.hanging)) {
            co_await async::sleep(std::chrono::seconds(61 + machine_.clock.roll(200)));
        }
        machine_.crash_point(name_ + "/before");
        late_ = machine_.clock.roll(2) == 0;
        if (!late_) {
            fail();
        }
    }
    void halfway() { machine_.crash_point(name_ + "/half"); }
    void end() {
        machine_.crash_point(name_ + "/after");
        if (late_) {
            fail();
        }
    }

private:
    bool happens(uint64_t rate) { return rate > 0 && machine_.clock.roll(1000) < rate; }
    void fail() {
        if (happens(trouble_.final)) {
            throw DriverError(DriverError::Kind::fatal, "The host broke in " + name_ + ".");
        }
        if (happens(trouble_.passing)) {
            throw DriverError(DriverError::Kind::retry, "The host was busy in " + name_ + ".");
        }
    }

    Machine& machine_;
    const Trouble& trouble_;
    std::string name_;
    bool late_ = false;
};

class Hypervisor final : public compute::Driver {
public:
    Hypervisor(Machine& machine, HostWorld& world) : machine_(machine), world_(world) {}

    Task<compute::HostFacts> start() override {
        co_return compute::HostFacts{.hypervisor_type = "simulated",
                                     .architecture = "x86_64",
                                     .cpu_info = "{}",
                                     .host_ip = "127.0.0.1",
                                     .vcpus = 64,
                                     .memory_mb = 65536,
                                     .disk_gb = 1000,
                                     .free_disk_gb = 1000};
    }
    Task<std::vector<compute::FoundGuest>> list() override {
        machine_.crash_point("host/list/before");
        std::erase_if(world_.guests, [](const auto& entry) { return !entry.second.whole; });
        std::vector<compute::FoundGuest> found;
        for (const auto& [id, guest] : world_.guests) {
            found.push_back({id, guest.state});
        }
        co_return found;
    }
    Task<PowerState> state(ServerId id) override {
        const auto found = world_.guests.find(id);
        co_return found == world_.guests.end() ? PowerState::no_state : found->second.state;
    }
    Task<void> create(compute::GuestSpec spec) override {
        auto operation = begin("create");
        co_await operation.begin();
        world_.guests.try_emplace(spec.id);
        operation.halfway();
        world_.guests.at(spec.id).whole = true;
        operation.end();
    }
    Task<void> start_guest(ServerId id, std::vector<compute::GuestNic> nics) override {
        auto operation = begin("start");
        co_await operation.begin();
        auto& guest = get(id);
        for (const auto& nic : nics) {
            if (!world_.taps.contains(nic.port_id)) {
                throw DriverError(DriverError::Kind::fatal, "There is no tap " + nic.tap + ".");
            }
        }
        guest.state = PowerState::running;
        operation.end();
    }
    Task<void> stop_guest(ServerId id, Duration) override {
        return change("stop", std::move(id), PowerState::shut_down, PowerState::no_state);
    }
    Task<void> reboot(ServerId id) override {
        return change("reboot", std::move(id), PowerState::running, PowerState::running);
    }
    Task<void> pause(ServerId id) override {
        return change("pause", std::move(id), PowerState::paused, PowerState::running);
    }
    Task<void> unpause(ServerId id) override {
        return change("unpause", std::move(id), PowerState::running, PowerState::paused);
    }
    Task<void> destroy(ServerId id) override {
        auto operation = begin("destroy");
        co_await operation.begin();
        if (const auto found = world_.guests.find(id); found != world_.guests.end()) {
            found->second = {};
            operation.halfway();
            world_.guests.erase(id);
        }
        operation.end();
    }
    Task<std::string> console_log(ServerId, uint64_t) override { co_return ""; }
    Task<std::unique_ptr<async::Stream>> open_vnc(ServerId id) override {
        throw not_found("The guest {} has no display.", id);
        co_return nullptr;
    }
    void on_state_change(std::function<void(ServerId, PowerState)> listener) override {
        world_.listener = std::move(listener);
    }

private:
    Operation begin(const char* name) { return {machine_, world_.trouble, name}; }

    HostWorld::Guest& get(const ServerId& id) {
        const auto found = world_.guests.find(id);
        if (found == world_.guests.end() || !found->second.whole) {
            throw DriverError(DriverError::Kind::fatal, "There is no guest " + id.value + ".");
        }
        return found->second;
    }

    /// `needed`: the state it must be in, or be in already; no_state: any.
    Task<void> change(const char* name, ServerId id, PowerState to, PowerState needed) {
        auto operation = begin(name);
        co_await operation.begin();
        auto& guest = get(id);
        if (needed != PowerState::no_state && guest.state != needed && guest.state != to) {
            throw DriverError(DriverError::Kind::fatal, "The guest is not running.");
        }
        guest.state = to;
        operation.end();
    }

    Machine& machine_;
    HostWorld& world_;
};

class DataPlane final : public network::HostDriver {
public:
    DataPlane(Machine& machine, HostWorld& world) : machine_(machine), world_(world) {}

    std::string name() const override { return "simulated"; }
    Task<void> start() override { co_return; }
    Task<void> apply(network::HostDocument wanted) override {
        std::set<PortId> ports;
        std::set<NetworkId> bridges;
        for (const auto& net : wanted.networks) {
            bridges.insert(net.id);
            for (const auto& port : net.ports) {
                ports.insert(port.id);
            }
        }
        Operation operation(machine_, world_.trouble, "apply");
        co_await operation.begin();
        std::erase_if(world_.taps, [&](const PortId& id) { return !ports.contains(id); });
        std::erase_if(world_.bridges, [&](const NetworkId& id) { return !bridges.contains(id); });
        operation.halfway();
        world_.taps = ports;
        world_.bridges = std::move(bridges);
        operation.end();
        known_ = std::move(ports);
    }
    std::optional<network::Plugged> plugged(const PortId& port) const override {
        return known_.contains(port)
                   ? std::optional(network::Plugged{.tap = network::tap_name(port)})
                   : std::nullopt;
    }
    Task<void> stop() override { co_return; }

private:
    Machine& machine_;
    HostWorld& world_;
    std::set<PortId> known_;
};

}  // namespace

void HostWorld::change_by_itself(const ServerId& id, PowerState state) {
    guests.at(id).state = state;
    if (listener) {
        listener(id, state);
    }
}

void HostWorld::power_cut() {
    for (auto& [id, guest] : guests) {
        guest.state = PowerState::shut_down;
    }
    taps.clear();
    bridges.clear();
}

std::unique_ptr<compute::Driver> make_hypervisor(Machine& machine, HostWorld& world) {
    return std::make_unique<Hypervisor>(machine, world);
}

std::unique_ptr<network::HostDriver> make_data_plane(Machine& machine, HostWorld& world) {
    return std::make_unique<DataPlane>(machine, world);
}

}  // namespace welkin::simulation
