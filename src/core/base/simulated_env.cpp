#include "core/base/simulated_env.h"

#include <csignal>

#include "core/base/error.h"

namespace welkin {

SimulatedEnv::SimulatedEnv(uint64_t seed)
    : epoch_(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)), dice_(seed) {}

void SimulatedEnv::random(std::span<uint8_t> into) {
    for (auto& byte : into) {
        byte = static_cast<uint8_t>(dice_());
    }
}

void SimulatedEnv::crash_point(std::string_view name) {
    if (crash_hook_) {
        crash_hook_(name);
    }
}

void SimulatedEnv::set_crash_hook(std::function<void(std::string_view name)> hook) {
    crash_hook_ = std::move(hook);
}

void SimulatedEnv::power_cut() {
    files_.power_cut();
    processes_.end_all();
}

uint64_t SimulatedEnv::roll(uint64_t bound) {
    CHECK(bound > 0);
    return dice_() % bound;
}

void SimulatedProcesses::set_program(const std::string& name, Program program) {
    programs_[name] = std::move(program);
}

void SimulatedProcesses::on_spawn(std::function<void(const Spawned&)> observer) {
    spawn_observer_ = std::move(observer);
}

void SimulatedProcesses::on_signal(std::function<void(Spawned&, int signal)> handler) {
    signal_handler_ = std::move(handler);
}

void SimulatedProcesses::end(ProcessId process) {
    if (auto* const found = find(process)) {
        found->alive = false;
    }
}

void SimulatedProcesses::end_all() {
    for (auto& each : spawned_) {
        each.alive = false;
    }
}

Task<ProcessOutput> SimulatedProcesses::run(std::vector<std::string> argv, std::string input,
                                            Duration) {
    const auto name = argv.at(0).substr(argv[0].rfind('/') + 1);
    const auto program = programs_.find(name);
    if (program == programs_.end()) {
        throw internal("Could not start {}: No such file or directory.", argv[0]);
    }
    co_return program->second(argv, input);
}

Task<ProcessId> SimulatedProcesses::spawn(SpawnOptions options) {
    const auto number = spawned_.size() + 1;
    Spawned process{.id = {.pid = static_cast<int>(1000 + number), .start_ticks = number},
                    .options = std::move(options)};
    if (spawn_observer_) {
        spawn_observer_(process);
    }
    const auto id = process.id;
    spawned_.push_back(std::move(process));
    co_return id;
}

bool SimulatedProcesses::alive(ProcessId process) {
    const auto* const found = find(process);
    return found != nullptr && found->alive;
}

void SimulatedProcesses::kill(ProcessId process, int signal) {
    auto* const found = find(process);
    if (found == nullptr || !found->alive) {
        return;
    }
    found->last_signal = signal;
    if (signal_handler_) {
        signal_handler_(*found, signal);
    } else if (signal != 0) {
        found->alive = false;
    }
}

SimulatedProcesses::Spawned* SimulatedProcesses::find(ProcessId process) {
    const auto found = std::ranges::find(spawned_, process, &Spawned::id);
    return found == spawned_.end() ? nullptr : &*found;
}

}  // namespace welkin
