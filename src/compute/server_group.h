#pragma once
// ServerGroup: servers that should share a host, or be apart.
#include <optional>
#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"

namespace welkin::compute {

struct ServerGroup {
    std::string id;
    ProjectId project_id;
    UserId user_id;
    std::string name;
    std::string policy;  ///< affinity, anti-affinity, soft-affinity or soft-anti-affinity
    std::optional<int64_t> max_server_per_host;  ///< a rule of anti-affinity
    Time created_at{};
    std::vector<ServerId> members;
};

}  // namespace welkin::compute
