#pragma once
// ServerGroupStore: server groups and their members (compute_server_group, .._member).
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compute/server_group.h"
#include "core/sql/database.h"

namespace welkin::compute {

class ServerGroupStore {
public:
    void insert(sql::Transaction& tx, const ServerGroup& group);
    std::optional<ServerGroup> find(sql::Transaction& tx, std::string_view id);
    ServerGroup get(sql::Transaction& tx, std::string_view id);  ///< throws not_found()
    /// Oldest first; of all projects if none is named.
    std::vector<ServerGroup> list(sql::Transaction& tx, const std::optional<ProjectId>& project);
    void erase(sql::Transaction& tx, std::string_view id);
    int64_t count(sql::Transaction& tx, const ProjectId& project);

    void add_member(sql::Transaction& tx, std::string_view id, const ServerId& server);
    void remove_member(sql::Transaction& tx, const ServerId& server);
    std::optional<std::string> group_of(sql::Transaction& tx, const ServerId& server);
    /// Hosts of the group's members, one entry for each member that has one.
    std::vector<HostName> hosts_of_members(sql::Transaction& tx, std::string_view id);
};

}  // namespace welkin::compute
