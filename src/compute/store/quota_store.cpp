#include "compute/store/quota_store.h"

namespace welkin::compute {

namespace {

// The limits of the default class stand beside those of projects, under a name no project has.
const ProjectId default_class("(default)");

}  // namespace

void QuotaStore::apply(sql::Transaction& tx, const ProjectId& project, const UserId& user,
                       Limits& limits) {
    for (const auto& row : tx.query("SELECT resource, hard_limit FROM compute_quota "
                                    "WHERE project_id = ? AND user_id = ?",
                                    project, user)) {
        limits[row.text(0)] = row.integer(1);
    }
}

Limits QuotaStore::defaults(sql::Transaction& tx) {
    auto limits = configured_;
    apply(tx, default_class, {}, limits);
    return limits;
}

Limits QuotaStore::limits(sql::Transaction& tx, const ProjectId& project, const UserId& user) {
    auto limits = defaults(tx);
    apply(tx, project, {}, limits);
    if (!user.empty()) {
        apply(tx, project, user, limits);
    }
    return limits;
}

void QuotaStore::set(sql::Transaction& tx, const ProjectId& project, const UserId& user,
                     const Limits& changed) {
    for (const auto& [resource, limit] : changed) {
        tx.execute(
            "DELETE FROM compute_quota WHERE project_id = ? AND user_id = ? AND resource = ?",
            project, user, resource);
        tx.execute(
            "INSERT INTO compute_quota (project_id, user_id, resource, hard_limit) "
            "VALUES (?, ?, ?, ?)",
            project, user, resource, limit);
    }
}

void QuotaStore::set_defaults(sql::Transaction& tx, const Limits& changed) {
    set(tx, default_class, {}, changed);
}

void QuotaStore::erase(sql::Transaction& tx, const ProjectId& project, const UserId& user) {
    if (user.empty()) {
        tx.execute("DELETE FROM compute_quota WHERE project_id = ?", project);
        return;
    }
    tx.execute("DELETE FROM compute_quota WHERE project_id = ? AND user_id = ?", project, user);
}

}  // namespace welkin::compute
