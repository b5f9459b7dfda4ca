#pragma once
// HostDriver: the data plane of one host, and the document that says what it should be.
//
// A host holds no truth: control computes the whole document for it, the driver makes the host so.
// apply() is idempotent, changes only what differs, and may be repeated after a crash; what exists
// already is adopted without a guest noticing. Drivers are named in table.cpp.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/env.h"
#include "core/base/id.h"
#include "core/base/task.h"
#include "core/config/config.h"
#include "core/json/json.h"
#include "network/network.h"
#include "network/port.h"
#include "network/security_group.h"
#include "network/subnet.h"

namespace welkin::network {

/// A network as one host carries it.
struct HostNet {
    NetworkId id;
    int mtu = 1500;
    std::vector<Subnet> subnets;
    std::vector<Port> ports;   ///< bound to this host
    std::optional<Port> dhcp;  ///< the network's own port of its DHCP server
    /// Gateways that another port of the network has taken: not ours to answer for.
    std::vector<std::string> foreign_gateways;
};

struct HostGroup {
    GroupId id;
    std::vector<SecurityGroupRule> rules;
    std::vector<std::string> members;  ///< addresses of every port with the group, anywhere
};

struct HostDocument {
    std::string dns_domain;
    std::vector<HostNet> networks;  ///< those with ports on this host
    std::vector<HostGroup> groups;  ///< those of the ports, and the remote ones they name
};

json::Value to_json(const HostDocument& document);
HostDocument host_document_from_json(const json::Value& value);

class HostDriver {
public:
    virtual ~HostDriver() = default;
    /// What the API's agent list shows of it.
    virtual std::string name() const = 0;
    /// False for a driver that makes nothing: it needs no document.
    virtual bool makes_things() const { return true; }
    /// Finds what an earlier run of this data directory made. Throws unavailable() naming what the
    /// host lacks.
    virtual Task<void> start() = 0;
    virtual Task<void> apply(HostDocument wanted) = 0;
    /// Where the port's guest is connected; nothing before apply() has seen the port.
    virtual std::optional<Plugged> plugged(const PortId& port) const = 0;
    /// Gives up sockets; what is on the host stays.
    virtual Task<void> stop() = 0;
};

/// Who answers at 169.254.169.254: the request, the network it came from, the address that asked.
using MetadataServer = std::function<Task<http::Reply>(NetworkId, std::string, http::Request&)>;

struct DriverEnvironment {
    Env& env;
    const config::Config& config;
    std::string folder;  ///< network/ in the data directory
    MetadataServer metadata;
};

/// "linux" or "fake". Throws bad_request() naming the ones there are.
std::unique_ptr<HostDriver> make_host_driver(std::string_view name, DriverEnvironment around);

}  // namespace welkin::network
