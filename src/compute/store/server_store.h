#pragma once
// ServerStore: the rows of servers (compute_server). One row holds everything a server is except
// its ports, its claim and its history, so that lists need one query.
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compute/server.h"
#include "core/sql/database.h"
#include "core/sql/page.h"

namespace welkin::compute {

/// Which servers a list wants. Unset parts do not restrict.
struct ServerFilter {
    std::optional<ProjectId> project_id;
    std::vector<std::pair<VmState, TaskState>> states;  ///< any of these pairs
    bool no_state = false;               ///< a status that nothing has: nothing matches
    std::optional<Time> changed_since;   ///< updated_at at or after
    std::optional<Time> changed_before;  ///< updated_at at or before
    std::vector<std::string> ids;        ///< any of these, when `restrict_ids`
    bool restrict_ids = false;
    std::optional<bool> locked;
    std::map<std::string, std::string> metadata;  ///< all of these
    std::vector<std::string> tags, tags_any, not_tags, not_tags_any;
    /// Exact matches on columns, and case-sensitive regular-expression-like substrings.
    std::vector<std::pair<std::string, sql::Value>> equal;
    std::vector<std::pair<std::string, std::string>> contains;
};

/// What a project uses, counted from its servers.
struct ServerUsage {
    int64_t instances = 0;
    int64_t vcpus = 0;
    int64_t memory_mb = 0;
};

class ServerStore {
public:
    void insert(sql::Transaction& tx, const Server& server);
    std::optional<Server> find(sql::Transaction& tx, const ServerId& id);
    /// Throws not_found() as Nova words it.
    Server get(sql::Transaction& tx, const ServerId& id);
    std::vector<Server> list(sql::Transaction& tx, const ServerFilter& filter,
                             const sql::Page& page);
    std::vector<Server> on_host(sql::Transaction& tx, const HostName& host);

    /// Sets the named columns, and updated_at, from the object. False if the server is gone.
    bool update(sql::Transaction& tx, Server& server,
                std::initializer_list<std::string_view> columns);
    /// The same, only if the server still has this state: compare-and-set.
    bool update_if(sql::Transaction& tx, Server& server, VmState expected_vm,
                   TaskState expected_task, std::initializer_list<std::string_view> columns);
    void erase(sql::Transaction& tx, const ServerId& id);

    ServerUsage usage(sql::Transaction& tx, const ProjectId& project);
    int64_t count_on_host(sql::Transaction& tx, const HostName& host);
};

}  // namespace welkin::compute
