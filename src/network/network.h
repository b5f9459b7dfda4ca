#pragma once
// Network: networks, subnets, ports, security groups (Neutron's v2.0 API), and their data plane on
// each host.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/auth/caller.h"
#include "core/config/config.h"
#include "core/core.h"
#include "core/history/history.h"
#include "core/http/request.h"
#include "core/sql/database.h"

namespace welkin::network {

std::span<const config::Option> options();

struct FixedIp {
    SubnetId subnet_id;
    std::string address;
    int prefix_length = 0;
    std::string gateway;  ///< may be empty
    std::vector<std::string> dns_nameservers;
    std::vector<std::pair<std::string, std::string>> host_routes;  ///< destination, next hop
    bool dhcp = true;
    int ip_version = 4;
};

/// A port as compute sees it.
struct PortView {
    PortId id;
    NetworkId network_id;
    std::string network_name;
    std::string mac_address;
    std::vector<FixedIp> fixed_ips;
    int mtu = 1500;
    std::string status;                        ///< ACTIVE, DOWN, BUILD, ERROR
    ServerId server_id;                        ///< device_id
    bool created_for_server = false;           ///< made by reserve(): deleted with the server
    std::vector<std::string> security_groups;  ///< names, in order
    std::string tag;
};

/// One entry of a server's "networks".
struct NicRequest {
    NetworkId network_id;  ///< or
    PortId port_id;        ///< an existing, unbound port
    std::string fixed_ip;  ///< wanted address, may be empty
    std::string tag;
};

struct AttachRequest {
    ServerId server_id;
    ProjectId project_id;
    HostName host;
    std::string availability_zone;
    std::string server_name;  ///< becomes the DHCP host name
    std::vector<NicRequest> nics;
    bool automatic = false;                    ///< "auto", or nothing said before 2.37
    std::vector<std::string> security_groups;  ///< names or ids; empty: "default"
};

/// Where a guest's interface is connected on its host.
struct Plugged {
    std::string tap;
    int mtu = 1500;
};

/// Who asked the metadata address, and what.
struct MetadataRequest {
    NetworkId network_id;
    std::string fixed_ip;
    http::Request& request;
};
using MetadataHandler = std::function<Task<http::Reply>(MetadataRequest)>;

class HostDriver;
/// Makes the data plane of this host. Empty: the one that network.driver names.
using HostDriverMaker = std::function<std::unique_ptr<HostDriver>()>;

class Network {
public:
    explicit Network(Core& core);
    ~Network();
    /// Starts this host's side of networking, repairs what differs from the database, removes what
    /// nobody owns.
    Task<void> start_host(HostDriverMaker make = {});
    Task<void> stop_host();

    // ---- for compute, inside its transactions
    // -----------------------------------------------------
    /// Makes or binds the ports of a new server, in order. Throws what the API should say.
    std::vector<PortView> attach(sql::Transaction& tx, const auth::Caller& caller,
                                 const history::Author& author, const AttachRequest& wanted);
    /// Unbinds all ports of a server and deletes those made for it.
    void detach(sql::Transaction& tx, const history::Author& author, const ServerId& server);
    void detach_port(sql::Transaction& tx, const history::Author& author, const PortId& port);
    std::vector<PortView> ports_of(sql::Transaction& tx, const ServerId& server);
    std::map<ServerId, std::vector<PortView>> ports_of(sql::Transaction& tx,
                                                       std::span<const ServerId> servers);
    /// Adds/removes a security group on all ports of a server (server actions).
    void add_security_group(sql::Transaction& tx, const history::Author& author,
                            const auth::Caller& caller, const ServerId& server,
                            std::string_view group);
    void remove_security_group(sql::Transaction& tx, const history::Author& author,
                               const auth::Caller& caller, const ServerId& server,
                               std::string_view group);
    void set_port_status(sql::Transaction& tx, const PortId& port, std::string_view status);

    // ---- for compute's workflows: on the host, idempotent. Throw work::DriverError{retry} when
    // the host does not answer
    // -----------------------------------------------------------------------
    Task<Plugged> plug(HostName host, PortId port);
    Task<void> unplug(HostName host, PortId port);

    /// Requests to 169.254.169.254 on any network of this host go here.
    void serve_metadata(MetadataHandler handler);
    /// The server behind an address of a network: for the metadata service.
    std::optional<ServerId> server_at(sql::Transaction& tx, const NetworkId& network,
                                      std::string_view fixed_ip);

    struct State;

private:
    std::unique_ptr<State> state_;
};

/// Removes every bridge, namespace, table and process this data directory's host side ever made.
Task<void> purge_host(Env& env, std::string data_dir);

}  // namespace welkin::network
