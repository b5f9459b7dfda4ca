#pragma once
// The makers of all filters and weighers, one line each; table.cpp knows them by Nova's names.
#include <memory>

#include "compute/schedule/filter.h"

namespace welkin::compute {

std::unique_ptr<Filter> make_compute_filter();
std::unique_ptr<Filter> make_availability_zone_filter();
std::unique_ptr<Filter> make_requested_host_filter();
std::unique_ptr<Filter> make_core_filter();
std::unique_ptr<Filter> make_ram_filter();
std::unique_ptr<Filter> make_disk_filter();
std::unique_ptr<Filter> make_same_host_filter();
std::unique_ptr<Filter> make_different_host_filter();
std::unique_ptr<Filter> make_server_group_affinity_filter();
std::unique_ptr<Filter> make_server_group_anti_affinity_filter();
std::unique_ptr<Filter> make_image_properties_filter();

std::unique_ptr<Weigher> make_cpu_weigher();
std::unique_ptr<Weigher> make_ram_weigher();
std::unique_ptr<Weigher> make_disk_weigher();
std::unique_ptr<Weigher> make_soft_affinity_weigher();
std::unique_ptr<Weigher> make_soft_anti_affinity_weigher();

}  // namespace welkin::compute
