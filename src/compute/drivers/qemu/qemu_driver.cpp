#include "compute/drivers/qemu/qemu_driver.h"

#include "compute/drivers/qemu/command_line.h"
#include "compute/drivers/qemu/console_log.h"
#include "compute/drivers/qemu/host_facts.h"
#include "core/async/run_on.h"
#include "core/work/runner.h"
#include "core/work/workflow.h"

namespace welkin::compute::qemu {
namespace {

constexpr uint64_t console_log_keep = 1 << 20;
constexpr uint64_t console_log_limit = 2 * console_log_keep;
constexpr Duration log_period = 10s;
constexpr Duration image_period = 5min;

}  // namespace

QemuDriver::QemuDriver(Core& core, FetchImage fetch_image)
    : core_(core),
      folders_(core.env, core.data_dir),
      disks_(core.env, folders_, std::move(fetch_image)),
      accelerator_(core.env, core.data_dir) {}

std::shared_ptr<GuestProcess> QemuDriver::guest(const ServerId& id) {
    auto& slot = guests_[id];
    if (!slot) {
        slot = std::make_shared<GuestProcess>(core_.env, folders_, id,
                                              [this](const ServerId& ended, PowerState state) {
                                                  if (listener_) {
                                                      listener_(ended, state);
                                                  }
                                              });
    }
    return slot;
}

Task<HostFacts> QemuDriver::start() {
    loop_ = &async::Loop::current();
    core_.env.files().make_directories(folders_.socket_directory());
    auto facts = co_await read_host_facts(core_.env, core_.data_dir);
    accelerator_.start();
    facts.accelerated = accelerator_.known() == Accelerator::kvm;
    core_.runner.every(log_period, "qemu logs",
                       [this] { return async::run_on(*loop_, bound_logs()); });
    core_.runner.every(image_period, "qemu image cache",
                       [this] { return async::run_on(*loop_, trim_images()); });
    co_return facts;
}

void QemuDriver::on_state_change(std::function<void(ServerId, PowerState)> listener) {
    listener_ = std::move(listener);
}

Task<void> QemuDriver::bound_logs() {
    return async::blocking([this] {
        for (const auto& id : folders_.list()) {
            for (const auto* name : {"console.log", "qemu.log"}) {
                bound_log(core_.env.files(), folders_.path(id, name), console_log_limit,
                          console_log_keep);
            }
        }
    });
}

Task<void> QemuDriver::trim_images() {
    disks_.trim_cache(
        std::chrono::milliseconds(core_.config.milliseconds("compute.qemu_image_cache_age")));
    co_return;
}

Task<std::vector<FoundGuest>> QemuDriver::list_here() {
    std::vector<FoundGuest> found;
    for (const auto& id : folders_.list()) {
        const auto known = guest(id);
        const auto turn = co_await known->turn();
        if (folders_.load_spec(id)) {
            found.push_back({id, co_await known->look()});
        } else {
            co_await known->end();
            folders_.remove(id);
        }
    }
    co_return found;
}

Task<PowerState> QemuDriver::state_here(ServerId id) {
    if (!folders_.load_spec(id)) {
        co_return PowerState::no_state;
    }
    const auto known = guest(id);
    co_return co_await known->look();
}

Task<void> QemuDriver::create_here(GuestSpec spec) {
    const auto known = guest(spec.id);
    const auto turn = co_await known->turn();
    if (folders_.load_spec(spec.id)) {
        co_return;
    }
    folders_.remove(spec.id);  // half-made, by a run that ended
    co_await disks_.make(spec);
    folders_.save_spec(spec);
}

Task<void> QemuDriver::start_here(ServerId id, std::vector<GuestNic> nics) {
    const auto known = guest(id);
    const auto turn = co_await known->turn();
    if (!co_await known->connect()) {
        const auto spec = folders_.load_spec(id);
        if (!spec) {
            throw work::DriverError(work::DriverError::Kind::fatal,
                                    fmt::format("Guest {} does not exist on this host.", id));
        }
        const auto accelerator = co_await accelerator_.result();
        co_await known->launch(command_line(*spec, {.qmp_socket = folders_.qmp_socket(id),
                                                    .vnc_socket = folders_.vnc_socket(id),
                                                    .nics = std::move(nics),
                                                    .accelerator = accelerator}));
    }
    co_await known->resume();
}

Task<void> QemuDriver::stop_here(ServerId id, Duration grace) {
    const auto known = guest(id);
    const auto turn = co_await known->turn();
    co_await known->power_off(grace);
}

Task<void> QemuDriver::command_here(ServerId id, std::string command, PowerState after) {
    const auto known = guest(id);
    const auto turn = co_await known->turn();
    co_await known->command(std::move(command), after);
}

Task<void> QemuDriver::destroy_here(ServerId id) {
    const auto known = guest(id);
    const auto turn = co_await known->turn();
    co_await known->end();
    folders_.remove(id);
    guests_.erase(id);
}

Task<std::vector<FoundGuest>> QemuDriver::list() { return async::run_on(*loop_, list_here()); }

Task<PowerState> QemuDriver::state(ServerId id) {
    return async::run_on(*loop_, state_here(std::move(id)));
}

Task<void> QemuDriver::create(GuestSpec spec) {
    return async::run_on(*loop_, create_here(std::move(spec)));
}

Task<void> QemuDriver::start_guest(ServerId id, std::vector<GuestNic> nics) {
    return async::run_on(*loop_, start_here(std::move(id), std::move(nics)));
}

Task<void> QemuDriver::stop_guest(ServerId id, Duration grace) {
    return async::run_on(*loop_, stop_here(std::move(id), grace));
}

Task<void> QemuDriver::reboot(ServerId id) {
    return async::run_on(*loop_, command_here(std::move(id), "system_reset", PowerState::running));
}

Task<void> QemuDriver::pause(ServerId id) {
    return async::run_on(*loop_, command_here(std::move(id), "stop", PowerState::paused));
}

Task<void> QemuDriver::unpause(ServerId id) {
    return async::run_on(*loop_, command_here(std::move(id), "cont", PowerState::running));
}

Task<void> QemuDriver::destroy(ServerId id) {
    return async::run_on(*loop_, destroy_here(std::move(id)));
}

Task<std::string> QemuDriver::console_log(ServerId id, uint64_t max_bytes) {
    co_return co_await async::blocking([&] {
        if (!folders_.load_spec(id)) {
            throw not_found("Guest {} does not exist on this host.", id);
        }
        return newest(core_.env.files(), folders_.path(id, "console.log"),
                      std::min(max_bytes, console_log_keep));
    });
}

Task<std::unique_ptr<async::Stream>> QemuDriver::open_vnc(ServerId id) {
    const auto now = co_await state(id);
    if (now == PowerState::no_state || now == PowerState::shut_down) {
        throw not_found("Guest {} is not running.", id);
    }
    // On the caller's loop, which is where the console relays it.
    co_return co_await async::connect_unix(folders_.vnc_socket(id), 5s);
}

}  // namespace welkin::compute::qemu
