#pragma once
// Placement: what each host has and what is claimed of it. Claims commit in the same transaction as
// the server they are for, so that neither can exist without the other.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/core.h"
#include "core/sql/database.h"

namespace welkin::placement {

struct Resources {
    int64_t vcpus = 0;
    int64_t memory_mb = 0;
    int64_t disk_gb = 0;
    bool operator==(const Resources&) const = default;
};

struct Inventory {
    Resources total;
    Resources reserved;       ///< kept for the host itself
    double vcpu_ratio = 4.0;  ///< allocation ratios: capacity = (total - reserved) * ratio
    double memory_ratio = 1.0;
    double disk_ratio = 1.0;

    Resources capacity() const;  ///< what may be claimed, rounded down
};

struct HostCapacity {
    HostName host;
    Inventory inventory;
    Resources used;
    Resources free() const;  ///< capacity - used, may be negative after a shrink
};

class Placement {
public:
    explicit Placement(Core& core);
    ~Placement();

    void set_inventory(sql::Transaction& tx, const HostName& host, const Inventory& inventory);
    void remove_host(sql::Transaction& tx,
                     const HostName& host);                 ///< conflict() while claims exist
    std::vector<HostCapacity> hosts(sql::Transaction& tx);  ///< by name, in one query
    std::optional<HostCapacity> host(sql::Transaction& tx, const HostName& host);

    /// Claims for `consumer` (a server id), replacing what it held. False if it does not fit.
    bool claim(sql::Transaction& tx, std::string_view consumer, const HostName& host,
               const Resources& resources, const ProjectId& project);
    void release(sql::Transaction& tx, std::string_view consumer);
    std::optional<std::pair<HostName, Resources>> claim_of(sql::Transaction& tx,
                                                           std::string_view consumer);
    /// Consumers with claims, for audits: tests check that none leaks.
    std::vector<std::string> consumers(sql::Transaction& tx);
};

}  // namespace welkin::placement
