#pragma once
// Subnet: the noun behind /subnets: an address range of a network, how it is given out and routed.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"
#include "core/json/json.h"
#include "core/sql/convert.h"
#include "network/address.h"

namespace welkin::network {

struct AllocationPool {
    std::string start;
    std::string end;
    bool operator==(const AllocationPool&) const = default;
};

struct HostRoute {
    std::string destination;
    std::string nexthop;
    bool operator==(const HostRoute&) const = default;
};

// Found by json::Fields; read_json throws bad_request() for what is no such object.
void read_json(AllocationPool& pool, const json::Value& value, std::string_view name);
void write_json(json::Writer& writer, const AllocationPool& pool);
void read_json(HostRoute& route, const json::Value& value, std::string_view name);
void write_json(json::Writer& writer, const HostRoute& route);

struct Subnet {
    SubnetId id;
    ProjectId project_id;
    NetworkId network_id;
    std::string name;
    std::string description;
    int ip_version = 4;
    std::string cidr;
    std::optional<std::string> gateway_ip;
    bool enable_dhcp = true;
    std::optional<std::string> ipv6_ra_mode;
    std::optional<std::string> ipv6_address_mode;
    std::vector<AllocationPool> allocation_pools;
    std::vector<std::string> dns_nameservers;
    std::vector<HostRoute> host_routes;
    int64_t revision_number = 0;
    Time created_at{};
    Time updated_at{};

    std::set<std::string> tags;  ///< filled in by the store for views

    Cidr range() const;
    std::vector<IpRange> pools() const;
    /// Ports make their own address of their MAC here (SLAAC or stateless DHCPv6).
    bool automatic_addresses() const;
};

/// Checks a new subnet and fills in what was left out: canonical cidr, gateway (unless
/// `gateway_given`), pools. Throws InvalidInput, InvalidAllocationPool and so on as Neutron names
/// them.
void complete(Subnet& subnet, bool gateway_given, bool pools_given);
/// Checks a changed one against itself (gateway, pools, name servers, routes) and spells its
/// addresses canonically.
void check(Subnet& subnet);

}  // namespace welkin::network

template <>
struct welkin::sql::Convert<std::vector<welkin::network::AllocationPool>> {
    static Value to(const std::vector<network::AllocationPool>& pools);
    static std::vector<network::AllocationPool> from(const Value& value);
};
template <>
struct welkin::sql::Convert<std::vector<welkin::network::HostRoute>> {
    static Value to(const std::vector<network::HostRoute>& routes);
    static std::vector<network::HostRoute> from(const Value& value);
};
