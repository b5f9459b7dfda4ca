#include "compute/store/flavor_store.h"

#include "core/sql/columns.h"

namespace welkin::compute {

namespace {

const sql::Columns<Flavor> columns{"compute_flavor",
                                   {{"id", &Flavor::id},
                                    {"name", &Flavor::name},
                                    {"vcpus", &Flavor::vcpus},
                                    {"memory_mb", &Flavor::memory_mb},
                                    {"disk_gb", &Flavor::disk_gb},
                                    {"ephemeral_gb", &Flavor::ephemeral_gb},
                                    {"swap_mb", &Flavor::swap_mb},
                                    {"rxtx_factor", &Flavor::rxtx_factor},
                                    {"is_public", &Flavor::is_public},
                                    {"disabled", &Flavor::disabled},
                                    {"description", &Flavor::description},
                                    {"extra_specs", &Flavor::extra_specs},
                                    {"created_at", &Flavor::created_at},
                                    {"updated_at", &Flavor::updated_at}}};

}  // namespace

void FlavorStore::insert(sql::Transaction& tx, const Flavor& flavor) {
    if (find(tx, flavor.id)) {
        throw conflict("Flavor with ID {} already exists.", flavor.id);
    }
    try {
        columns.insert(tx, flavor);
    } catch (const sql::ConstraintViolation&) {
        throw conflict("Flavor with name {} already exists.", flavor.name);
    }
}

std::optional<Flavor> FlavorStore::find(sql::Transaction& tx, std::string_view id) {
    return columns.find(tx, "id = ?", id);
}

Flavor FlavorStore::get(sql::Transaction& tx, std::string_view id) {
    if (auto flavor = find(tx, id)) {
        return std::move(*flavor);
    }
    throw not_found("Flavor {} could not be found.", id);
}

bool FlavorStore::usable(sql::Transaction& tx, const Flavor& flavor, const ProjectId& project) {
    return flavor.is_public ||
           tx.query_one(
                 "SELECT 1 FROM compute_flavor_access WHERE flavor_id = ? AND project_id = ?",
                 flavor.id, project)
               .has_value();
}

std::vector<Flavor> FlavorStore::list(sql::Transaction& tx, const FlavorFilter& filter,
                                      const sql::Page& page) {
    std::string scope = "memory_mb >= ? AND disk_gb >= ?";
    std::vector<sql::Value> args = {filter.min_memory_mb, filter.min_disk_gb};
    if (!filter.with_disabled) {
        scope += " AND disabled = 0";
    }
    if (filter.is_public) {
        const bool also_private = *filter.is_public && !filter.visible_to.empty();
        scope += also_private ? " AND (is_public = ? OR id IN (SELECT flavor_id FROM "
                                "compute_flavor_access WHERE project_id = ?))"
                              : " AND is_public = ?";
        args.push_back(sql::to_value(*filter.is_public));
        if (also_private) {
            args.push_back(sql::to_value(filter.visible_to));
        }
    }
    auto clause = sql::detail::page_clause(tx, columns.table(), "id", scope, std::move(args), page);
    return columns.select_values(tx, clause.sql, clause.args);
}

void FlavorStore::update(sql::Transaction& tx, const Flavor& flavor) {
    columns.update(tx, flavor, {"description", "extra_specs", "updated_at"}, "id = ?", flavor.id);
}

void FlavorStore::erase(sql::Transaction& tx, std::string_view id) {
    if (tx.execute("DELETE FROM compute_flavor WHERE id = ?", id) == 0) {
        throw not_found("Flavor {} could not be found.", id);
    }
    tx.execute("DELETE FROM compute_flavor_access WHERE flavor_id = ?", id);
}

std::vector<ProjectId> FlavorStore::projects_with_access(sql::Transaction& tx,
                                                         std::string_view id) {
    std::vector<ProjectId> projects;
    for (const auto& row : tx.query("SELECT project_id FROM compute_flavor_access "
                                    "WHERE flavor_id = ? ORDER BY project_id",
                                    id)) {
        projects.push_back(row.get<ProjectId>(0));
    }
    return projects;
}

void FlavorStore::add_access(sql::Transaction& tx, std::string_view id, const ProjectId& project) {
    try {
        tx.execute("INSERT INTO compute_flavor_access (flavor_id, project_id) VALUES (?, ?)", id,
                   project);
    } catch (const sql::ConstraintViolation&) {
        throw conflict("Flavor access already exists for flavor {} and project {} combination.", id,
                       project);
    }
}

void FlavorStore::remove_access(sql::Transaction& tx, std::string_view id,
                                const ProjectId& project) {
    if (tx.execute("DELETE FROM compute_flavor_access WHERE flavor_id = ? AND project_id = ?", id,
                   project) == 0) {
        throw not_found("Flavor access not found for {} / {} combination.", id, project);
    }
}

}  // namespace welkin::compute
