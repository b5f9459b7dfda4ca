#pragma once
// QuotaStore: limits that differ from the defaults (compute_quota). The defaults themselves can be
// changed too, as those of the class "default".
#include <optional>

#include "compute/quota.h"
#include "core/base/id.h"
#include "core/sql/database.h"

namespace welkin::compute {

class QuotaStore {
public:
    explicit QuotaStore(Limits configured) : configured_(std::move(configured)) {}

    Limits defaults(sql::Transaction& tx);
    /// Of a project, or of a user in it, who inherits what is not set for them.
    Limits limits(sql::Transaction& tx, const ProjectId& project, const UserId& user = {});

    void set(sql::Transaction& tx, const ProjectId& project, const UserId& user,
             const Limits& changed);
    void set_defaults(sql::Transaction& tx, const Limits& changed);
    void erase(sql::Transaction& tx, const ProjectId& project, const UserId& user = {});

private:
    void apply(sql::Transaction& tx, const ProjectId& project, const UserId& user, Limits& limits);

    Limits configured_;
};

}  // namespace welkin::compute
