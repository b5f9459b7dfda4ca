#pragma once
// Project: what owns resources, in a tree; Domain: a project that acts as a namespace for projects,
// users and groups. Both live in one table, as the API lets a domain be read as a project.
#include <optional>
#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/json/json.h"

namespace welkin::identity {

/// Levels of projects below a domain.
inline constexpr size_t max_project_depth = 5;
inline constexpr const char* default_domain_id = "default";

struct Project {
    ProjectId id;
    std::string name;
    std::optional<DomainId> domain_id;   ///< nothing for a domain
    std::optional<ProjectId> parent_id;  ///< a project or the domain; nothing for a domain
    bool is_domain = false;
    bool enabled = true;
    std::optional<std::string> description = "";
    std::vector<std::string> tags;
    json::Value options{json::Object{}};
    json::Value extra{json::Object{}};  ///< attributes that clients added
    int64_t epoch = 0;                  ///< tokens scoped to an earlier one are void

    DomainId as_domain() const { return DomainId(id.value); }
};

}  // namespace welkin::identity
