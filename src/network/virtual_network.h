#pragma once
// VirtualNetwork: the noun behind /networks: a layer-2 segment of one project, or shared by all.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"

namespace welkin::network {

struct VirtualNetwork {
    NetworkId id;
    ProjectId project_id;
    std::string name;
    std::string description;
    bool admin_state_up = true;
    std::string status = "ACTIVE";
    bool shared = false;
    bool external = false;
    bool is_default = false;
    bool port_security_enabled = true;
    int mtu = 1500;
    std::string dns_domain;
    std::vector<std::string> availability_zone_hints;
    int64_t revision_number = 0;
    Time created_at{};
    Time updated_at{};

    // Filled in by the store for views.
    std::vector<std::string> subnet_ids;
    std::set<std::string> tags;

    // Only on the wire: what an administrator may ask for, and see.
    std::string network_type = "local";
    std::optional<std::string> physical_network;
    std::optional<int> segmentation_id;
};

}  // namespace welkin::network
