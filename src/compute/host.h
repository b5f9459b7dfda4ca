#pragma once
// Host: a machine that runs servers: Nova's compute service and hypervisor in one row.
#include <optional>
#include <string>

#include "core/base/id.h"
#include "core/base/time.h"

namespace welkin::compute {

struct Host {
    HostName name;
    int64_t service_id = 0;  ///< the numbers are Nova's ids before 2.53
    std::string service_uuid;
    int64_t node_id = 0;
    std::string node_uuid;
    bool disabled = false;
    std::optional<std::string> disabled_reason;
    bool forced_down = false;
    std::string hypervisor_type;
    int64_t hypervisor_version = 0;
    std::string architecture;
    std::string cpu_info;  ///< JSON text
    std::string host_ip;
    int64_t vcpus = 0;
    int64_t memory_mb = 0;
    int64_t disk_gb = 0;
    int64_t free_disk_gb = 0;
    Time created_at{};
    Time heartbeat_at{};

    bool is_up(Time now, Duration down_time) const {
        return !forced_down && heartbeat_at + down_time >= now;
    }
};

}  // namespace welkin::compute
