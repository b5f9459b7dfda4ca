#pragma once
// Ledger: what this data directory's host side has made on the host, kept in network/host.json and
// written before a thing is made, so that nothing is ever left that nobody knows of.
#include <map>
#include <set>
#include <string>

#include "core/base/env.h"
#include "core/base/id.h"

namespace welkin::network {

struct NetRecord {
    int zone = 0;              ///< conntrack zone, 1 to 65535; stays while connections live
    int uplink = -1;           ///< index of its pair of addresses; -1: none
    std::string dhcp_command;  ///< what its DHCP server was started with
    ProcessId dhcp;
    std::set<std::string> routes;  ///< prefixes that the host reaches through its uplink
};

class Ledger {
public:
    Ledger(Env& env, std::string path) : env_(env), path_(std::move(path)) {}

    void load();
    /// Writes if anything changed since.
    void save();

    std::string table;         ///< name of our nftables tables
    std::string uplink_range;  ///< the addresses that the uplinks' indexes count from
    std::map<NetworkId, NetRecord> networks;
    std::set<PortId> taps;
    bool turned_on_forwarding = false;  ///< it was off before us

    /// Adds a network with a zone of its own.
    NetRecord& ensure(const NetworkId& id);
    int free_uplink(int count, const std::set<int>& avoid) const;

private:
    std::string text() const;
    Env& env_;
    std::string path_;
    std::string saved_;
};

}  // namespace welkin::network
