// The options of compute, each declared once.
#include "compute/compute.h"
#include "compute/drivers/table.h"

namespace welkin::compute {

namespace {

using config::Type;

constexpr config::Option own_options[] = {
    {"compute.driver", Type::text, "qemu", "Hypervisor of this host: qemu or fake."},
    {"compute.resume_guests", Type::boolean, "true",
     "Whether servers that ran before the host stopped are started again with it."},
    {"compute.heartbeat", Type::duration_ms, "5s", "How often a host says that it is alive."},
    {"compute.service_down_time", Type::duration_ms, "60s",
     "How long after its last heartbeat a host counts as down."},
    {"compute.stop_grace", Type::duration_ms, "10s",
     "How long a guest may take to shut down before it is ended."},
    {"compute.default_availability_zone", Type::text, "nova",
     "Zone of hosts that no aggregate puts into another."},
    {"compute.max_servers_per_request", Type::integer, "1000",
     "Most servers that one request may create."},
    {"compute.console_token_ttl", Type::duration_ms, "10m",
     "How long the URL of a console may wait to be opened."},
    {"compute.enabled_filters", Type::list,
     "ComputeFilter,RequestedHostFilter,AvailabilityZoneFilter,ImagePropertiesFilter,CoreFilter,"
     "RamFilter,DiskFilter,SameHostFilter,DifferentHostFilter,ServerGroupAffinityFilter,"
     "ServerGroupAntiAffinityFilter",
     "What a host must satisfy to be given a server, in this order."},
    {"compute.enabled_weighers", Type::list,
     "CPUWeigher,RAMWeigher,DiskWeigher,ServerGroupSoftAffinityWeigher,"
     "ServerGroupSoftAntiAffinityWeigher",
     "What makes one fitting host better than another."},
    {"compute.vcpu_allocation_ratio", Type::text, "4.0",
     "Virtual processors given out for each real one."},
    {"compute.memory_allocation_ratio", Type::text, "1.0",
     "Memory given out for each byte there is."},
    {"compute.disk_allocation_ratio", Type::text, "1.0", "Disk given out for each byte there is."},
    {"compute.reserved_memory_mb", Type::integer, "512", "Memory kept for the host itself."},
    {"compute.quota_instances", Type::integer, "10", "Servers a project may have; -1: no limit."},
    {"compute.quota_cores", Type::integer, "20",
     "Virtual processors a project may have; -1: no limit."},
    {"compute.quota_ram", Type::integer, "51200",
     "Memory in MB a project's servers may have; -1: no limit."},
    {"compute.quota_key_pairs", Type::integer, "100", "Keypairs a user may have; -1: no limit."},
    {"compute.quota_metadata_items", Type::integer, "128",
     "Metadata items a server may have; -1: no limit."},
    {"compute.quota_server_groups", Type::integer, "10",
     "Server groups a project may have; -1: no limit."},
    {"compute.quota_server_group_members", Type::integer, "10",
     "Servers a server group may have; -1: no limit."},
};

}  // namespace

std::span<const config::Option> options() {
    static const auto all = [] {
        std::vector<config::Option> joined(std::begin(own_options), std::end(own_options));
        const auto of_drivers = driver_options();
        joined.insert(joined.end(), of_drivers.begin(), of_drivers.end());
        return joined;
    }();
    return all;
}

}  // namespace welkin::compute
