#pragma once
// QuotaStore: limits of projects, and what they use, counted from the resources' own rows.
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "network/store/scope.h"

namespace welkin::network {

struct QuotaResource {
    const char* name;  ///< on the wire
    const char* table;
    const char* option;  ///< where the default limit is configured
};

inline constexpr std::array<QuotaResource, 5> quota_resources = {{
    {"network", "network_network", "network.quota_network"},
    {"subnet", "network_subnet", "network.quota_subnet"},
    {"port", "network_port", "network.quota_port"},
    {"security_group", "network_security_group", "network.quota_security_group"},
    {"security_group_rule", "network_security_group_rule", "network.quota_security_group_rule"},
}};

using Limits = std::map<std::string, int64_t, std::less<>>;

class QuotaStore {
public:
    explicit QuotaStore(Limits defaults) : defaults_(std::move(defaults)) {}

    const Limits& defaults() const { return defaults_; }
    Limits limits(sql::Transaction& tx, const ProjectId& project);
    /// Projects with limits of their own.
    std::map<ProjectId, Limits> all(sql::Transaction& tx);
    int64_t used(sql::Transaction& tx, const ProjectId& project, const QuotaResource& resource);
    void set(sql::Transaction& tx, const history::Author& author, const ProjectId& project,
             const Limits& limits);
    /// False if the project had none of its own.
    bool reset(sql::Transaction& tx, const history::Author& author, const ProjectId& project);

    /// Throws OverQuota if `more` of the resource would pass the project's limit. Belongs in the
    /// transaction that inserts them, before they are there.
    void check(sql::Transaction& tx, const ProjectId& project, std::string_view resource,
               int64_t more = 1);

private:
    Limits defaults_;
};

}  // namespace welkin::network
