#pragma once
// HostStore: hosts and when they were last heard of (compute_host).
#include <optional>
#include <string_view>
#include <vector>

#include "compute/host.h"
#include "core/sql/database.h"

namespace welkin::compute {

class HostStore {
public:
    /// Makes the row or brings what the host reports up to date. Ids and what operators set stay.
    void report(sql::Transaction& tx, Host host);
    void heartbeat(sql::Transaction& tx, const HostName& name, int64_t free_disk_gb);
    std::vector<Host> list(sql::Transaction& tx);  ///< by name
    std::optional<Host> find(sql::Transaction& tx, const HostName& name);
    /// Sets what operators may set: disabled, disabled_reason, forced_down.
    void update_service(sql::Transaction& tx, const Host& host);
    void erase(sql::Transaction& tx, const HostName& name);
};

}  // namespace welkin::compute
