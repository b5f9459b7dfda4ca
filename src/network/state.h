#pragma once
// Network::State: what handlers work with.
#include <memory>
#include <string>

#include "core/core.h"
#include "network/addressing.h"
#include "network/network.h"
#include "network/store/agent_store.h"
#include "network/store/group_store.h"
#include "network/store/network_store.h"
#include "network/store/port_store.h"
#include "network/store/quota_store.h"
#include "network/store/subnet_store.h"
#include "network/store/tag_store.h"

namespace welkin::network {

class HostSide;

struct Settings {
    int mtu = 1500;          ///< of new networks
    std::string dns_domain;  ///< behind server names in DHCP
    std::string availability_zone = "nova";
    Duration agent_down = 75s;  ///< a host not heard of for so long is dead
};

struct Network::State {
    State(Core& services, Settings wanted, Limits limits);
    ~State();

    Core& core;
    Settings settings;
    TagStore tags;
    NetworkStore networks;
    SubnetStore subnets;
    PortStore ports;
    GroupStore groups;
    QuotaStore quotas;
    AgentStore agents;
    Addressing addressing;
    MetadataHandler metadata;
    std::unique_ptr<HostSide> host;  ///< this machine's data plane, once started
};

}  // namespace welkin::network
