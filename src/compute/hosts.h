#pragma once
// Hosts: what host agents tell the control plane. The agent holds no truth: it reports, and this is
// where a report becomes a row.
#include <map>
#include <memory>
#include <vector>

#include "compute/drivers/driver.h"
#include "core/base/id.h"
#include "core/base/task.h"

namespace welkin::compute {

struct State;

class Hosts {
public:
    explicit Hosts(State& state);

    /// At agent start: makes or updates the host's rows and its inventory in placement.
    Task<void> report_host(HostName host, HostFacts facts);
    /// Regularly (compute.heartbeat): the host is up, and has this much free disk. A host whose
    /// newest heartbeat is older than compute.service_down_time counts as down.
    Task<void> heartbeat(HostName host, int64_t free_disk_gb);

    /// A guest changed state by itself: power off inside, a crash. Ignored while a workflow works
    /// on the server.
    Task<void> guest_changed(HostName host, ServerId id, PowerState state);

    /// At agent start, after report_host: compares what the host has with the database. A server
    /// that should run and does not is started by a workflow (compute.resume_guests) or marked
    /// stopped; a guest that no server of this host owns is destroyed; power states are corrected.
    Task<void> adopt(HostName host, std::vector<FoundGuest> found);

    /// Regularly, for what no event told: asks the host for its guests, corrects the states of
    /// servers that nobody works on, destroys what adopt() could not.
    Task<void> repair(HostName host);

    /// Every few seconds: notes in the change log which hosts have gone down, so that what is shown
    /// of them is not kept, and forgets old console tokens.
    Task<void> watch();

private:
    Task<void> destroy_strangers(HostName host, std::vector<ServerId> strangers);

    State& state_;
    std::vector<ServerId> strangers_;  ///< not destroyed yet
    std::map<HostName, bool> up_;      ///< as watch() saw them last
};

}  // namespace welkin::compute
