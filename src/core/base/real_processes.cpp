#include <fcntl.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "core/async/async.h"
#include "core/base/child.h"
#include "core/base/descriptor.h"
#include "core/base/error.h"
#include "core/base/pidfd.h"
#include "core/base/process_table.h"
#include "core/base/real_env.h"
#include "core/base/reaper.h"
#include "core/base/run_child.h"

namespace welkin {

namespace {

class RealProcesses final : public Processes {
public:
    RealProcesses() {
        // A helper that ends before it has read its input is no reason to die.
        std::signal(SIGPIPE, SIG_IGN);
    }

    Task<ProcessOutput> run(std::vector<std::string> argv, std::string input,
                            Duration timeout) override {
        co_return co_await async::blocking([&] { return run_child(argv, input, timeout); });
    }

    Task<ProcessId> spawn(SpawnOptions options) override {
        co_return co_await async::blocking([&] { return spawn_now(options); });
    }

    bool alive(ProcessId process) override {
        const auto found = process_state(process.pid);
        return found && !found->dead() && found->start_ticks == process.start_ticks;
    }

    void kill(ProcessId process, int signal) override {
        // The descriptor pins the process: what is checked is what gets the signal.
        const Descriptor pinned(process.pid > 0 ? ::pidfd_open(process.pid, 0) : -1);
        if (pinned.valid() && alive(process) &&
            ::pidfd_send_signal(pinned.get(), signal, nullptr, 0) != 0 && errno != ESRCH) {
            throw internal("Could not send signal {} to process {}: {}.", signal, process.pid,
                           std::generic_category().message(errno));
        }
    }

private:
    ProcessId spawn_now(const SpawnOptions& options) {
        Descriptor log;
        if (!options.log_path.empty()) {
            log = Descriptor(
                ::open(options.log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640));
            if (!log.valid()) {
                throw internal("Could not open the log file {}: {}.", options.log_path,
                               std::generic_category().message(errno));
            }
        }
        const ChildOptions child{.argv = options.argv,
                                 .working_directory = options.working_directory,
                                 .out = log.get(),
                                 .err = log.get(),
                                 .new_session = true};
        const int pid = options.network_namespace.empty()
                            ? start_child(child)
                            : start_child_in_namespace(child, options.network_namespace);
        // Until the reaper has it, the pid is ours even if the process has already ended.
        const auto state = process_state(pid);
        reaper_.adopt(pid);
        if (!state) {
            throw internal("Process {} of {} is not in /proc.", pid, options.argv[0]);
        }
        return {.pid = pid, .start_ticks = state->start_ticks};
    }

    Reaper reaper_;
};

}  // namespace

std::unique_ptr<Processes> make_real_processes() { return std::make_unique<RealProcesses>(); }

}  // namespace welkin
