#include "compute/drivers/qemu/guest_process.h"

#include <csignal>

#include "compute/drivers/qemu/console_log.h"
#include "core/base/text.h"
#include "core/observe/log.h"
#include "core/work/workflow.h"

namespace welkin::compute::qemu {
namespace {

constexpr Duration connect_timeout = 10s;
constexpr Duration launch_timeout = 20s;
constexpr Duration end_timeout = 5s;
constexpr uint64_t last_words_bytes = 4096;

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

GuestProcess::GuestProcess(Env& env, GuestFolders& folders, ServerId id, OnEnd on_end)
    : env_(env), folders_(folders), id_(std::move(id)), on_end_(std::move(on_end)) {}

GuestProcess::~GuestProcess() {
    if (qmp_) {
        qmp_->close();
    }
}

void GuestProcess::handle_event(const std::string& event, const json::Value& data) {
    if (event == "SHUTDOWN") {
        powered_off_ = data.boolean("guest");
    } else if (event == "STOP") {
        state_ = PowerState::paused;
    } else if (event == "RESUME") {
        state_ = PowerState::running;
    } else if (event == "GUEST_PANICKED") {
        state_ = PowerState::crashed;
        log::warning("guest panicked", {{"server", id_}});
    }
}

void GuestProcess::handle_close() {
    async::spawn(settle_end(shared_from_this(), qmp_), "end of a guest");
}

/// After the connection was lost: did the guest end, and how?
Task<void> GuestProcess::settle_end(std::shared_ptr<GuestProcess> self, std::shared_ptr<Qmp> lost) {
    const auto process = self->folders_.find_process(self->id_);
    if (process && !co_await self->gone(*process, end_timeout)) {
        log::warning("the connection to a guest broke", {{"server", self->id_}});
        co_return;  // Whoever needs it next connects again.
    }
    if (self->qmp_ != lost || self->folders_.find_process(self->id_) != process) {
        co_return;  // It has been started again meanwhile.
    }
    const bool news = !self->expected_to_end_;
    self->qmp_.reset();
    self->state_ = self->powered_off_ || !news ? PowerState::shut_down : PowerState::crashed;
    self->folders_.forget_process(self->id_);
    self->ended_.set();
    if (news) {
        log::info("guest ended by itself", {{"server", self->id_},
                                            {"power_off", self->powered_off_},
                                            {"qemu", self->last_words()}});
        self->on_end_(self->id_, self->state_);
    }
}

/// Whether the process has ended within `limit`.
Task<bool> GuestProcess::gone(ProcessId process, Duration limit) {
    const auto deadline = env_.steady_now() + limit;
    while (env_.processes().alive(process)) {
        if (env_.steady_now() > deadline) {
            co_return false;
        }
        co_await async::sleep(5ms);
    }
    co_return true;
}

std::string GuestProcess::last_words() const {
    const auto log = newest(env_.files(), folders_.path(id_, "qemu.log"), last_words_bytes);
    const auto text = text::trim(log);
    const auto line = text.rfind('\n');
    return std::string(line == std::string_view::npos ? text : text.substr(line + 1));
}

Task<bool> GuestProcess::connect() {
    const auto guard = co_await connecting_.lock();
    if (qmp_ && !qmp_->closed()) {
        co_return true;
    }
    if (!env_.files().exists(folders_.qmp_socket(id_))) {
        co_return false;
    }
    try {
        const auto weak = weak_from_this();
        auto qmp = co_await Qmp::connect(
            folders_.qmp_socket(id_),
            [weak](const std::string& event, const json::Value& data) {
                if (const auto self = weak.lock()) {
                    self->handle_event(event, data);
                }
            },
            [weak] {
                if (const auto self = weak.lock()) {
                    self->handle_close();
                }
            },
            connect_timeout);
        qmp_ = qmp;
        expected_to_end_ = false;
        powered_off_ = false;
        ended_.clear();
        const auto status = co_await qmp->command("query-status");
        state_ = state_from_status(status.text("status"));
        co_return true;
    } catch (const Error&) {
        // Nobody listens, or it does not answer: for us the same.
        co_return false;
    }
}

Task<PowerState> GuestProcess::look() {
    if (co_await connect()) {
        co_return state_;
    }
    const auto process = folders_.find_process(id_);
    if (process && env_.processes().alive(*process)) {
        // Too busy to answer. It is not ours to end a guest for that.
        co_return state_ == PowerState::paused ? state_ : PowerState::running;
    }
    co_return state_ == PowerState::crashed ? state_ : PowerState::shut_down;
}

Task<void> GuestProcess::launch(std::vector<std::string> argv) {
    co_await end();
    folders_.make(id_);
    env_.crash_point("qemu/spawn/before");
    const auto process =
        co_await env_.processes().spawn({.argv = std::move(argv),
                                         .working_directory = folders_.path(id_),
                                         .log_path = folders_.path(id_, "qemu.log")});
    env_.crash_point("qemu/spawn/after");
    folders_.save_process(id_, process);
    const auto deadline = env_.steady_now() + launch_timeout;
    while (!co_await connect()) {
        if (!env_.processes().alive(process)) {
            folders_.forget_process(id_);
            throw work::DriverError(work::DriverError::Kind::fatal,
                                    fmt::format("QEMU did not start: {}", last_words()));
        }
        if (env_.steady_now() > deadline) {
            co_await end();
            throw work::DriverError(work::DriverError::Kind::retry,
                                    "QEMU did not open its control socket within 20 s.");
        }
        co_await async::sleep(5ms);
    }
}

Task<void> GuestProcess::resume() {
    if (state_ != PowerState::running) {
        co_await command("cont", PowerState::running);
    }
}

Task<void> GuestProcess::command(std::string name, PowerState after) {
    if (!co_await connect()) {
        throw work::DriverError(work::DriverError::Kind::fatal,
                                fmt::format("Guest {} is not running.", id_));
    }
    const auto qmp = qmp_;
    co_await qmp->command(std::move(name));
    state_ = after;
}

Task<void> GuestProcess::power_off(Duration grace) {
    if (grace > Duration{0} && co_await connect()) {
        expected_to_end_ = true;
        const auto qmp = qmp_;
        if (state_ == PowerState::paused) {
            co_await qmp->command("cont");
        }
        co_await qmp->command("system_powerdown");
        if (co_await ended_.wait(grace)) {
            co_return;
        }
        log::info("guest did not power off in time, ending it", {{"server", id_}});
    }
    co_await end();
}

Task<void> GuestProcess::end() {
    const auto process = folders_.find_process(id_);
    if (co_await connect()) {
        expected_to_end_ = true;
        const auto qmp = qmp_;
        try {
            co_await qmp->command("quit", {}, 2s);
        } catch (const Error&) {
            // It may end before it answers, or hang; both are handled below.
        }
        if (co_await ended_.wait(3s)) {
            co_return;
        }
    }
    if (process) {
        env_.processes().kill(*process, SIGKILL);
        if (!co_await gone(*process, end_timeout)) {
            throw work::DriverError(work::DriverError::Kind::retry,
                                    fmt::format("The QEMU of guest {} does not end.", id_));
        }
    }
    qmp_.reset();
    folders_.forget_process(id_);
    state_ = PowerState::shut_down;
}

}  // namespace welkin::compute::qemu
