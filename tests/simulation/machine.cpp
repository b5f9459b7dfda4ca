#include "simulation/machine.h"

namespace welkin::simulation {

namespace {

/// Real files that a dead process leaves alone. Destructors of what it had open may still call, so
/// nothing here throws for that.
class MortalFiles final : public Files {
public:
    explicit MortalFiles(const bool& dead) : dead_(dead) {}

    std::unique_ptr<File> open(const std::string& path, Open mode) override {
        return real_.open(path, dead_ ? Open::read : mode);
    }
    bool exists(const std::string& path) override { return real_.exists(path); }
    uint64_t size(const std::string& path) override { return real_.size(path); }
    std::optional<std::string> read(const std::string& path) override { return real_.read(path); }
    void write_durably(const std::string& path, std::string_view content, unsigned mode) override {
        if (!dead_) {
            real_.write_durably(path, content, mode);
        }
    }
    void rename(const std::string& from, const std::string& to) override {
        if (!dead_) {
            real_.rename(from, to);
        }
    }
    bool link(const std::string& from, const std::string& to) override {
        return !dead_ && real_.link(from, to);
    }
    void remove(const std::string& path) override {
        if (!dead_) {
            real_.remove(path);
        }
    }
    void remove_all(const std::string& path) override {
        if (!dead_) {
            real_.remove_all(path);
        }
    }
    void make_directories(const std::string& path) override {
        if (!dead_) {
            real_.make_directories(path);
        }
    }
    std::vector<std::string> list(const std::string& path) override { return real_.list(path); }
    uint64_t free_bytes(const std::string&) override { return 1ULL << 40; }

private:
    const bool& dead_;
    std::unique_ptr<Env> env_ = make_real_env();
    Files& real_ = env_->files();
};

}  // namespace

Machine::Machine(uint64_t seed) : clock(seed), files_(std::make_unique<MortalFiles>(dead_)) {}

void Machine::revive() {
    dead_ = false;
    deadline_.reset();
    countdown_ = 0;
}

bool Machine::deadly(const Place& place) {
    if (countdown_ > 0 && --countdown_ == 0) {
        return true;
    }
    return deadline_ && deadline_->point == place.point &&
           deadline_->occurrence == place.occurrence;
}

void Machine::crash_point(std::string_view name) {
    if (!dead_) {
        auto known = passed_.find(name);
        if (known == passed_.end()) {
            known = passed_.emplace(name, 0).first;
        }
        places_.push_back({known->first, ++known->second});
        if (!deadly(places_.back())) {
            return;
        }
        dead_ = true;
        // What was committed stays so; the process comes to nothing further.
        if (name == "sql/commit/after") {
            return;
        }
    }
    throw Killed{};
}

}  // namespace welkin::simulation
