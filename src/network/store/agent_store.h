#pragma once
// AgentStore: the host sides of networking and when they were last heard of.
#include <optional>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"
#include "core/sql/columns.h"
#include "network/store/scope.h"

namespace welkin::network {

struct Agent {
    std::string id;
    HostName host;
    std::string agent_type = "Welkin network agent";
    std::string executable = "welkin-node";  ///< "binary" on the wire
    bool admin_state_up = true;
    std::string description;
    json::Value configurations = json::Object{};
    Time created_at{};
    Time started_at{};
    Time heartbeat_at{};
};

class AgentStore {
public:
    std::optional<Agent> find(sql::Transaction& tx, std::string_view id);
    std::vector<Agent> list(sql::Transaction& tx, const sql::Page& page, const Scope& scope);
    /// Inserts the agent of a host, or renews its heartbeat. Not in the change log: hearing the
    /// same again changes nothing that a cached reply shows.
    void heartbeat(sql::Transaction& tx, const Agent& agent);
    void update(sql::Transaction& tx, const history::Author& author, const Agent& agent);
    void erase(sql::Transaction& tx, const history::Author& author, const Agent& agent);
};

}  // namespace welkin::network
