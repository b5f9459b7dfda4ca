#include "network/store/quota_store.h"

#include "network/errors.h"

namespace welkin::network {

Limits QuotaStore::limits(sql::Transaction& tx, const ProjectId& project) {
    Limits limits = defaults_;
    for (const auto& row :
         tx.query("SELECT resource, hard_limit FROM network_quota WHERE project_id = ?", project)) {
        if (const auto known = limits.find(row.text(0)); known != limits.end()) {
            known->second = row.integer(1);
        }
    }
    return limits;
}

std::map<ProjectId, Limits> QuotaStore::all(sql::Transaction& tx) {
    std::map<ProjectId, Limits> found;
    for (const auto& row : tx.query(
             "SELECT project_id, resource, hard_limit FROM network_quota ORDER BY project_id")) {
        auto& limits = found.try_emplace(row.get<ProjectId>(0), defaults_).first->second;
        limits[row.text(1)] = row.integer(2);
    }
    return found;
}

int64_t QuotaStore::used(sql::Transaction& tx, const ProjectId& project,
                         const QuotaResource& resource) {
    const auto row = tx.query_one(
        fmt::format("SELECT COUNT(*) FROM {} WHERE project_id = ?", resource.table), project);
    return row->integer(0);
}

void QuotaStore::set(sql::Transaction& tx, const history::Author& author, const ProjectId& project,
                     const Limits& limits) {
    for (const auto& [resource, limit] : limits) {
        tx.execute("DELETE FROM network_quota WHERE project_id = ? AND resource = ?", project,
                   resource);
        tx.execute("INSERT INTO network_quota (project_id, resource, hard_limit) VALUES (?, ?, ?)",
                   project, resource, limit);
    }
    record(tx, author, "quota", project, "update", project);
}

bool QuotaStore::reset(sql::Transaction& tx, const history::Author& author,
                       const ProjectId& project) {
    const bool had = tx.execute("DELETE FROM network_quota WHERE project_id = ?", project) > 0;
    record(tx, author, "quota", project, "delete", project);
    return had;
}

void QuotaStore::check(sql::Transaction& tx, const ProjectId& project, std::string_view resource,
                       int64_t more) {
    const auto own =
        tx.query_one("SELECT hard_limit FROM network_quota WHERE project_id = ? AND resource = ?",
                     project, resource);
    const int64_t limit = own ? own->integer(0) : defaults_.find(resource)->second;
    if (limit < 0) {
        return;
    }
    for (const auto& known : quota_resources) {
        if (known.name != resource) {
            continue;
        }
        // Never counts further than it must.
        const auto row = tx.query_one(
            fmt::format(
                "SELECT COUNT(*) FROM (SELECT 1 FROM {} WHERE project_id = ? LIMIT ?) AS some",
                known.table),
            project, limit + 1);
        if (row->integer(0) + more > limit) {
            throw over_limit("Quota exceeded for resources: ['{}'].", resource).named("OverQuota");
        }
    }
}

}  // namespace welkin::network
