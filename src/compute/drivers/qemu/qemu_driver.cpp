#include "compute/drivers/qemu/qemu_driver.h"

#include <csignal>

#include "compute/drivers/qemu/helper_program.h"
#include "compute/drivers/qemu/host_facts.h"
#include "core/async/run_on.h"
#include "core/observe/log.h"
#include "core/work/workflow.h"

namespace welkin::compute::qemu {
namespace {

constexpr uint64_t console_log_keep = 1 << 20;
constexpr uint64_t console_log_limit = 2 * console_log_keep;

work::DriverError fatal(std::string sentence) {
    return {work::DriverError::Kind::fatal, std::move(sentence)};
}

PowerState state_from_status(std::string_view status) {
    if (status == "running") {
        return PowerState::running;
    }
    if (status == "shutdown") {
        return PowerState::shut_down;
    }
    if (status == "internal-error" || status == "io-error" || status == "guest-panicked") {
        return PowerState::crashed;
    }
    return PowerState::paused;
}

}  // namespace

struct QemuDriver::Guest {
    std::shared_ptr<Qmp> qmp;  ///< null: no process that we know of
    PowerState state = PowerState::shut_down;
    bool expected_to_end = false;  ///< we stop it: its end is no news
    bool powered_off = false;      ///< the guest itself asked for its end
    async::Event ended;
};

QemuDriver::QemuDriver(Core& core, FetchImage fetch_image)
    : core_(core),
      folders_(core.env, core.data_dir),
      disks_(core.env, folders_, std::move(fetch_image)) {}

QemuDriver::~QemuDriver() {
    for (auto& [id, guest] : guests_) {
        if (guest->qmp) {
            guest->qmp->close();
        }
    }
}

QemuDriver::Guest& QemuDriver::guest(const ServerId& id) {
    auto& slot = guests_[id];
    if (!slot) {
        slot = std::make_unique<Guest>();
    }
    return *slot;
}

Task<HostFacts> QemuDriver::start() {
    loop_ = &async::Loop::current();
    core_.env.files().make_directories(folders_.socket_directory());
    co_return co_await read_host_facts(core_.env, core_.data_dir);
}

void QemuDriver::on_state_change(std::function<void(ServerId, PowerState)> listener) {
    listener_ = std::move(listener);
}

// ---- events
// ---------------------------------------------------------------------------------------

void QemuDriver::handle_event(const ServerId& id, const std::string& event,
                              const json::Value& data) {
    auto& known = guest(id);
    if (event == "SHUTDOWN") {
        known.powered_off = data.boolean("guest");
    } else if (event == "STOP") {
        known.state = PowerState::paused;
    } else if (event == "RESUME") {
        known.state = PowerState::running;
    } else if (event == "GUEST_PANICKED") {
        known.state = PowerState::crashed;
        log::warning("guest panicked", {{"server", id}});
    }
}

void QemuDriver::handle_close(const ServerId& id) {
    auto& known = guest(id);
    const bool news = !known.expected_to_end;
    known.qmp.reset();
    known.state = known.powered_off || !news ? PowerState::shut_down : PowerState::crashed;
    folders_.forget_process(id);
    known.ended.set();
    if (news && listener_) {
        log::info("guest ended by itself",
                  {{"server", id}, {"power_off", known.powered_off}, {"qemu", last_words(id)}});
        listener_(id, known.state);
    }
}

std::string QemuDriver::last_words(const ServerId& id) {
    const auto log = core_.env.files().read(folders_.path(id, "qemu.log")).value_or("");
    const auto end = log.find_last_not_of('\n');
    if (end == std::string::npos) {
        return "";
    }
    const auto line = log.rfind('\n', end);
    const auto begin = line == std::string::npos ? 0 : line + 1;
    return log.substr(begin, end + 1 - begin);
}

// ---- processes
// ------------------------------------------------------------------------------------

/// True if a QEMU of this guest runs and we speak to it.
Task<bool> QemuDriver::reconnect(ServerId id) {
    if (guest(id).qmp) {
        co_return true;
    }
    if (!core_.env.files().exists(folders_.qmp_socket(id))) {
        co_return false;
    }
    try {
        auto qmp = co_await Qmp::connect(
            folders_.qmp_socket(id),
            [this, id](const std::string& event, const json::Value& data) {
                handle_event(id, event, data);
            },
            [this, id] { handle_close(id); }, 5s);
        auto& known = guest(id);
        known.qmp = qmp;
        known.expected_to_end = false;
        known.powered_off = false;
        known.ended.clear();
        const auto status = co_await qmp->command("query-status");
        known.state = state_from_status(status.text("status"));
        co_return true;
    } catch (const Error& error) {
        if (error.fault != Fault::unavailable) {
            throw;
        }
        co_return false;
    }
}

Task<void> QemuDriver::wait_for_qmp(ServerId id, ProcessId process) {
    const auto deadline = core_.env.steady_now() + 20s;
    while (!co_await reconnect(id)) {
        if (!core_.env.processes().alive(process)) {
            folders_.forget_process(id);
            throw fatal(fmt::format("QEMU did not start: {}", last_words(id)));
        }
        if (core_.env.steady_now() > deadline) {
            core_.env.processes().kill(process, SIGKILL);
            folders_.forget_process(id);
            throw work::DriverError(work::DriverError::Kind::retry,
                                    "QEMU did not open its control socket within 20 s.");
        }
        co_await async::sleep(5ms);
    }
}

Task<void> QemuDriver::launch(ServerId id, std::vector<GuestNic> nics) {
    const auto spec = folders_.load_spec(id);
    if (!spec) {
        throw fatal(fmt::format("Guest {} does not exist on this host.", id));
    }
    folders_.make(id);
    folders_.forget_process(id);
    auto argv = command_line(*spec, {.folder = folders_.path(id),
                                     .qmp_socket = folders_.qmp_socket(id),
                                     .vnc_socket = folders_.vnc_socket(id),
                                     .nics = std::move(nics)});
    core_.env.crash_point("qemu/spawn/before");
    const auto process =
        co_await core_.env.processes().spawn({.argv = std::move(argv),
                                              .working_directory = folders_.path(id),
                                              .log_path = folders_.path(id, "qemu.log")});
    core_.env.crash_point("qemu/spawn/after");
    folders_.save_process(id, process);
    co_await wait_for_qmp(id, process);
}

/// Ends a QEMU whatever it is doing. Nothing if there is none.
Task<void> QemuDriver::end_process(ServerId id) {
    const auto process = folders_.load_process(id);
    if (co_await reconnect(id)) {
        auto& known = guest(id);
        known.expected_to_end = true;
        const auto qmp = known.qmp;
        try {
            co_await qmp->command("quit", {}, 2s);
        } catch (const Error&) {
            // It may end before it answers, or hang; both are handled below.
        }
        if (co_await known.ended.wait(3s)) {
            co_return;
        }
    }
    if (process && core_.env.processes().alive(*process)) {
        core_.env.processes().kill(*process, SIGKILL);
        for (int i = 0; i < 500 && core_.env.processes().alive(*process); ++i) {
            co_await async::sleep(10ms);
        }
    }
    folders_.forget_process(id);
    guest(id).state = PowerState::shut_down;
}

// ---- operations
// -----------------------------------------------------------------------------------

Task<void> QemuDriver::start_here(ServerId id, std::vector<GuestNic> nics) {
    if (!co_await reconnect(id)) {
        co_await launch(id, std::move(nics));
    }
    auto& known = guest(id);
    if (known.state != PowerState::running) {
        const auto qmp = known.qmp;
        co_await qmp->command("cont");
        guest(id).state = PowerState::running;
    }
}

Task<void> QemuDriver::stop_here(ServerId id, Duration grace) {
    if (grace > Duration{0} && co_await reconnect(id)) {
        auto& known = guest(id);
        known.expected_to_end = true;
        const auto qmp = known.qmp;
        if (known.state == PowerState::paused) {
            co_await qmp->command("cont");
        }
        co_await qmp->command("system_powerdown");
        if (co_await known.ended.wait(grace)) {
            co_return;
        }
        log::info("guest did not power off in time, ending it", {{"server", id}});
    }
    co_await end_process(id);
}

Task<void> QemuDriver::command_here(ServerId id, std::string command, PowerState after) {
    if (!co_await reconnect(id)) {
        throw fatal(fmt::format("Guest {} is not running.", id));
    }
    const auto qmp = guest(id).qmp;
    co_await qmp->command(std::move(command));
    guest(id).state = after;
}

Task<std::vector<FoundGuest>> QemuDriver::list_here() {
    std::vector<FoundGuest> found;
    for (const auto& id : folders_.list()) {
        if (!folders_.load_spec(id)) {
            co_await end_process(id);
            folders_.remove(id);
            continue;
        }
        if (!co_await reconnect(id)) {
            const auto process = folders_.load_process(id);
            if (process && core_.env.processes().alive(*process)) {
                co_await end_process(id);  // alive but deaf: of no use to anyone
            }
            guest(id).state = PowerState::shut_down;
        }
        found.push_back({id, guest(id).state});
    }
    co_return found;
}

Task<void> QemuDriver::create(GuestSpec spec) {
    const auto create_here = [](QemuDriver& self, GuestSpec wanted) -> Task<void> {
        if (self.folders_.load_spec(wanted.id)) {
            co_return;
        }
        co_await self.disks_.make(wanted);
        self.folders_.save_spec(wanted);
    };
    return async::run_on(*loop_, create_here(*this, std::move(spec)));
}

Task<void> QemuDriver::destroy(ServerId id) {
    const auto destroy_here = [](QemuDriver& self, ServerId gone) -> Task<void> {
        co_await self.end_process(gone);
        self.folders_.remove(gone);
        self.guests_.erase(gone);
    };
    return async::run_on(*loop_, destroy_here(*this, std::move(id)));
}

Task<PowerState> QemuDriver::state(ServerId id) {
    const auto state_here = [](QemuDriver& self, ServerId asked) -> Task<PowerState> {
        if (!self.folders_.load_spec(asked)) {
            co_return PowerState::no_state;
        }
        co_return co_await self.reconnect(asked) ? self.guest(asked).state : PowerState::shut_down;
    };
    return async::run_on(*loop_, state_here(*this, std::move(id)));
}

Task<std::vector<FoundGuest>> QemuDriver::list() { return async::run_on(*loop_, list_here()); }

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

Task<std::string> QemuDriver::console_log(ServerId id, uint64_t max_bytes) {
    const auto path = folders_.path(id, "console.log");
    if (!core_.env.files().exists(folders_.path(id, "spec.json"))) {
        throw not_found("Guest {} does not exist on this host.", id);
    }
    co_return co_await async::blocking([&] {
        std::string log;
        if (core_.env.files().exists(path)) {
            const auto file = core_.env.files().open(path, Open::read);
            const auto size = file->size();
            const auto wanted = std::min({size, max_bytes, console_log_keep});
            log.resize(wanted);
            log.resize(file->read_at(size - wanted, log));
        }
        return log;
    });
}

Task<std::unique_ptr<async::Stream>> QemuDriver::open_vnc(ServerId id) {
    if (co_await state(id) == PowerState::shut_down) {
        throw not_found("Guest {} is not running.", id);
    }
    // On the caller's loop, which is where the console relays it.
    co_return co_await async::connect_unix(folders_.vnc_socket(id), 5s);
}

}  // namespace welkin::compute::qemu
