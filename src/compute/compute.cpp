#include "compute/compute.h"

#include <charconv>

#include "compute/host_services.h"
#include "compute/policy.h"
#include "compute/routes.h"
#include "compute/state.h"
#include "compute/work/workflows.h"
#include "core/auth/policy.h"
#include "core/work/runner.h"

namespace welkin::compute {

namespace {

Settings read_settings(const config::Config& config) {
    Settings settings;
    settings.resume_guests = config.boolean("compute.resume_guests");
    settings.heartbeat = std::chrono::milliseconds(config.milliseconds("compute.heartbeat"));
    settings.service_down_time =
        std::chrono::milliseconds(config.milliseconds("compute.service_down_time"));
    settings.stop_grace = std::chrono::milliseconds(config.milliseconds("compute.stop_grace"));
    settings.default_availability_zone = config.text("compute.default_availability_zone");
    settings.max_servers_per_request =
        static_cast<int>(config.integer("compute.max_servers_per_request"));
    settings.reserved_memory_mb = config.integer("compute.reserved_memory_mb");
    const auto ratio = [&](const char* name) {
        const auto text = config.text(name);
        double value = 0;
        const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
        if (result.ec != std::errc() || result.ptr != text.data() + text.size() || value <= 0) {
            throw bad_request("{} must be a number greater than 0, not '{}'.", name, text);
        }
        return value;
    };
    settings.vcpu_ratio = ratio("compute.vcpu_allocation_ratio");
    settings.memory_ratio = ratio("compute.memory_allocation_ratio");
    settings.disk_ratio = ratio("compute.disk_allocation_ratio");
    return settings;
}

Limits read_limits(const config::Config& config) {
    Limits limits;
    for (const auto& resource : quota_resources()) {
        limits[resource.name] = resource.default_limit;
    }
    for (const char* name : {"instances", "cores", "ram", "key_pairs", "metadata_items",
                             "server_groups", "server_group_members"}) {
        limits[name] = config.integer("compute.quota_" + std::string(name));
    }
    return limits;
}

}  // namespace

State::State(Core& core_, identity::Identity& identity_, image::Image& image_,
             network::Network& network_, placement::Placement& placement_)
    : core(core_),
      identity(identity_),
      image(image_),
      network(network_),
      placement(placement_),
      settings(read_settings(core.config)),
      quotas(read_limits(core.config)),
      scheduler(core.config.list("compute.enabled_filters"),
                core.config.list("compute.enabled_weighers")),
      hosts(*this) {}

Compute::Compute(Core& core, identity::Identity& identity, image::Image& image,
                 network::Network& network, placement::Placement& placement)
    : state_(std::make_unique<State>(core, identity, image, network, placement)) {
    core.policy.add(policy_rules());
    mount_routes(core.router, *state_);
    mount_host_services(*state_);
    add_workflows(core.runner, *state_);
    core.runner.every(10s, "compute.hosts", [this] { return state_->hosts.watch(); });
}

Compute::~Compute() = default;

}  // namespace welkin::compute
