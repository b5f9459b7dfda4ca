#pragma once
// SimulatedEnv: a machine in memory for tests, on which all that happens follows from a seed.
//
// Its clock stands still until someone moves it (the simulated event loop does), its random numbers
// are those of the seed, its disk may lose power, its processes are scripts. One thread only.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>

#include "core/base/env.h"

namespace welkin {

/// A disk that forgets what was not made durable: what a File wrote since its last sync(), and
/// names made or removed since their folder was synced (write_durably, rename, and the first sync()
/// of a new file do that). Folders themselves are durable at once.
class SimulatedFiles final : public Files {
public:
    explicit SimulatedFiles(std::mt19937_64& dice) : dice_(dice) {}

    std::unique_ptr<File> open(const std::string& path, Open mode) override;
    bool exists(const std::string& path) override;
    uint64_t size(const std::string& path) override;
    std::optional<std::string> read(const std::string& path) override;
    void write_durably(const std::string& path, std::string_view content,
                       unsigned mode = 0644) override;
    void rename(const std::string& from, const std::string& to) override;
    void remove(const std::string& path) override;
    void remove_all(const std::string& path) override;
    void make_directories(const std::string& path) override;
    std::vector<std::string> list(const std::string& directory) override;
    uint64_t free_bytes(const std::string& path) override;

    /// Keeps what is durable and, of the rest, what the dice say: any of the unsynced writes to a
    /// file, and changes of a folder up to some point. Open Files fail from here on.
    void power_cut();

    /// From here on writes that need more throw insufficient_storage().
    void set_capacity(uint64_t bytes) { capacity_bytes_ = bytes; }

    struct Node;

private:
    friend class SimulatedFile;
    using NodePointer = std::shared_ptr<Node>;
    struct NameChange {
        std::string path;
        NodePointer node;  ///< empty: removed
    };

    NodePointer find(const std::string& path) const;
    NodePointer get(const std::string& path) const;
    void need_folder_of(const std::string& path) const;
    void set_name(const std::string& path, NodePointer node);
    void sync_folder(const std::string& folder);
    void need_space(uint64_t more_bytes) const;
    uint64_t used_bytes() const;

    std::mt19937_64& dice_;
    std::map<std::string, NodePointer> names_;
    std::map<std::string, NodePointer> durable_names_;
    std::map<std::string, bool> folders_ = {{"/", true}};
    std::vector<NameChange> unsynced_names_;
    std::optional<uint64_t> capacity_bytes_;
    int generation_ = 0;
};

/// Programs are functions; processes are numbers that live until someone ends them.
class SimulatedProcesses final : public Processes {
public:
    using Program = std::function<ProcessOutput(const std::vector<std::string>& argv,
                                                const std::string& input)>;
    struct Spawned {
        ProcessId id;
        SpawnOptions options;
        bool alive = true;
        int last_signal = 0;
    };

    /// What run() of this program (the last part of argv[0]) does. Others cannot be started.
    void set_program(const std::string& name, Program program);
    /// Called for each spawn(), before it returns; may throw to refuse.
    void on_spawn(std::function<void(const Spawned&)> observer);
    /// Called for each kill() of a living process; by default every signal but 0 ends it.
    void on_signal(std::function<void(Spawned&, int signal)> handler);
    void end(ProcessId process);  ///< as if it had exited by itself
    void end_all();               ///< the machine went down
    const std::vector<Spawned>& spawned() const { return spawned_; }

    Task<ProcessOutput> run(std::vector<std::string> argv, std::string input = {},
                            Duration timeout = 60s) override;
    Task<ProcessId> spawn(SpawnOptions options) override;
    bool alive(ProcessId process) override;
    void kill(ProcessId process, int signal) override;

private:
    Spawned* find(ProcessId process);

    std::map<std::string, Program> programs_;
    std::function<void(const Spawned&)> spawn_observer_;
    std::function<void(Spawned&, int)> signal_handler_;
    std::vector<Spawned> spawned_;
};

class SimulatedEnv final : public Env {
public:
    explicit SimulatedEnv(uint64_t seed);

    Time now() override { return epoch_ + elapsed_; }
    std::chrono::steady_clock::time_point steady_now() override {
        return std::chrono::steady_clock::time_point(elapsed_);
    }
    void random(std::span<uint8_t> into) override;
    SimulatedFiles& files() override { return files_; }
    SimulatedProcesses& processes() override { return processes_; }
    /// Calls the hook; without one nothing.
    void crash_point(std::string_view name) override;

    void advance(Duration by) { elapsed_ += by; }
    void set_wall_clock(Time time) { epoch_ = time - elapsed_; }
    /// May throw, to unwind out of the place that "crashed".
    void set_crash_hook(std::function<void(std::string_view name)> hook);
    /// The machine goes down and comes up again: see SimulatedFiles::power_cut().
    void power_cut();
    /// Uniform below `bound`, from the seed: for faults and orders of the simulation itself.
    uint64_t roll(uint64_t bound);

private:
    Time epoch_;
    Duration elapsed_{};
    std::mt19937_64 dice_;
    SimulatedFiles files_{dice_};
    SimulatedProcesses processes_;
    std::function<void(std::string_view)> crash_hook_;
};

}  // namespace welkin
