// ServerGroupAffinityFilter: all servers of an affinity group share a host.
#include <algorithm>

#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class ServerGroupAffinityFilter : public Filter {
public:
    std::string_view name() const override { return "ServerGroupAffinityFilter"; }
    std::string refuse(const Candidate& candidate, const Demand& demand) const override {
        if (!demand.group || demand.group->policy != "affinity" || demand.group_hosts.empty() ||
            std::ranges::find(demand.group_hosts, candidate.host.name) !=
                demand.group_hosts.end()) {
            return {};
        }
        return fmt::format("the servers of affinity group {} are elsewhere", demand.group->name);
    }
};

}  // namespace

std::unique_ptr<Filter> make_server_group_affinity_filter() {
    return std::make_unique<ServerGroupAffinityFilter>();
}

}  // namespace welkin::compute
