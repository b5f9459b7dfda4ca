#pragma once
// DhcpServer: keeps one network's dnsmasq running with the plan it should have.
#include <map>
#include <string>

#include "network/host/linux/commands.h"
#include "network/host/linux/dhcp.h"
#include "network/host/linux/ledger.h"

namespace welkin::network {

class DhcpServer {
public:
    DhcpServer(Env& env, const NetworkId& network, std::string folder);

    const std::string& folder() const { return folder_; }
    /// Starts, restarts or tells to read again, whatever the difference needs. The record is
    /// brought up to date; the caller saves it.
    Task<void> ensure(const DhcpPlan& plan, NetRecord& record);
    Task<void> stop(NetRecord& record);

private:
    bool write_if_changed(const std::string& name, const std::string& content);
    bool drop_stale_leases(const std::string& hosts, bool really);
    Env& env_;
    NetworkId network_;
    std::string folder_;
    std::map<std::string, std::string> written_;
};

}  // namespace welkin::network
