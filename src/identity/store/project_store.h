#pragma once
// ProjectStore: projects and domains. Every method works in the caller's transaction.
#include <optional>
#include <string>
#include <vector>

#include "core/sql/database.h"
#include "core/sql/page.h"
#include "identity/project.h"

namespace welkin::identity {

class ProjectStore {
public:
    /// A project or a domain.
    std::optional<Project> find(sql::Transaction& tx, const ProjectId& id) const;
    std::optional<Project> find_domain(sql::Transaction& tx, const DomainId& id) const;
    /// Within a domain, or among the domains themselves when none is given.
    std::optional<Project> find_by_name(sql::Transaction& tx, const std::optional<DomainId>& domain,
                                        std::string_view name) const;
    // Throw not_found().
    Project get(sql::Transaction& tx, const ProjectId& id) const;
    Project get_domain(sql::Transaction& tx, const DomainId& id) const;

    std::vector<Project> list(sql::Transaction& tx, const sql::Page& page) const;
    std::vector<Project> list(sql::Transaction& tx, const std::vector<std::string>& ids) const;
    std::vector<Project> children(sql::Transaction& tx, const ProjectId& id) const;
    /// All below, in any order; at most max_project_depth levels.
    std::vector<Project> descendants(sql::Transaction& tx, const ProjectId& id) const;
    /// The projects above, nearest first, without the domain.
    std::vector<Project> ancestors(sql::Transaction& tx, const Project& project) const;
    std::vector<Project> in_domain(sql::Transaction& tx, const DomainId& id) const;

    // Throw conflict() if the name is taken.
    void insert(sql::Transaction& tx, const Project& project) const;
    void update(sql::Transaction& tx, const Project& project) const;
    void erase(sql::Transaction& tx, const ProjectId& id) const;
    /// Voids the tokens scoped to the projects of a domain.
    void raise_epochs(sql::Transaction& tx, const DomainId& domain) const;
};

}  // namespace welkin::identity
