// ServerGroupAntiAffinityFilter: servers of an anti-affinity group are on different hosts, or few
// on each.
#include <algorithm>

#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class ServerGroupAntiAffinityFilter : public Filter {
public:
    std::string_view name() const override { return "ServerGroupAntiAffinityFilter"; }
    std::string refuse(const Candidate& candidate, const Demand& demand) const override {
        if (!demand.group || demand.group->policy != "anti-affinity") {
            return {};
        }
        const auto here = std::ranges::count(demand.group_hosts, candidate.host.name);
        const auto most = demand.group->max_server_per_host.value_or(1);
        if (here < most) {
            return {};
        }
        return fmt::format("it has {} of at most {} servers of anti-affinity group {}", here, most,
                           demand.group->name);
    }
};

}  // namespace

std::unique_ptr<Filter> make_server_group_anti_affinity_filter() {
    return std::make_unique<ServerGroupAntiAffinityFilter>();
}

}  // namespace welkin::compute
