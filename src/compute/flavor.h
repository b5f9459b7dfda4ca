#pragma once
// Flavor: a size of server that an operator offers.
#include <map>
#include <optional>
#include <string>

#include "core/base/time.h"

namespace welkin::compute {

struct Flavor {
    std::string id;  ///< any short text; a UUID if none was given
    std::string name;
    int64_t vcpus = 1;
    int64_t memory_mb = 0;
    int64_t disk_gb = 0;  ///< 0: as large as the image
    int64_t ephemeral_gb = 0;
    int64_t swap_mb = 0;
    double rxtx_factor = 1.0;
    bool is_public = true;  ///< else seen only by projects in compute_flavor_access
    bool disabled = false;
    std::optional<std::string> description;
    std::map<std::string, std::string> extra_specs;
    Time created_at{};
    Time updated_at{};
};

}  // namespace welkin::compute
