#include "compute/drivers/fake/fake_driver.h"

#include "compute/drivers/fake/fake_display.h"
#include "core/async/async.h"
#include "core/work/workflow.h"

namespace welkin::compute {
namespace {

constexpr size_t console_log_limit = 64 * 1024;

/// As long as what a small system says while it starts.
std::string boot_messages(const GuestSpec& spec, std::string_view why) {
    return fmt::format(
        "fake guest: {}\n"
        "fake guest: machine {}\n"
        "fake guest: processors: {}\n"
        "fake guest: memory: {} MiB\n"
        "fake guest: root disk: image {}, {} GiB\n"
        "fake guest: ephemeral disk: {} GiB\n"
        "fake guest: swap: {} MiB\n"
        "fake guest: started with {} interfaces\n"
        "fake guest: config drive: {} files\n"
        "fake guest: kernel started\n"
        "fake guest: userland started\n"
        "fake guest: boot finished\n",
        why, spec.id, spec.vcpus, spec.memory_mb, spec.root.image_id, spec.root.size_gb,
        spec.ephemeral_gb, spec.swap_mb, spec.nics.size(), spec.config_drive.size());
}

}  // namespace

struct FakeDriver::State {
    struct Guest {
        GuestSpec spec;
        PowerState state = PowerState::shut_down;
        std::string console;

        void say(std::string_view text) {
            console += text;
            if (console.size() > console_log_limit) {
                console.erase(0, console.find('\n', console.size() - console_log_limit) + 1);
            }
        }
    };
    Guest& guest(const ServerId& id) {
        const auto found = guests.find(id);
        if (found == guests.end()) {
            throw work::DriverError(work::DriverError::Kind::fatal,
                                    fmt::format("Guest {} does not exist on this host.", id));
        }
        return found->second;
    }
    Options options;
    std::mutex mutex;  // commands may come on any loop
    std::map<ServerId, Guest> guests;
    std::function<void(ServerId, PowerState)> listener;
};

FakeDriver::FakeDriver(Options options) : state_(std::make_unique<State>()) {
    state_->options = options;
}
FakeDriver::~FakeDriver() = default;

Task<void> FakeDriver::operate(std::string operation, ServerId id) {
    if (before) {
        before(operation, id);
    }
    if (state_->options.delay > Duration{0}) {
        co_await async::sleep(state_->options.delay);
    }
}

Task<void> FakeDriver::set_state(std::string operation, ServerId id, PowerState state) {
    co_await operate(operation, id);
    std::lock_guard lock(state_->mutex);
    auto& guest = state_->guest(id);
    guest.state = state;
    guest.say(fmt::format("fake guest: {}\n", operation));
}

Task<void> FakeDriver::boot(std::string operation, ServerId id,
                            std::optional<std::vector<GuestNic>> nics) {
    co_await operate(operation, id);
    std::lock_guard lock(state_->mutex);
    auto& guest = state_->guest(id);
    if (nics) {
        guest.spec.nics = std::move(*nics);
    }
    guest.state = PowerState::running;
    guest.say(boot_messages(guest.spec, operation));
}

Task<HostFacts> FakeDriver::start() {
    const auto& options = state_->options;
    co_return HostFacts{.hypervisor_type = "fake",
                        .hypervisor_version = 1000000,
                        .architecture = "x86_64",
                        .cpu_info = R"({"arch": "x86_64", "model": "fake", "vendor": "Welkin",)"
                                    R"( "topology": {"sockets": 1, "cores": 1, "threads": 1},)"
                                    R"( "features": []})",
                        .host_ip = "127.0.0.1",
                        .vcpus = options.vcpus,
                        .memory_mb = options.memory_mb,
                        .disk_gb = options.disk_gb,
                        .free_disk_gb = options.disk_gb};
}

Task<std::vector<FoundGuest>> FakeDriver::list() {
    std::vector<FoundGuest> found;
    std::lock_guard lock(state_->mutex);
    for (const auto& [id, guest] : state_->guests) {
        found.push_back({id, guest.state});
    }
    co_return found;
}

Task<PowerState> FakeDriver::state(ServerId id) {
    std::lock_guard lock(state_->mutex);
    const auto found = state_->guests.find(id);
    co_return found == state_->guests.end() ? PowerState::no_state : found->second.state;
}

Task<void> FakeDriver::create(GuestSpec spec) {
    co_await operate("create", spec.id);
    std::lock_guard lock(state_->mutex);
    auto id = spec.id;
    state_->guests.try_emplace(std::move(id), State::Guest{.spec = std::move(spec)});
}

Task<void> FakeDriver::start_guest(ServerId id, std::vector<GuestNic> nics) {
    return boot("start", std::move(id), std::move(nics));
}

Task<void> FakeDriver::stop_guest(ServerId id, Duration) {
    return set_state("stop", std::move(id), PowerState::shut_down);
}

Task<void> FakeDriver::reboot(ServerId id) { return boot("reboot", std::move(id), std::nullopt); }

Task<void> FakeDriver::pause(ServerId id) {
    return set_state("pause", std::move(id), PowerState::paused);
}

Task<void> FakeDriver::unpause(ServerId id) {
    return set_state("unpause", std::move(id), PowerState::running);
}

Task<void> FakeDriver::destroy(ServerId id) {
    co_await operate("destroy", id);
    std::lock_guard lock(state_->mutex);
    state_->guests.erase(id);
}

Task<std::string> FakeDriver::console_log(ServerId id, uint64_t max_bytes) {
    std::lock_guard lock(state_->mutex);
    const auto found = state_->guests.find(id);
    if (found == state_->guests.end()) {
        throw not_found("Guest {} does not exist on this host.", id);
    }
    const auto& log = found->second.console;
    co_return log.size() <= max_bytes ? log : log.substr(log.size() - max_bytes);
}

Task<std::unique_ptr<async::Stream>> FakeDriver::open_vnc(ServerId id) {
    std::lock_guard lock(state_->mutex);
    const auto found = state_->guests.find(id);
    if (found == state_->guests.end() || found->second.state == PowerState::shut_down) {
        throw not_found("Guest {} is not running.", id);
    }
    co_return make_fake_display("fake guest " + found->second.spec.name);
}

void FakeDriver::on_state_change(std::function<void(ServerId, PowerState)> listener) {
    state_->listener = std::move(listener);
}

void FakeDriver::change_by_itself(const ServerId& id, PowerState state) {
    {
        std::lock_guard lock(state_->mutex);
        const auto found = state_->guests.find(id);
        CHECK(found != state_->guests.end());
        found->second.state = state;
    }
    if (state_->listener) {
        state_->listener(id, state);
    }
}

}  // namespace welkin::compute
