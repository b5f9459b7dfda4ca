#pragma once
// Addressing: chooses the addresses of a port, from what was asked for and from the subnets' pools.
//
// Free addresses are found by walking the ordered list of used ones from where the last search of
// this process ended; that place is a hint only. What is true is the unique key of
// network_fixed_ip, so two processes can never give out the same address.
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "network/port.h"
#include "network/store/port_store.h"
#include "network/subnet.h"

namespace welkin::network {

class Addressing {
public:
    explicit Addressing(PortStore& ports) : ports_(ports) {}

    /// Addresses for a new port, or for a changed one (whose `keep` stay where they are asked for
    /// again). `wanted` is what the request said, if it said anything. Throws
    /// IpAddressGenerationFailure, InvalidIpForNetwork, IpAddressAlreadyAllocated and so on.
    std::vector<FixedAddress> choose(sql::Transaction& tx, const NetworkId& network,
                                     const std::vector<Subnet>& subnets,
                                     const std::optional<std::vector<FixedAddress>>& wanted,
                                     std::string_view mac,
                                     const std::vector<FixedAddress>& keep = {});

    /// A free address of the subnet's pools that is not in `taken`; nothing if they are used up.
    std::optional<Ip> next_free(sql::Transaction& tx, const Subnet& subnet,
                                const std::set<Ip>& taken = {});

private:
    std::optional<Ip> scan(sql::Transaction& tx, const SubnetId& subnet, const IpRange& range,
                           const std::set<Ip>& taken);
    Ip start(sql::Transaction& tx, const Subnet& subnet, const std::vector<IpRange>& pools);
    FixedAddress asked(sql::Transaction& tx, const NetworkId& network,
                       const std::vector<Subnet>& subnets, const FixedAddress& wanted,
                       std::string_view mac, const std::vector<FixedAddress>& keep,
                       const std::set<Ip>& taken);
    PortStore& ports_;
    std::mutex mutex_;
    std::map<SubnetId, Ip> cursors_;  ///< behind the address given out last
};

}  // namespace welkin::network
