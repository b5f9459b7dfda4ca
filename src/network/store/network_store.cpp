#include "network/store/network_store.h"

#include "network/errors.h"

namespace welkin::network {

namespace {

using N = VirtualNetwork;
const sql::Columns<VirtualNetwork> columns{
    "network_network",
    {
        {"id", &N::id},
        {"project_id", &N::project_id},
        {"name", &N::name},
        {"description", &N::description},
        {"admin_state_up", &N::admin_state_up},
        {"status", &N::status},
        {"shared", &N::shared},
        {"external", &N::external},
        {"is_default", &N::is_default},
        {"port_security_enabled", &N::port_security_enabled},
        {"mtu", &N::mtu},
        {"dns_domain", &N::dns_domain},
        {"availability_zone_hints", &N::availability_zone_hints},
        {"revision_number", &N::revision_number},
        {"created_at", &N::created_at},
        {"updated_at", &N::updated_at},
    }};

}  // namespace

std::optional<VirtualNetwork> NetworkStore::find_row(sql::Transaction& tx, std::string_view id) {
    return columns.find(tx, "id = ?", id);
}

std::optional<VirtualNetwork> NetworkStore::find(sql::Transaction& tx, std::string_view id) {
    auto found = columns.select(tx, "WHERE id = ?", id);
    if (found.empty()) {
        return std::nullopt;
    }
    fill(tx, found);
    return std::move(found.front());
}

VirtualNetwork NetworkStore::get(sql::Transaction& tx, std::string_view id) {
    auto found = find(tx, id);
    if (!found) {
        throw network_not_found(id);
    }
    return std::move(*found);
}

std::vector<VirtualNetwork> NetworkStore::list(sql::Transaction& tx, const sql::Page& page,
                                               const Scope& scope) {
    auto found = select_page(tx, columns, page, scope);
    fill(tx, found);
    return found;
}

std::vector<VirtualNetwork> NetworkStore::list_rows(sql::Transaction& tx, const Scope& scope) {
    return columns.select_values(tx, scope.sql.empty() ? "" : "WHERE " + scope.sql, scope.args);
}

void NetworkStore::fill(sql::Transaction& tx, std::vector<VirtualNetwork>& networks) {
    if (networks.empty()) {
        return;
    }
    std::vector<std::string> ids;
    std::map<std::string_view, VirtualNetwork*> by_id;
    for (auto& network : networks) {
        ids.push_back(network.id.value);
        by_id[network.id] = &network;
    }
    const auto wanted = any_of("network_id", ids);
    const auto rows = tx.query_values("SELECT network_id, id FROM network_subnet WHERE " +
                                          wanted.sql + " ORDER BY created_at, id",
                                      wanted.args);
    for (const auto& row : rows) {
        by_id[row.text(0)]->subnet_ids.push_back(row.text(1));
    }
    fill_tags(tx, tags_, networks);
}

void NetworkStore::insert(sql::Transaction& tx, const history::Author& author,
                          VirtualNetwork& network) {
    network.created_at = network.updated_at = tx.now();
    network.revision_number = 1;
    columns.insert(tx, network);
    record(tx, author, "network", network.id, "create", network.project_id);
}

void NetworkStore::update(sql::Transaction& tx, const history::Author& author,
                          VirtualNetwork& network) {
    network.updated_at = tx.now();
    ++network.revision_number;
    columns.update_all(tx, network, "id = ?", network.id);
    record(tx, author, "network", network.id, "update", network.project_id);
}

void NetworkStore::erase(sql::Transaction& tx, const history::Author& author,
                         const VirtualNetwork& network) {
    const auto used =
        tx.query_one("SELECT id FROM network_port WHERE network_id = ? LIMIT 1", network.id);
    if (used) {
        throw conflict(
            "Unable to complete operation on network {}. There are one or more ports "
            "still in use on the network, id for these ports is {}.",
            network.id, used->text(0))
            .named("NetworkInUse");
    }
    tags_.clear(tx, network.id);
    if (tx.execute("DELETE FROM network_network WHERE id = ?", network.id) == 0) {
        throw network_not_found(network.id);
    }
    record(tx, author, "network", network.id, "delete", network.project_id);
}

}  // namespace welkin::network
