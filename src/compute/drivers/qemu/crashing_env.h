#pragma once
// CrashingEnv: a simulated machine that stops before the n-th change of its disk. For tests.
#include <memory>
#include <utility>

#include "core/base/simulated_env.h"

namespace welkin::compute::qemu {

class CrashingEnv final : public Env, private Files {
public:
    /// Thrown instead of the change; no Error, so that nobody takes it for one.
    struct Crash {};

    explicit CrashingEnv(SimulatedEnv& machine) : machine_(machine) {}

    /// Counts from here; 0: never.
    void crash_at(int change) { left_ = change; }
    void count_change() {
        if (left_ > 0 && --left_ == 0) {
            throw Crash();
        }
    }

    Time now() override { return machine_.now(); }
    std::chrono::steady_clock::time_point steady_now() override { return machine_.steady_now(); }
    void random(std::span<uint8_t> into) override { machine_.random(into); }
    Files& files() override { return *this; }
    Processes& processes() override { return machine_.processes(); }

private:
    class CountedFile final : public File {
    public:
        CountedFile(CrashingEnv& env, std::unique_ptr<File> file)
            : env_(env), file_(std::move(file)) {}
        size_t read_at(uint64_t offset, std::span<char> into) override {
            return file_->read_at(offset, into);
        }
        void write_at(uint64_t offset, std::string_view bytes) override {
            env_.count_change();
            file_->write_at(offset, bytes);
        }
        void sync() override {
            env_.count_change();
            file_->sync();
        }
        uint64_t size() override { return file_->size(); }
        void resize(uint64_t size_bytes) override {
            env_.count_change();
            file_->resize(size_bytes);
        }

    private:
        CrashingEnv& env_;
        std::unique_ptr<File> file_;
    };

    SimulatedFiles& disk() { return machine_.files(); }

    std::unique_ptr<File> open(const std::string& path, Open mode) override {
        return std::make_unique<CountedFile>(*this, disk().open(path, mode));
    }
    bool exists(const std::string& path) override { return disk().exists(path); }
    uint64_t size(const std::string& path) override { return disk().size(path); }
    std::optional<std::string> read(const std::string& path) override { return disk().read(path); }
    std::vector<std::string> list(const std::string& directory) override {
        return disk().list(directory);
    }
    uint64_t free_bytes(const std::string& path) override { return disk().free_bytes(path); }
    void write_durably(const std::string& path, std::string_view content, unsigned mode) override {
        count_change();
        disk().write_durably(path, content, mode);
    }
    void rename(const std::string& from, const std::string& to) override {
        count_change();
        disk().rename(from, to);
    }
    void remove(const std::string& path) override {
        count_change();
        disk().remove(path);
    }
    void remove_all(const std::string& path) override {
        count_change();
        disk().remove_all(path);
    }
    void make_directories(const std::string& path) override {
        count_change();
        disk().make_directories(path);
    }

    SimulatedEnv& machine_;
    int left_ = 0;
};

}  // namespace welkin::compute::qemu
