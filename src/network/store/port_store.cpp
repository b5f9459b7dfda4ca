#include "network/store/port_store.h"

#include "network/errors.h"

namespace welkin::network {

namespace {

const sql::Columns<Port> columns{"network_port",
                                 {
                                     {"id", &Port::id},
                                     {"project_id", &Port::project_id},
                                     {"network_id", &Port::network_id},
                                     {"name", &Port::name},
                                     {"description", &Port::description},
                                     {"admin_state_up", &Port::admin_state_up},
                                     {"status", &Port::status},
                                     {"mac_address", &Port::mac_address},
                                     {"device_id", &Port::device_id},
                                     {"device_owner", &Port::device_owner},
                                     {"host_id", &Port::host_id},
                                     {"vnic_type", &Port::vnic_type},
                                     {"binding_profile", &Port::binding_profile},
                                     {"port_security_enabled", &Port::port_security_enabled},
                                     {"allowed_address_pairs", &Port::allowed_address_pairs},
                                     {"extra_dhcp_opts", &Port::extra_dhcp_opts},
                                     {"dns_name", &Port::dns_name},
                                     {"created_for_server", &Port::created_for_server},
                                     {"nic_order", &Port::nic_order},
                                     {"nic_tag", &Port::nic_tag},
                                     {"revision_number", &Port::revision_number},
                                     {"created_at", &Port::created_at},
                                     {"updated_at", &Port::updated_at},
                                 }};

json::Value detail(const Port& port) {
    return json::Object{{"network_id", port.network_id.value}, {"host", port.host_id.value}};
}

Error mac_in_use(const Port& port) {
    return conflict("Unable to complete operation for network {}. The mac address {} is in use.",
                    port.network_id, port.mac_address)
        .named("MacAddressInUse");
}

}  // namespace

std::optional<Port> PortStore::find(sql::Transaction& tx, std::string_view id) {
    auto found = columns.select(tx, "WHERE id = ?", id);
    if (found.empty()) {
        return std::nullopt;
    }
    fill(tx, found);
    fill_tags(tx, tags_, found);
    return std::move(found.front());
}

Port PortStore::get(sql::Transaction& tx, std::string_view id) {
    auto found = find(tx, id);
    if (!found) {
        throw port_not_found(id);
    }
    return std::move(*found);
}

std::vector<Port> PortStore::list(sql::Transaction& tx, const sql::Page& page, const Scope& scope) {
    auto found = select_page(tx, columns, page, scope);
    fill(tx, found);
    fill_tags(tx, tags_, found);
    return found;
}

std::vector<Port> PortStore::select(sql::Transaction& tx, const Scope& scope,
                                    std::string_view order) {
    auto found = columns.select_values(
        tx, fmt::format("WHERE {} ORDER BY {}", scope.sql.empty() ? "1 = 1" : scope.sql, order),
        scope.args);
    fill(tx, found);
    return found;
}

void PortStore::fill(sql::Transaction& tx, std::vector<Port>& ports) {
    if (ports.empty()) {
        return;
    }
    std::vector<std::string> ids;
    std::map<std::string_view, Port*> by_id;
    for (auto& port : ports) {
        ids.push_back(port.id.value);
        by_id[port.id] = &port;
    }
    const auto wanted = any_of("port_id", ids);
    for (const auto& row :
         tx.query_values("SELECT port_id, subnet_id, address FROM network_fixed_ip WHERE " +
                             wanted.sql + " ORDER BY port_id, position",
                         wanted.args)) {
        by_id[row.text(0)]->fixed_ips.push_back({SubnetId(row.text(1)), row.text(2)});
    }
    for (const auto& row :
         tx.query_values("SELECT port_id, security_group_id FROM network_port_group WHERE " +
                             wanted.sql + " ORDER BY port_id, position",
                         wanted.args)) {
        by_id[row.text(0)]->security_groups.push_back(row.text(1));
    }
}

void PortStore::insert(sql::Transaction& tx, const history::Author& author, Port& port) {
    port.created_at = port.updated_at = tx.now();
    port.revision_number = 1;
    try {
        columns.insert(tx, port);
    } catch (const sql::ConstraintViolation& violation) {
        if (violation.kind == sql::ConstraintViolation::Kind::unique) {
            throw mac_in_use(port);
        }
        throw;
    }
    insert_addresses(tx, port);
    insert_groups(tx, port);
    record(tx, author, "port", port.id, "create", port.project_id, detail(port));
}

void PortStore::insert_addresses(sql::Transaction& tx, const Port& port) {
    int position = 0;
    for (const auto& fixed : port.fixed_ips) {
        const auto ip = Ip::parse(fixed.ip_address);
        CHECK(ip.has_value());
        try {
            tx.execute(
                "INSERT INTO network_fixed_ip (subnet_id, address_key, address, port_id, position) "
                "VALUES (?, ?, ?, ?, ?)",
                fixed.subnet_id, ip->key(), fixed.ip_address, port.id, position++);
        } catch (const sql::ConstraintViolation& violation) {
            if (violation.kind == sql::ConstraintViolation::Kind::unique) {
                throw conflict("IP address {} already allocated in subnet {}", fixed.ip_address,
                               fixed.subnet_id)
                    .named("IpAddressAlreadyAllocated");
            }
            throw;
        }
    }
}

void PortStore::insert_groups(sql::Transaction& tx, const Port& port) {
    int position = 0;
    for (const auto& group : port.security_groups) {
        tx.execute(
            "INSERT INTO network_port_group (port_id, security_group_id, position) "
            "VALUES (?, ?, ?)",
            port.id, group, position++);
    }
}

void PortStore::update(sql::Transaction& tx, const history::Author& author, Port& port,
                       PortParts changed) {
    port.updated_at = tx.now();
    ++port.revision_number;
    try {
        columns.update_all(tx, port, "id = ?", port.id);
    } catch (const sql::ConstraintViolation& violation) {
        if (violation.kind == sql::ConstraintViolation::Kind::unique) {
            throw mac_in_use(port);
        }
        throw;
    }
    if (changed.fixed_ips) {
        tx.execute("DELETE FROM network_fixed_ip WHERE port_id = ?", port.id);
        insert_addresses(tx, port);
    }
    if (changed.security_groups) {
        tx.execute("DELETE FROM network_port_group WHERE port_id = ?", port.id);
        insert_groups(tx, port);
    }
    record(tx, author, "port", port.id, "update", port.project_id, detail(port));
}

void PortStore::erase(sql::Transaction& tx, const history::Author& author, const Port& port) {
    tx.execute("DELETE FROM network_fixed_ip WHERE port_id = ?", port.id);
    tx.execute("DELETE FROM network_port_group WHERE port_id = ?", port.id);
    tags_.clear(tx, port.id);
    if (tx.execute("DELETE FROM network_port WHERE id = ?", port.id) == 0) {
        throw port_not_found(port.id);
    }
    record(tx, author, "port", port.id, "delete", port.project_id, detail(port));
}

void PortStore::set_status(sql::Transaction& tx, const history::Author& author, const PortId& id,
                           std::string_view status) {
    const auto changed = tx.execute(
        "UPDATE network_port SET status = ?, updated_at = ?, revision_number = revision_number + 1 "
        "WHERE id = ? AND status <> ?",
        status, tx.now(), id, status);
    if (changed > 0) {
        record(tx, author, "port", id, "update", author.project_id,
               json::Object{{"status", status}});
    }
}

bool PortStore::is_used(sql::Transaction& tx, const SubnetId& subnet, const Ip& ip) {
    return tx
        .query_one("SELECT 1 FROM network_fixed_ip WHERE subnet_id = ? AND address_key = ?", subnet,
                   ip.key())
        .has_value();
}

std::vector<Ip> PortStore::used(sql::Transaction& tx, const SubnetId& subnet, const Ip& first,
                                const Ip& last, int limit) {
    std::vector<Ip> found;
    for (const auto& row :
         tx.query("SELECT address_key FROM network_fixed_ip WHERE subnet_id = ? AND "
                  "address_key >= ? AND address_key <= ? ORDER BY address_key LIMIT ?",
                  subnet, first.key(), last.key(), limit)) {
        found.push_back(Ip::from_key(row.text(0)));
    }
    return found;
}

std::optional<Ip> PortStore::highest_used(sql::Transaction& tx, const SubnetId& subnet,
                                          const Ip& first, const Ip& last) {
    const auto row = tx.query_one(
        "SELECT address_key FROM network_fixed_ip WHERE subnet_id = ? AND "
        "address_key >= ? AND address_key <= ? ORDER BY address_key DESC LIMIT 1",
        subnet, first.key(), last.key());
    return row ? std::optional(Ip::from_key(row->text(0))) : std::nullopt;
}

std::optional<Port> PortStore::find_by_address(sql::Transaction& tx, const NetworkId& network,
                                               std::string_view address) {
    auto found = select(tx, {"network_id = ? AND id IN (SELECT port_id FROM network_fixed_ip "
                             "WHERE address = ?)",
                             {network.value, std::string(address)}});
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

}  // namespace welkin::network
