#include "placement/placement.h"

#include <cmath>

namespace welkin::placement {

namespace {

int64_t capacity_of(int64_t total, int64_t reserved, double ratio) {
    return static_cast<int64_t>(std::floor(static_cast<double>(total - reserved) * ratio));
}

}  // namespace

Resources Inventory::capacity() const {
    return {.vcpus = capacity_of(total.vcpus, reserved.vcpus, vcpu_ratio),
            .memory_mb = capacity_of(total.memory_mb, reserved.memory_mb, memory_ratio),
            .disk_gb = capacity_of(total.disk_gb, reserved.disk_gb, disk_ratio)};
}

Resources HostCapacity::free() const {
    const auto capacity = inventory.capacity();
    return {.vcpus = capacity.vcpus - used.vcpus,
            .memory_mb = capacity.memory_mb - used.memory_mb,
            .disk_gb = capacity.disk_gb - used.disk_gb};
}

Placement::Placement(Core&) {}

Placement::~Placement() = default;

}  // namespace welkin::placement
