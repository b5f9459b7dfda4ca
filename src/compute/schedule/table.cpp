#include "compute/schedule/table.h"

#include <utility>

namespace welkin::compute {

namespace {

constexpr std::pair<std::string_view, std::unique_ptr<Filter> (*)()> filters[] = {
    {"ComputeFilter", make_compute_filter},
    {"AvailabilityZoneFilter", make_availability_zone_filter},
    {"RequestedHostFilter", make_requested_host_filter},
    {"CoreFilter", make_core_filter},
    {"RamFilter", make_ram_filter},
    {"DiskFilter", make_disk_filter},
    {"SameHostFilter", make_same_host_filter},
    {"DifferentHostFilter", make_different_host_filter},
    {"ServerGroupAffinityFilter", make_server_group_affinity_filter},
    {"ServerGroupAntiAffinityFilter", make_server_group_anti_affinity_filter},
    {"ImagePropertiesFilter", make_image_properties_filter},
};

constexpr std::pair<std::string_view, std::unique_ptr<Weigher> (*)()> weighers[] = {
    {"CPUWeigher", make_cpu_weigher},
    {"RAMWeigher", make_ram_weigher},
    {"DiskWeigher", make_disk_weigher},
    {"ServerGroupSoftAffinityWeigher", make_soft_affinity_weigher},
    {"ServerGroupSoftAntiAffinityWeigher", make_soft_anti_affinity_weigher},
};

}  // namespace

std::unique_ptr<Filter> make_filter(std::string_view name) {
    for (const auto& [each, make] : filters) {
        if (each == name) {
            return make();
        }
    }
    return nullptr;
}

std::unique_ptr<Weigher> make_weigher(std::string_view name) {
    for (const auto& [each, make] : weighers) {
        if (each == name) {
            return make();
        }
    }
    return nullptr;
}

std::vector<std::string> filter_names() {
    std::vector<std::string> names;
    for (const auto& each : filters) {
        names.emplace_back(each.first);
    }
    return names;
}

std::vector<std::string> weigher_names() {
    std::vector<std::string> names;
    for (const auto& each : weighers) {
        names.emplace_back(each.first);
    }
    return names;
}

}  // namespace welkin::compute
