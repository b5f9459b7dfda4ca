#include "core/base/child.h"

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>

#include <csignal>
#include <system_error>
#include <thread>

#include "core/base/descriptor.h"
#include "core/base/error.h"

namespace welkin {

namespace {

std::string reason(int number) { return std::generic_category().message(number); }

/// What is done in the child before exec.
class Actions {
public:
    Actions() { posix_spawn_file_actions_init(&actions_); }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;
    ~Actions() { posix_spawn_file_actions_destroy(&actions_); }

    /// A descriptor that is already where it belongs loses its close-on-exec flag here, too.
    void place(int descriptor, int target, int null_flags) {
        if (descriptor < 0) {
            posix_spawn_file_actions_addopen(&actions_, target, "/dev/null", null_flags, 0);
        } else {
            posix_spawn_file_actions_adddup2(&actions_, descriptor, target);
        }
    }
    void change_folder(const std::string& folder) {
        if (!folder.empty()) {
            posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
        }
    }
    void close_others() { posix_spawn_file_actions_addclosefrom_np(&actions_, 3); }
    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

class Attributes {
public:
    explicit Attributes(bool new_session) {
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setpgroup(&attributes_, 0);
        const int group = new_session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP;
        posix_spawnattr_setflags(&attributes_, static_cast<short>(POSIX_SPAWN_SETSIGMASK |
                                                                  POSIX_SPAWN_SETSIGDEF | group));
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }

    const posix_spawnattr_t* get() const { return &attributes_; }

private:
    posix_spawnattr_t attributes_{};
};

}  // namespace

int start_child(const ChildOptions& options) {
    CHECK(!options.argv.empty());
    std::vector<char*> argv;
    for (const auto& argument : options.argv) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);

    Actions actions;
    actions.place(options.in, 0, O_RDONLY);
    actions.place(options.out, 1, O_WRONLY);
    actions.place(options.err, 2, O_WRONLY);
    actions.change_folder(options.working_directory);
    actions.close_others();
    const Attributes attributes(options.new_session);
    pid_t pid = 0;
    const int trouble =
        ::posix_spawnp(&pid, argv[0], actions.get(), attributes.get(), argv.data(), environ);
    if (trouble != 0) {
        throw internal("Could not start {}: {}.", options.argv[0], reason(trouble));
    }
    return pid;
}

int start_child_in_namespace(const ChildOptions& options, const std::string& network_namespace) {
    const std::string path = "/run/netns/" + network_namespace;
    const Descriptor space(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!space.valid()) {
        throw internal("Could not open the network namespace {}: {}.", path, reason(errno));
    }
    // A namespace belongs to a thread and is inherited by what that starts, so a thread that ends
    // right after it is the cheapest way in.
    int pid = 0;
    std::exception_ptr error;
    std::thread([&] {
        try {
            if (::setns(space.get(), CLONE_NEWNET) != 0) {
                throw internal("Could not enter the network namespace {}: {}.", path,
                               reason(errno));
            }
            pid = start_child(options);
        } catch (...) {
            error = std::current_exception();
        }
    }).join();
    if (error) {
        std::rethrow_exception(error);
    }
    return pid;
}

}  // namespace welkin
