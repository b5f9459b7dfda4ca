#pragma once
// Agent: what runs on every host. Serves the host's commands (commands.h) from its driver, reports
// what the host has and what its guests do to control (hosts.h), and holds no truth of its own.
#include <functional>
#include <memory>

#include "compute/drivers/driver.h"
#include "compute/hosts.h"
#include "core/core.h"

namespace welkin::compute {

class Agent {
public:
    Agent(Core& core, Hosts& hosts, std::unique_ptr<Driver> driver);
    ~Agent();

    /// Probes the hypervisor, serves the topic, reports the facts, hands the guests it found to
    /// Hosts::adopt, then heartbeats.
    Task<void> start();
    /// Stops serving. Guests go on.
    Task<void> stop();

    Driver& driver();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace welkin::compute
