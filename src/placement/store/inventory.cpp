// store/inventory.cpp: what each host has, table placement_host.
#include "placement/placement.h"

namespace welkin::placement {

namespace {

constexpr std::string_view host_columns =
    "host, total_vcpus, total_memory_mb, total_disk_gb, reserved_vcpus, reserved_memory_mb, "
    "reserved_disk_gb, vcpu_ratio, memory_ratio, disk_ratio, used_vcpus, used_memory_mb, "
    "used_disk_gb";

Resources resources_at(const sql::Row& row, size_t first) {
    return {.vcpus = row.integer(first),
            .memory_mb = row.integer(first + 1),
            .disk_gb = row.integer(first + 2)};
}

HostCapacity read_host(const sql::Row& row) {
    return {.host = row.get<HostName>(0),
            .inventory = {.total = resources_at(row, 1),
                          .reserved = resources_at(row, 4),
                          .vcpu_ratio = row.get<double>(7),
                          .memory_ratio = row.get<double>(8),
                          .disk_ratio = row.get<double>(9)},
            .used = resources_at(row, 10)};
}

}  // namespace

void Placement::set_inventory(sql::Transaction& tx, const HostName& host,
                              const Inventory& inventory) {
    const auto& total = inventory.total;
    const auto& reserved = inventory.reserved;
    const auto capacity = inventory.capacity();

    const auto updated = tx.execute(
        "UPDATE placement_host SET total_vcpus = ?, total_memory_mb = ?, total_disk_gb = ?, "
        "reserved_vcpus = ?, reserved_memory_mb = ?, reserved_disk_gb = ?, vcpu_ratio = ?, "
        "memory_ratio = ?, disk_ratio = ?, capacity_vcpus = ?, capacity_memory_mb = ?, "
        "capacity_disk_gb = ?, generation = generation + 1 WHERE host = ?",
        total.vcpus, total.memory_mb, total.disk_gb, reserved.vcpus, reserved.memory_mb,
        reserved.disk_gb, inventory.vcpu_ratio, inventory.memory_ratio, inventory.disk_ratio,
        capacity.vcpus, capacity.memory_mb, capacity.disk_gb, host);
    if (updated > 0) {
        return;
    }
    tx.execute(
        "INSERT INTO placement_host (host, total_vcpus, total_memory_mb, total_disk_gb, "
        "reserved_vcpus, reserved_memory_mb, reserved_disk_gb, vcpu_ratio, memory_ratio, "
        "disk_ratio, capacity_vcpus, capacity_memory_mb, capacity_disk_gb, used_vcpus, "
        "used_memory_mb, used_disk_gb, claims, generation) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 1)",
        host, total.vcpus, total.memory_mb, total.disk_gb, reserved.vcpus, reserved.memory_mb,
        reserved.disk_gb, inventory.vcpu_ratio, inventory.memory_ratio, inventory.disk_ratio,
        capacity.vcpus, capacity.memory_mb, capacity.disk_gb);
}

void Placement::remove_host(sql::Transaction& tx, const HostName& host) {
    if (tx.execute("DELETE FROM placement_host WHERE host = ? AND claims = 0", host) == 1) {
        return;
    }
    const auto row = tx.query_one("SELECT claims FROM placement_host WHERE host = ?", host);
    if (row) {
        throw conflict("Host {} still has {} claims; move or delete its servers first.", host,
                       row->integer(0));
    }
}

std::vector<HostCapacity> Placement::hosts(sql::Transaction& tx) {
    std::vector<HostCapacity> found;
    for (const auto& row :
         tx.query(fmt::format("SELECT {} FROM placement_host ORDER BY host", host_columns))) {
        found.push_back(read_host(row));
    }
    return found;
}

std::optional<HostCapacity> Placement::host(sql::Transaction& tx, const HostName& host) {
    const auto row = tx.query_one(
        fmt::format("SELECT {} FROM placement_host WHERE host = ?", host_columns), host);
    if (!row) {
        return std::nullopt;
    }
    return read_host(*row);
}

}  // namespace welkin::placement
