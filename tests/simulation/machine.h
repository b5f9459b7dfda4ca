#pragma once
// Machine: a host in virtual time on which a process can be killed at any of its crash points.
//
// Files are real ones, so that the database is the real one. They and what is on the host
// (host_world.h) outlive the process. Once it is dead it changes nothing any more: every crash
// point it comes to, and there is one before each commit and each effect on the host, throws
// Killed, and its files stay as they are.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/simulated_env.h"

namespace welkin::simulation {

/// Thrown where the process was killed, and wherever it would do something afterwards.
struct Killed {};

/// A place in a run: the n-th time that the process comes to a crash point.
struct Place {
    std::string point;
    int occurrence = 1;
};

class Machine final : public Env {
public:
    explicit Machine(uint64_t seed);

    Time now() override { return clock.now(); }
    std::chrono::steady_clock::time_point steady_now() override { return clock.steady_now(); }
    void random(std::span<uint8_t> into) override { clock.random(into); }
    Files& files() override { return *files_; }
    Processes& processes() override { return clock.processes(); }
    void crash_point(std::string_view name) override;

    bool dead() const { return dead_; }
    void kill() { dead_ = true; }
    /// Another process begins, for which no death is planned.
    void revive();

    /// From here on: notes the places that the process comes to.
    void record() { passed_.clear(), places_.clear(); }
    const std::vector<Place>& places() const { return places_; }
    /// From here on: kills it there, counting from now.
    void kill_at(Place place) { record(), deadline_ = std::move(place); }
    /// From here on: kills it at the n-th place, wherever that is.
    void kill_after(int places) { record(), countdown_ = places; }

    SimulatedEnv clock;

private:
    bool deadly(const Place& place);

    std::unique_ptr<Files> files_;
    bool dead_ = false;
    std::map<std::string, int, std::less<>> passed_;
    std::vector<Place> places_;
    std::optional<Place> deadline_;
    int countdown_ = 0;
};

}  // namespace welkin::simulation
