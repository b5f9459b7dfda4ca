#pragma once
// FlavorStore: flavors (compute_flavor) and who may use private ones (compute_flavor_access).
#include <optional>
#include <string>
#include <vector>

#include "compute/flavor.h"
#include "core/base/id.h"
#include "core/sql/database.h"
#include "core/sql/page.h"

namespace welkin::compute {

/// Which flavors a list wants.
struct FlavorFilter {
    std::optional<bool> is_public = true;  ///< nothing: both kinds
    ProjectId visible_to;  ///< with is_public = true: private ones of this project too
    int64_t min_memory_mb = 0;
    int64_t min_disk_gb = 0;
    bool with_disabled = true;
};

class FlavorStore {
public:
    /// Throws conflict() for a taken name or id.
    void insert(sql::Transaction& tx, const Flavor& flavor);
    std::optional<Flavor> find(sql::Transaction& tx, std::string_view id);
    Flavor get(sql::Transaction& tx, std::string_view id);  ///< throws not_found()
    /// Whether this project may use it: it is public, or access was given.
    bool usable(sql::Transaction& tx, const Flavor& flavor, const ProjectId& project);
    std::vector<Flavor> list(sql::Transaction& tx, const FlavorFilter& filter,
                             const sql::Page& page);
    void update(sql::Transaction& tx, const Flavor& flavor);
    void erase(sql::Transaction& tx, std::string_view id);  ///< throws not_found()

    std::vector<ProjectId> projects_with_access(sql::Transaction& tx, std::string_view id);
    void add_access(sql::Transaction& tx, std::string_view id, const ProjectId& project);
    void remove_access(sql::Transaction& tx, std::string_view id, const ProjectId& project);
};

}  // namespace welkin::compute
