#include "compute/store/host_store.h"

#include "core/sql/columns.h"

namespace welkin::compute {

namespace {

const sql::Columns<Host> columns{"compute_host",
                                 {{"name", &Host::name},
                                  {"service_id", &Host::service_id},
                                  {"service_uuid", &Host::service_uuid},
                                  {"node_id", &Host::node_id},
                                  {"node_uuid", &Host::node_uuid},
                                  {"disabled", &Host::disabled},
                                  {"disabled_reason", &Host::disabled_reason},
                                  {"forced_down", &Host::forced_down},
                                  {"hypervisor_type", &Host::hypervisor_type},
                                  {"hypervisor_version", &Host::hypervisor_version},
                                  {"architecture", &Host::architecture},
                                  {"cpu_info", &Host::cpu_info},
                                  {"host_ip", &Host::host_ip},
                                  {"vcpus", &Host::vcpus},
                                  {"memory_mb", &Host::memory_mb},
                                  {"disk_gb", &Host::disk_gb},
                                  {"free_disk_gb", &Host::free_disk_gb},
                                  {"created_at", &Host::created_at},
                                  {"heartbeat_at", &Host::heartbeat_at}}};

}  // namespace

void HostStore::report(sql::Transaction& tx, Host host) {
    host.heartbeat_at = tx.now();
    const auto updated =
        columns.update(tx, host,
                       {"hypervisor_type", "hypervisor_version", "architecture", "cpu_info",
                        "host_ip", "vcpus", "memory_mb", "disk_gb", "free_disk_gb", "heartbeat_at"},
                       "name = ?", host.name);
    if (updated == 0) {
        const auto row = tx.query_one("SELECT COALESCE(MAX(service_id), 0) FROM compute_host");
        host.service_id = host.node_id = row->integer(0) + 1;
        host.created_at = tx.now();
        columns.insert(tx, host);
    }
}

void HostStore::heartbeat(sql::Transaction& tx, const HostName& name, int64_t free_disk_gb) {
    tx.execute("UPDATE compute_host SET heartbeat_at = ?, free_disk_gb = ? WHERE name = ?",
               tx.now(), free_disk_gb, name);
}

std::vector<Host> HostStore::list(sql::Transaction& tx) {
    return columns.select(tx, "ORDER BY name");
}

std::optional<Host> HostStore::find(sql::Transaction& tx, const HostName& name) {
    return columns.find(tx, "name = ?", name);
}

void HostStore::update_service(sql::Transaction& tx, const Host& host) {
    columns.update(tx, host, {"disabled", "disabled_reason", "forced_down"}, "name = ?", host.name);
}

void HostStore::erase(sql::Transaction& tx, const HostName& name) {
    tx.execute("DELETE FROM compute_host WHERE name = ?", name);
}

}  // namespace welkin::compute
