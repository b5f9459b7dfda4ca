// ServerGroupSoftAffinityWeigher: prefers hosts that have servers of the same soft-affinity group.
#include <algorithm>

#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class ServerGroupSoftAffinityWeigher : public Weigher {
public:
    std::string_view name() const override { return "ServerGroupSoftAffinityWeigher"; }
    double weigh(const Candidate& candidate, const Demand& demand) const override {
        if (!demand.group || demand.group->policy != "soft-affinity") {
            return 0;
        }
        return static_cast<double>(std::ranges::count(demand.group_hosts, candidate.host.name));
    }
};

}  // namespace

std::unique_ptr<Weigher> make_soft_affinity_weigher() {
    return std::make_unique<ServerGroupSoftAffinityWeigher>();
}

}  // namespace welkin::compute
