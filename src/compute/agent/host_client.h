#pragma once
// HostClient: the commands of commands.h as functions, for workflows and the API.
//
// Every call has a time limit. What goes wrong comes out as work::DriverError: `retry` when the
// host could not be reached or said that it may pass, else `fatal`. An Error(not_found) or
// Error(not_implemented) of the host comes through as it is.
#include <string>
#include <vector>

#include "compute/drivers/driver.h"
#include "core/bus/bus.h"

namespace welkin::compute {

class HostClient {
public:
    HostClient(bus::Bus& bus, HostName host);

    Task<void> create(GuestSpec spec);  ///< may fetch an image: the longest limit
    Task<PowerState> start(ServerId id, std::vector<GuestNic> nics);
    Task<PowerState> stop(ServerId id, Duration grace);
    Task<PowerState> reboot(ServerId id);
    Task<PowerState> pause(ServerId id);
    Task<PowerState> unpause(ServerId id);
    Task<void> destroy(ServerId id);
    Task<PowerState> state(ServerId id);
    Task<std::string> console_log(ServerId id, uint64_t max_bytes);
    Task<HostFacts> facts();
    Task<std::vector<FoundGuest>> list();
    Task<std::string> uptime();

private:
    bus::Bus& bus_;
    HostName host_;
};

}  // namespace welkin::compute
