#include "compute/quota.h"

#include <algorithm>

namespace welkin::compute {

namespace {

constexpr VersionRange with_networks{{}, {2, 35}};
constexpr VersionRange with_files{{}, {2, 56}};

constexpr QuotaResource all_resources[] = {
    {"instances", 10},
    {"cores", 20},
    {"ram", 51200},
    {"metadata_items", 128},
    {"key_pairs", 100},
    {"server_groups", 10},
    {"server_group_members", 10},
    {"injected_files", 5, with_files},
    {"injected_file_content_bytes", 10240, with_files},
    {"injected_file_path_bytes", 255, with_files},
    {"fixed_ips", -1, with_networks},
    {"floating_ips", -1, with_networks},
    {"security_groups", -1, with_networks},
    {"security_group_rules", -1, with_networks},
};

}  // namespace

std::span<const QuotaResource> quota_resources() { return all_resources; }

bool is_quota_resource(std::string_view name) {
    return std::ranges::any_of(all_resources, [&](const auto& each) { return each.name == name; });
}

}  // namespace welkin::compute
