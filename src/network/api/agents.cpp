// agents: the host sides of networking, as heard of last.
#include "network/api/agents.h"

#include "network/api/listing.h"
#include "network/state.h"

namespace welkin::network {

namespace {

using http::Reply;
using http::Request;
using json::read_only;

/// An agent as seen at one moment.
struct SeenAgent : Agent {
    bool alive = false;
    std::string zone;
    std::string topic = "N/A";
};

/// "2026-11-23 18:00:00", as agents have always shown their times.
std::string plain_time(Time time) {
    auto text = format_time(time).substr(0, 19);
    text[10] = ' ';
    return text;
}

template <Time Agent::* member>
void write_plain_time(json::Writer& writer, const SeenAgent& agent, const json::View&) {
    writer.string(plain_time(agent.*member));
}

const json::Fields<SeenAgent> fields{
    "agent",
    "agents",
    {
        {"id", &SeenAgent::id, read_only},
        {"agent_type", &SeenAgent::agent_type, read_only},
        {"binary", &SeenAgent::executable, read_only, json::column("executable")},
        {"topic", &SeenAgent::topic, read_only, json::no_filter, json::no_sort},
        {"host", &SeenAgent::host, read_only},
        {"admin_state_up", &SeenAgent::admin_state_up, json::lenient},
        {"alive", &SeenAgent::alive, read_only, json::no_filter, json::no_sort},
        {"availability_zone", &SeenAgent::zone, read_only, json::no_filter, json::no_sort},
        {"description", &SeenAgent::description, json::text(0, max_name)},
        {"configurations", &SeenAgent::configurations, read_only, json::no_filter, json::no_sort},
        {"created_at", json::computed<SeenAgent>(write_plain_time<&Agent::created_at>)},
        {"started_at", json::computed<SeenAgent>(write_plain_time<&Agent::started_at>)},
        {"heartbeat_timestamp", json::computed<SeenAgent>(write_plain_time<&Agent::heartbeat_at>)},
    }};

SeenAgent seen(const Agent& agent, const Network::State& network) {
    SeenAgent view;
    static_cast<Agent&>(view) = agent;
    view.alive = network.core.env.now() - agent.heartbeat_at < network.settings.agent_down;
    view.zone = network.settings.availability_zone;
    return view;
}

Agent find_agent(sql::Transaction& tx, Network::State& network, const Request& request) {
    const auto& id = request.path_part("id");
    auto found = network.agents.find(tx, id);
    if (!found) {
        throw not_found("Agent {} could not be found.", id).named("AgentNotFound");
    }
    return std::move(*found);
}

}  // namespace

/// GET /agents
Task<Reply> list_agents(Request& request, Network::State& network) {
    const auto view = view_of(request);
    const auto page = fields.page(request.query, {}, view);
    request.authorize({});
    const auto found = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return network.agents.list(tx, page, {}); });
    std::vector<SeenAgent> views;
    for (const auto& agent : found) {
        views.push_back(seen(agent, network));
    }
    if (const auto alive = request.query.find("alive")) {
        const bool wanted = *alive == "True" || *alive == "true" || *alive == "1";
        std::erase_if(views, [&](const SeenAgent& agent) { return agent.alive != wanted; });
    }
    co_return http::ok(fields.list(views, view));
}

/// GET /agents/{id}
Task<Reply> show_agent(Request& request, Network::State& network) {
    request.authorize({});
    const auto found = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return find_agent(tx, network, request); });
    co_return http::ok(fields.show(seen(found, network), view_of(request)));
}

/// PUT /agents/{id}
Task<Reply> update_agent(Request& request, Network::State& network) {
    request.authorize({});
    const auto& body = request.json("agent");
    const auto author = request.author();
    const auto changed = co_await network.core.database.write([&](sql::Transaction& tx) {
        auto agent = seen(find_agent(tx, network, request), network);
        fields.update(agent, body);
        network.agents.update(tx, author, agent);
        return agent;
    });
    co_return http::ok(fields.show(changed, view_of(request)));
}

/// DELETE /agents/{id}: one that is gone for good; a living one comes back with its next heartbeat.
Task<Reply> delete_agent(Request& request, Network::State& network) {
    request.authorize({});
    const auto author = request.author();
    co_await network.core.database.write([&](sql::Transaction& tx) {
        network.agents.erase(tx, author, find_agent(tx, network, request));
    });
    co_return http::no_content();
}

}  // namespace welkin::network
