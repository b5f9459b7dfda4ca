#include "network/store/subnet_store.h"

#include "network/errors.h"

namespace welkin::network {

namespace {

const sql::Columns<Subnet> columns{"network_subnet",
                                   {
                                       {"id", &Subnet::id},
                                       {"project_id", &Subnet::project_id},
                                       {"network_id", &Subnet::network_id},
                                       {"name", &Subnet::name},
                                       {"description", &Subnet::description},
                                       {"ip_version", &Subnet::ip_version},
                                       {"cidr", &Subnet::cidr},
                                       {"gateway_ip", &Subnet::gateway_ip},
                                       {"enable_dhcp", &Subnet::enable_dhcp},
                                       {"ipv6_ra_mode", &Subnet::ipv6_ra_mode},
                                       {"ipv6_address_mode", &Subnet::ipv6_address_mode},
                                       {"allocation_pools", &Subnet::allocation_pools},
                                       {"dns_nameservers", &Subnet::dns_nameservers},
                                       {"host_routes", &Subnet::host_routes},
                                       {"revision_number", &Subnet::revision_number},
                                       {"created_at", &Subnet::created_at},
                                       {"updated_at", &Subnet::updated_at},
                                   }};

json::Value detail(const Subnet& subnet) {
    return json::Object{{"network_id", subnet.network_id.value}};
}

}  // namespace

std::optional<Subnet> SubnetStore::find(sql::Transaction& tx, std::string_view id) {
    auto found = columns.find(tx, "id = ?", id);
    if (found) {
        found->tags = tags_.of(tx, id);
    }
    return found;
}

Subnet SubnetStore::get(sql::Transaction& tx, std::string_view id) {
    auto found = find(tx, id);
    if (!found) {
        throw subnet_not_found(id);
    }
    return std::move(*found);
}

std::vector<Subnet> SubnetStore::list(sql::Transaction& tx, const sql::Page& page,
                                      const Scope& scope) {
    auto found = select_page(tx, columns, page, scope);
    fill_tags(tx, tags_, found);
    return found;
}

std::vector<Subnet> SubnetStore::of_network(sql::Transaction& tx, const NetworkId& network) {
    return columns.select(tx, "WHERE network_id = ? ORDER BY created_at, id", network);
}

std::map<NetworkId, std::vector<Subnet>> SubnetStore::of_networks(
    sql::Transaction& tx, const std::vector<std::string>& networks) {
    std::map<NetworkId, std::vector<Subnet>> found;
    const auto wanted = any_of("network_id", networks);
    for (auto& subnet : columns.select_values(
             tx, "WHERE " + wanted.sql + " ORDER BY created_at, id", wanted.args)) {
        found[subnet.network_id].push_back(std::move(subnet));
    }
    return found;
}

void SubnetStore::insert(sql::Transaction& tx, const history::Author& author, Subnet& subnet) {
    subnet.created_at = subnet.updated_at = tx.now();
    subnet.revision_number = 0;
    columns.insert(tx, subnet);
    record(tx, author, "subnet", subnet.id, "create", subnet.project_id, detail(subnet));
}

void SubnetStore::update(sql::Transaction& tx, const history::Author& author, Subnet& subnet) {
    subnet.updated_at = tx.now();
    ++subnet.revision_number;
    columns.update_all(tx, subnet, "id = ?", subnet.id);
    record(tx, author, "subnet", subnet.id, "update", subnet.project_id, detail(subnet));
}

void SubnetStore::erase(sql::Transaction& tx, const history::Author& author, const Subnet& subnet) {
    tags_.clear(tx, subnet.id);
    if (tx.execute("DELETE FROM network_subnet WHERE id = ?", subnet.id) == 0) {
        throw subnet_not_found(subnet.id);
    }
    record(tx, author, "subnet", subnet.id, "delete", subnet.project_id, detail(subnet));
}

}  // namespace welkin::network
