#pragma once
// Env: the only door to what is not deterministic: clock, randomness, files and processes.
//
// Production code gets a real Env from main; tests and the simulation give a fake one, so that a
// failure replays from its seed. Nobody else calls ::time, rand, open or fork.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/task.h"
#include "core/base/time.h"

namespace welkin {

/// An open file. Calls block; long ones belong in async::blocking().
class File {
public:
    virtual ~File() = default;
    virtual size_t read_at(uint64_t offset,
                           std::span<char> into) = 0;  ///< bytes read, 0 at the end
    virtual void write_at(uint64_t offset, std::string_view bytes) = 0;  ///< all of them or throws
    virtual void sync() = 0;                                             ///< fdatasync
    virtual uint64_t size() = 0;
    virtual void resize(uint64_t size_bytes) = 0;
    /// The descriptor, for sendfile; -1 where there is none.
    virtual int descriptor() const { return -1; }
};

enum class Open { read, write, create_new };  ///< write: create if missing, keep what is there

/// The file system. Paths are absolute. Every failure throws Error(internal), or
/// insufficient_storage when the disk is full.
class Files {
public:
    virtual ~Files() = default;
    virtual std::unique_ptr<File> open(const std::string& path, Open mode) = 0;
    virtual bool exists(const std::string& path) = 0;
    virtual uint64_t size(const std::string& path) = 0;
    virtual std::optional<std::string> read(const std::string& path) = 0;  ///< nothing if missing
    /// Visible whole or not at all, and durable: temporary file, fsync, rename, fsync of the
    /// folder.
    virtual void write_durably(const std::string& path, std::string_view content,
                               unsigned mode = 0644) = 0;
    virtual void rename(const std::string& from, const std::string& to) = 0;  ///< then folder fsync
    /// A second name for a file. False where there can be none: another file system, or no links.
    virtual bool link(const std::string& from, const std::string& to) {
        static_cast<void>(from), static_cast<void>(to);
        return false;
    }
    virtual void remove(const std::string& path) = 0;      ///< a file; missing is fine
    virtual void remove_all(const std::string& path) = 0;  ///< a tree; missing is fine
    virtual void make_directories(const std::string& path) = 0;
    virtual std::vector<std::string> list(
        const std::string& directory) = 0;  ///< names; {} if missing
    virtual uint64_t free_bytes(const std::string& path) = 0;
};

/// A process that outlives us is known by its pid and its start time, since pids come round again.
struct ProcessId {
    int pid = 0;
    uint64_t start_ticks = 0;  ///< field 22 of /proc/PID/stat
    bool operator==(const ProcessId&) const = default;
};

struct ProcessOutput {
    int exit_code = 0;  ///< 128 + signal if it was killed
    std::string out;
    std::string err;
};

struct SpawnOptions {
    std::vector<std::string> argv;
    std::string working_directory;
    std::string log_path;           ///< stdout and stderr go here; empty: /dev/null
    std::string network_namespace;  ///< name below /run/netns; empty: ours
};

class Processes {
public:
    virtual ~Processes() = default;
    /// Runs a short helper to its end off the event loop. Throws unavailable() on time-out (then it
    /// is killed) and internal() if it cannot be started; a non-zero exit is in the result.
    virtual Task<ProcessOutput> run(std::vector<std::string> argv, std::string input = {},
                                    Duration timeout = 60s) = 0;
    /// Starts a process in its own session, which goes on when we end.
    virtual Task<ProcessId> spawn(SpawnOptions options) = 0;
    virtual bool alive(ProcessId process) = 0;
    virtual void kill(ProcessId process, int signal) = 0;  ///< not alive any more: nothing
};

class Env {
public:
    virtual ~Env() = default;
    virtual Time now() = 0;  ///< wall clock
    virtual std::chrono::steady_clock::time_point steady_now() = 0;
    virtual void random(std::span<uint8_t> into) = 0;  ///< fit for keys
    virtual Files& files() = 0;
    virtual Processes& processes() = 0;
    /// A named place where a crash may be injected (tests, and `debug.crash_at`); otherwise
    /// nothing.
    virtual void crash_point(std::string_view name) { static_cast<void>(name); }

    uint64_t random_number();  ///< uniform over 64 bits
    std::string random_bytes(size_t count);
};

/// The machine itself.
std::unique_ptr<Env> make_real_env(std::string crash_at = {});

}  // namespace welkin
