#pragma once
// HostWorld: what is on the simulated host, and the drivers through which a process sees and
// changes it. It outlives the process, as QEMU processes, disks and taps do.
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "compute/drivers/driver.h"
#include "network/host/host_network.h"
#include "simulation/machine.h"

namespace welkin::simulation {

/// What goes wrong on the host, in operations out of a thousand, by the machine's dice.
struct Trouble {
    uint64_t passing = 0;  ///< fails, worth another attempt; half of them after they took effect
    uint64_t final = 0;    ///< fails for good, likewise
    uint64_t hanging = 0;  ///< takes longer than anybody waits
    Duration longest_delay{};  ///< every operation takes up to this

    bool any() const { return passing + final + hanging > 0; }
};

struct HostWorld {
    struct Guest {
        compute::PowerState state = compute::PowerState::shut_down;
        bool whole = false;  ///< false: killed while its disks were made
    };
    std::map<ServerId, Guest> guests;
    std::set<PortId> taps;
    std::set<NetworkId> bridges;
    Trouble trouble;
    /// Of the process that is running; nobody hears what happens while there is none.
    std::function<void(ServerId, compute::PowerState)> listener;

    /// As if the guest had done it.
    void change_by_itself(const ServerId& id, compute::PowerState state);
    /// The machine went down: disks are left.
    void power_cut();
};

std::unique_ptr<compute::Driver> make_hypervisor(Machine& machine, HostWorld& world);
std::unique_ptr<network::HostDriver> make_data_plane(Machine& machine, HostWorld& world);

}  // namespace welkin::simulation
