#pragma once
// Compute: servers, flavors, keypairs, quotas, hosts (Nova's API 2.1), the scheduler, the workflows
// that build and change servers, and the host agent that drives a hypervisor.
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/config/config.h"
#include "core/core.h"
#include "core/sql/database.h"

namespace welkin::identity {
class Identity;
}
namespace welkin::image {
class Image;
}
namespace welkin::network {
class Network;
}
namespace welkin::placement {
class Placement;
}

namespace welkin::compute {

std::span<const config::Option> options();

class Driver;
/// Makes the hypervisor driver of this host. Empty: the one that compute.driver names.
using DriverMaker = std::function<std::unique_ptr<Driver>()>;

class Compute {
public:
    Compute(Core& core, identity::Identity& identity, image::Image& image,
            network::Network& network, placement::Placement& placement);
    ~Compute();

    /// Starts this host's agent: probes the hypervisor, reports the inventory, adopts running
    /// servers, then heartbeats.
    Task<void> start_host(DriverMaker make = {});
    Task<void> stop_host();

    struct State;
    State& state() { return *state_; }  ///< what its handlers work with: compute/state.h

private:
    std::unique_ptr<State> state_;
};

/// Ends every guest of this data directory and removes what its driver made on the host.
Task<void> purge_host(Env& env, std::string data_dir);

}  // namespace welkin::compute
