#include "core/base/real_env.h"

#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "core/base/error.h"

namespace welkin {

namespace {

class RealEnv final : public Env {
public:
    explicit RealEnv(std::string crash_at)
        : crash_at_(std::move(crash_at)),
          files_(make_real_files()),
          processes_(make_real_processes()) {}

    Time now() override { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }
    std::chrono::steady_clock::time_point steady_now() override {
        return std::chrono::steady_clock::now();
    }
    void random(std::span<uint8_t> into) override {
        while (!into.empty()) {
            const ssize_t count = ::getrandom(into.data(), into.size(), 0);
            CHECK(count > 0 || errno == EINTR);
            if (count > 0) {
                into = into.subspan(static_cast<size_t>(count));
            }
        }
    }
    Files& files() override { return *files_; }
    Processes& processes() override { return *processes_; }
    void crash_point(std::string_view name) override {
        if (!crash_at_.empty() && name == crash_at_) {
            // As kill -9 would: no destructor, no flush, no handler.
            ::kill(::getpid(), SIGKILL);
            ::_exit(137);
        }
    }

private:
    const std::string crash_at_;
    std::unique_ptr<Files> files_;
    std::unique_ptr<Processes> processes_;
};

}  // namespace

std::unique_ptr<Env> make_real_env(std::string crash_at) {
    return std::make_unique<RealEnv>(std::move(crash_at));
}

}  // namespace welkin
