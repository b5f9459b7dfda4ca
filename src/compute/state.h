#pragma once
// State: what compute's handlers, workflows and host side work with. Made by Compute in this order,
// passed by reference, never changed afterwards: safe to use from any thread.
#include <memory>
#include <string>

#include "compute/agent/host_client.h"
#include "compute/compute.h"
#include "compute/hosts.h"
#include "compute/schedule/scheduler.h"
#include "compute/store/aggregate_store.h"
#include "compute/store/console_store.h"
#include "compute/store/flavor_store.h"
#include "compute/store/host_store.h"
#include "compute/store/keypair_store.h"
#include "compute/store/quota_store.h"
#include "compute/store/server_group_store.h"
#include "compute/store/server_store.h"
#include "core/http/api.h"

namespace welkin::compute {

class Agent;

/// Options that are read often, read once.
struct Settings {
    bool resume_guests = true;
    Duration heartbeat = 5s;
    Duration service_down_time = 60s;
    Duration stop_grace = 10s;
    std::string default_availability_zone;
    int max_servers_per_request = 1000;
    int64_t reserved_memory_mb = 0;
    double vcpu_ratio = 4.0;
    double memory_ratio = 1.0;
    double disk_ratio = 1.0;
};

struct State {
    State(Core& core, identity::Identity& identity, image::Image& image, network::Network& network,
          placement::Placement& placement);

    Core& core;
    identity::Identity& identity;
    image::Image& image;
    network::Network& network;
    placement::Placement& placement;

    Settings settings;
    FlavorStore flavors;
    KeypairStore keypairs;
    ServerStore servers;
    HostStore host_rows;
    QuotaStore quotas;
    AggregateStore aggregates;
    ServerGroupStore server_groups;
    ConsoleStore consoles;
    Scheduler scheduler;
    Hosts hosts;
    std::shared_ptr<Agent> agent;  ///< null until start_host()

    HostClient host(const HostName& name) { return {core.bus, name}; }
};

/// The face's State is the same thing under the name it is declared by.
struct Compute::State : compute::State {
    using compute::State::State;
};

}  // namespace welkin::compute
