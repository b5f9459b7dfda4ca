#include "network/store/agent_store.h"

namespace welkin::network {

namespace {

const sql::Columns<Agent> columns{"network_agent",
                                  {
                                      {"id", &Agent::id},
                                      {"host", &Agent::host},
                                      {"agent_type", &Agent::agent_type},
                                      {"executable", &Agent::executable},
                                      {"admin_state_up", &Agent::admin_state_up},
                                      {"description", &Agent::description},
                                      {"configurations", &Agent::configurations},
                                      {"created_at", &Agent::created_at},
                                      {"started_at", &Agent::started_at},
                                      {"heartbeat_at", &Agent::heartbeat_at},
                                  }};

}  // namespace

std::optional<Agent> AgentStore::find(sql::Transaction& tx, std::string_view id) {
    return columns.find(tx, "id = ?", id);
}

std::vector<Agent> AgentStore::list(sql::Transaction& tx, const sql::Page& page,
                                    const Scope& scope) {
    return select_page(tx, columns, page, scope);
}

void AgentStore::heartbeat(sql::Transaction& tx, const Agent& agent) {
    auto known = columns.find(tx, "host = ? AND agent_type = ?", agent.host, agent.agent_type);
    if (!known) {
        auto added = agent;
        added.created_at = added.heartbeat_at = tx.now();
        columns.insert(tx, added);
        return;
    }
    known->heartbeat_at = tx.now();
    known->started_at = agent.started_at;
    known->configurations = agent.configurations;
    columns.update(tx, *known, {"heartbeat_at", "started_at", "configurations"}, "id = ?",
                   known->id);
}

void AgentStore::update(sql::Transaction& tx, const history::Author& author, const Agent& agent) {
    columns.update(tx, agent, {"admin_state_up", "description"}, "id = ?", agent.id);
    record(tx, author, "agent", agent.id, "update", {});
}

void AgentStore::erase(sql::Transaction& tx, const history::Author& author, const Agent& agent) {
    tx.execute("DELETE FROM network_agent WHERE id = ?", agent.id);
    record(tx, author, "agent", agent.id, "delete", {});
}

}  // namespace welkin::network
