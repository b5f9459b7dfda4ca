// ServerGroupSoftAntiAffinityWeigher: prefers hosts without servers of the same soft-anti-affinity
// group.
#include <algorithm>

#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class ServerGroupSoftAntiAffinityWeigher : public Weigher {
public:
    std::string_view name() const override { return "ServerGroupSoftAntiAffinityWeigher"; }
    double weigh(const Candidate& candidate, const Demand& demand) const override {
        if (!demand.group || demand.group->policy != "soft-anti-affinity") {
            return 0;
        }
        return -static_cast<double>(std::ranges::count(demand.group_hosts, candidate.host.name));
    }
};

}  // namespace

std::unique_ptr<Weigher> make_soft_anti_affinity_weigher() {
    return std::make_unique<ServerGroupSoftAntiAffinityWeigher>();
}

}  // namespace welkin::compute
