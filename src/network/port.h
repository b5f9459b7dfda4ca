#pragma once
// Port: the noun behind /ports: a place on a network with a MAC address, addresses, a device behind
// it and a guard in front.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"
#include "core/json/json.h"
#include "core/sql/convert.h"

namespace welkin::network {

using GroupId = Id<struct SecurityGroupTag>;

/// An address of a port. In a request either part may be missing.
struct FixedAddress {
    SubnetId subnet_id;
    std::string ip_address;
    bool operator==(const FixedAddress&) const = default;
};

/// Further sources that a port may send from.
struct AddressPair {
    std::string ip_address;   ///< an address or a prefix
    std::string mac_address;  ///< empty in a request: the port's own
    bool operator==(const AddressPair&) const = default;
};

struct DhcpOption {
    std::string opt_name;
    std::optional<std::string> opt_value;  ///< null in an update removes it
    int ip_version = 4;
    bool operator==(const DhcpOption&) const = default;
};

void read_json(FixedAddress& address, const json::Value& value, std::string_view name);
void write_json(json::Writer& writer, const FixedAddress& address);
void read_json(AddressPair& pair, const json::Value& value, std::string_view name);
void write_json(json::Writer& writer, const AddressPair& pair);
void read_json(DhcpOption& option, const json::Value& value, std::string_view name);
void write_json(json::Writer& writer, const DhcpOption& option);

inline constexpr std::string_view owner_dhcp = "network:dhcp";

struct Port {
    PortId id;
    ProjectId project_id;
    NetworkId network_id;
    std::string name;
    std::string description;
    bool admin_state_up = true;
    std::string status = "DOWN";
    std::string mac_address;
    std::string device_id;
    std::string device_owner;
    HostName host_id;  ///< empty: not bound
    std::string vnic_type = "normal";
    json::Value binding_profile = json::Object{};
    bool port_security_enabled = true;
    std::vector<AddressPair> allowed_address_pairs;
    std::vector<DhcpOption> extra_dhcp_opts;
    std::string dns_name;
    bool created_for_server = false;  ///< goes with the server
    int nic_order = 0;                ///< position among the server's interfaces
    std::string nic_tag;
    int64_t revision_number = 0;
    Time created_at{};
    Time updated_at{};

    // Rows of their own, kept by the store.
    std::vector<FixedAddress> fixed_ips;
    std::vector<std::string> security_groups;  ///< ids
    std::set<std::string> tags;

    bool bound_to_server() const { return device_owner.starts_with("compute:"); }
};

}  // namespace welkin::network

template <>
struct welkin::sql::Convert<std::vector<welkin::network::AddressPair>> {
    static Value to(const std::vector<network::AddressPair>& pairs);
    static std::vector<network::AddressPair> from(const Value& value);
};
template <>
struct welkin::sql::Convert<std::vector<welkin::network::DhcpOption>> {
    static Value to(const std::vector<network::DhcpOption>& options);
    static std::vector<network::DhcpOption> from(const Value& value);
};
