#include "compute/new_server.h"

#include <algorithm>

#include "compute/hostname.h"
#include "compute/schedule/scheduler.h"
#include "compute/work/workflows.h"
#include "core/base/text.h"
#include "core/base/uuid.h"
#include "image/image.h"

namespace welkin::compute {

namespace {

constexpr int64_t gibibyte = 1LL << 30;

Flavor find_flavor(sql::Transaction& tx, State& compute, const auth::Caller& caller,
                   const std::string& id) {
    auto flavor = compute.flavors.find(tx, id);
    if (!flavor || flavor->disabled ||
        (!compute.flavors.usable(tx, *flavor, caller.project_id) && !caller.has_role("admin"))) {
        throw bad_request("Flavor {} could not be found.", id);
    }
    return std::move(*flavor);
}

/// How many of the servers asked for the quota allows; at least min_count or it throws.
int64_t count_within_quota(sql::Transaction& tx, State& compute, const ProjectId& project,
                           const NewServer& wanted, const Flavor& flavor, const Limits& limits) {
    const auto instances = limits.at("instances");
    const auto cores = limits.at("cores");
    const auto ram = limits.at("ram");
    if (instances == no_limit && cores == no_limit && ram == no_limit) {
        return wanted.max_count;
    }
    const auto used = compute.servers.usage(tx, project);
    struct {
        const char* name;
        int64_t limit, used, each;
    } const resources[] = {{"instances", instances, used.instances, 1},
                           {"cores", cores, used.vcpus, flavor.vcpus},
                           {"ram", ram, used.memory_mb, flavor.memory_mb}};
    auto count = wanted.max_count;
    std::vector<std::string> names, requested, in_use, allowed;
    for (const auto& resource : resources) {
        if (resource.limit == no_limit) {
            continue;
        }
        count =
            std::min(count, std::max<int64_t>(resource.limit - resource.used, 0) / resource.each);
        if (!within(resource.limit, resource.used, resource.each * wanted.min_count)) {
            names.emplace_back(resource.name);
            requested.push_back(std::to_string(resource.each * wanted.min_count));
            in_use.push_back(std::to_string(resource.used));
            allowed.push_back(std::to_string(resource.limit));
        }
    }
    if (!names.empty()) {
        throw over_limit("Quota exceeded for {}: Requested {}, but already used {} of {} {}",
                         text::join(names, ", "), text::join(requested, ", "),
                         text::join(in_use, ", "), text::join(allowed, ", "),
                         text::join(names, ", "));
    }
    return count;
}

std::vector<Candidate> find_candidates(sql::Transaction& tx, State& compute) {
    std::map<HostName, placement::HostCapacity> capacities;
    for (auto& capacity : compute.placement.hosts(tx)) {
        capacities.emplace(capacity.host, capacity);
    }
    const auto zones = compute.aggregates.zones(tx);
    std::vector<Candidate> candidates;
    for (auto& host : compute.host_rows.list(tx)) {
        auto& candidate = candidates.emplace_back();
        candidate.up = host.is_up(tx.now(), compute.settings.service_down_time);
        const auto zone = zones.find(host.name.value);
        candidate.zone =
            zone == zones.end() ? compute.settings.default_availability_zone : zone->second;
        if (auto found = capacities.find(host.name); found != capacities.end()) {
            candidate.capacity = found->second;
        }
        candidate.host = std::move(host);
    }
    return candidates;
}

std::vector<HostName> hosts_of(sql::Transaction& tx, State& compute, const ProjectId& project,
                               const std::vector<std::string>& server_ids) {
    std::vector<HostName> hosts;
    for (const auto& id : server_ids) {
        const auto server = compute.servers.find(tx, ServerId(id));
        if (server && server->project_id == project && !server->host.empty()) {
            hosts.push_back(server->host);
        }
    }
    return hosts;
}

Demand make_demand(sql::Transaction& tx, State& compute, const auth::Caller& caller,
                   const NewServer& wanted, const Flavor& flavor, const image::ImageSummary& image,
                   const std::vector<Candidate>& candidates) {
    Demand demand;
    demand.resources = resources_of(flavor.vcpus, flavor.memory_mb, flavor.disk_gb,
                                    flavor.ephemeral_gb, flavor.swap_mb, image);
    demand.zone = wanted.zone;
    demand.host = wanted.host;
    demand.image_properties = image.properties;
    const auto has = [&](auto matches) { return std::ranges::any_of(candidates, matches); };
    if (!wanted.zone.empty() && wanted.zone != compute.settings.default_availability_zone &&
        !has([&](const auto& one) { return one.zone == wanted.zone; })) {
        throw bad_request("The requested availability zone is not available");
    }
    if (!wanted.host.empty() &&
        !has([&](const auto& one) { return one.host.name == wanted.host; })) {
        throw bad_request("Compute host {} could not be found.", wanted.host);
    }
    if (!wanted.group_id.empty()) {
        demand.group = compute.server_groups.find(tx, wanted.group_id);
        if (!demand.group || demand.group->project_id != caller.project_id) {
            throw bad_request("Instance group {} could not be found.", wanted.group_id);
        }
        demand.group_hosts = compute.server_groups.hosts_of_members(tx, wanted.group_id);
    }
    demand.same_hosts = hosts_of(tx, compute, caller.project_id, wanted.same_host);
    demand.different_hosts = hosts_of(tx, compute, caller.project_id, wanted.different_host);
    return demand;
}

/// What all servers of the request have in common.
Server make_template(sql::Transaction& tx, State& compute, const auth::Caller& caller,
                     const NewServer& wanted, const Flavor& flavor) {
    Server server;
    server.project_id = caller.project_id;
    server.user_id = caller.user_id;
    server.name = wanted.name;
    server.description = wanted.description;
    server.image_id = ImageId(wanted.image_id);
    server.flavor_id = flavor.id;
    server.flavor_name = flavor.name;
    server.vcpus = flavor.vcpus;
    server.memory_mb = flavor.memory_mb;
    server.disk_gb = flavor.disk_gb;
    server.ephemeral_gb = flavor.ephemeral_gb;
    server.swap_mb = flavor.swap_mb;
    server.extra_specs = flavor.extra_specs;
    if (!wanted.key_name.empty()) {
        auto keypair = compute.keypairs.find(tx, caller.user_id, wanted.key_name);
        if (!keypair) {
            throw bad_request("Invalid key_name provided.");
        }
        server.key_name = keypair->name;
        server.key_type = keypair->type;
        server.public_key = keypair->public_key;
    }
    server.user_data = wanted.user_data;
    server.config_drive = wanted.config_drive;
    server.disk_config = wanted.disk_config;
    server.metadata = wanted.metadata;
    server.tags = wanted.tags;
    server.access_ipv4 = wanted.access_ipv4;
    server.access_ipv6 = wanted.access_ipv6;
    server.availability_zone = wanted.zone;
    server.created_at = server.updated_at = tx.now();
    return server;
}

/// Claims room on the best host; false, with the server in ERROR, if there is none.
bool place(sql::Transaction& tx, State& compute, Server& server, const Demand& demand,
           std::vector<Candidate>& candidates) {
    auto choice = compute.scheduler.choose(candidates, demand);
    if (!choice.host.empty() &&
        compute.placement.claim(tx, server.id, choice.host, demand.resources, server.project_id)) {
        const auto chosen = std::ranges::find_if(
            candidates, [&](const auto& one) { return one.host.name == choice.host; });
        chosen->capacity.used.vcpus += demand.resources.vcpus;
        chosen->capacity.used.memory_mb += demand.resources.memory_mb;
        chosen->capacity.used.disk_gb += demand.resources.disk_gb;
        server.host = choice.host;
        server.availability_zone = chosen->zone;
        return true;
    }
    if (!choice.host.empty()) {
        choice.refusals.push_back({choice.host.value, "Placement", "there is not enough room"});
    }
    server.vm_state = VmState::error;
    server.fault_code = 500;
    server.fault_message = no_valid_host(choice.refusals);
    server.fault_at = tx.now();
    return false;
}

void attach_ports(sql::Transaction& tx, State& compute, const auth::Caller& caller,
                  const history::Author& author, const NewServer& wanted, const Server& server) {
    if (!wanted.automatic_network && wanted.nics.empty()) {
        return;
    }
    compute.network.attach(tx, caller, author,
                           {.server_id = server.id,
                            .project_id = server.project_id,
                            .host = server.host,
                            .availability_zone = server.availability_zone,
                            .server_name = server.hostname,
                            .nics = wanted.nics,
                            .automatic = wanted.automatic_network,
                            .security_groups = wanted.security_groups});
}

void name_server(Server& server, const NewServer& wanted, int64_t index, int64_t count) {
    const auto suffix = count > 1 ? fmt::format("-{}", index + 1) : std::string();
    server.name = wanted.name + suffix;
    server.hostname = wanted.hostname.empty()
                          ? hostname_from(server.name, "server-" + server.id.value)
                          : wanted.hostname + suffix;
    server.launch_index = index;
}

}  // namespace

image::ImageSummary find_bootable_image(sql::Transaction& tx, State& compute,
                                        const auth::Caller& caller, const std::string& id,
                                        int64_t memory_mb, int64_t disk_gb) {
    auto image = compute.image.find(tx, caller, ImageId(id));
    if (!image) {
        throw bad_request("Can not find requested image");
    }
    if (image->status != "active") {
        throw bad_request("Image {} is not active.", id);
    }
    if (image->min_ram_mb > memory_mb) {
        throw bad_request(
            "Flavor's memory is too small for requested image: it has {} MB, the "
            "image needs {}.",
            memory_mb, image->min_ram_mb);
    }
    const auto needed =
        static_cast<int64_t>(std::max(image->size_bytes, image->virtual_size_bytes));
    if (disk_gb > 0 && needed > disk_gb * gibibyte) {
        throw bad_request(
            "Flavor's disk is too small for requested image. Flavor disk is {} "
            "bytes, image is {} bytes.",
            disk_gb * gibibyte, needed);
    }
    if (disk_gb > 0 && image->min_disk_gb > disk_gb) {
        throw bad_request(
            "Flavor's disk is smaller than the minimum size specified in image "
            "metadata. Flavor disk is {} bytes, minimum size is {} bytes.",
            disk_gb * gibibyte, image->min_disk_gb * gibibyte);
    }
    return std::move(*image);
}

placement::Resources resources_of(int64_t vcpus, int64_t memory_mb, int64_t disk_gb,
                                  int64_t ephemeral_gb, int64_t swap_mb,
                                  const image::ImageSummary& image) {
    const auto bytes = static_cast<int64_t>(std::max(image.size_bytes, image.virtual_size_bytes));
    const auto root_gb = disk_gb > 0 ? disk_gb : (bytes + gibibyte - 1) / gibibyte;
    return {vcpus, memory_mb, root_gb + ephemeral_gb + (swap_mb + 1023) / 1024};
}

std::vector<Server> make_servers(sql::Transaction& tx, State& compute, const auth::Caller& caller,
                                 const history::Author& author, const NewServer& wanted) {
    const auto flavor = find_flavor(tx, compute, caller, wanted.flavor_id);
    const auto image =
        find_bootable_image(tx, compute, caller, wanted.image_id, flavor.memory_mb, flavor.disk_gb);
    const auto limits = compute.quotas.limits(tx, caller.project_id);
    if (!within(limits.at("metadata_items"), 0, static_cast<int64_t>(wanted.metadata.size()))) {
        throw over_limit("Maximum number of metadata items exceeds {}",
                         limits.at("metadata_items"));
    }
    const auto count = count_within_quota(tx, compute, caller.project_id, wanted, flavor, limits);
    auto candidates = find_candidates(tx, compute);
    auto demand = make_demand(tx, compute, caller, wanted, flavor, image, candidates);
    if (demand.group && !within(limits.at("server_group_members"),
                                static_cast<int64_t>(demand.group->members.size()), count)) {
        throw over_limit("Quota exceeded, too many servers in group");
    }

    auto& env = compute.core.env;
    auto common = make_template(tx, compute, caller, wanted, flavor);
    common.reservation_id = "r-" + text::to_hex(env.random_bytes(4));
    std::vector<Server> servers;
    for (int64_t i = 0; i < count; ++i) {
        auto server = common;
        server.id = ServerId(new_uuid(env));
        name_server(server, wanted, i, count);
        const bool placed = place(tx, compute, server, demand, candidates);
        if (placed) {
            server.task_state = TaskState::networking;
            attach_ports(tx, compute, caller, author, wanted, server);
        }
        compute.servers.insert(tx, server);
        if (demand.group) {
            compute.server_groups.add_member(tx, demand.group->id, server.id);
            if (placed) {
                demand.group_hosts.push_back(server.host);
            }
        }
        history::append(tx, author,
                        {"compute", "server", server.id.value, "create", {}, server.project_id});
        if (placed) {
            start_build(tx, compute, server, author, wanted.admin_pass);
        }
        servers.push_back(std::move(server));
    }
    return servers;
}

}  // namespace welkin::compute
