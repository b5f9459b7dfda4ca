// SameHostFilter: the hint same_host: beside one of these servers.
#include <algorithm>

#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class SameHostFilter : public Filter {
public:
    std::string_view name() const override { return "SameHostFilter"; }
    std::string refuse(const Candidate& candidate, const Demand& demand) const override {
        if (demand.same_hosts.empty() ||
            std::ranges::find(demand.same_hosts, candidate.host.name) != demand.same_hosts.end()) {
            return {};
        }
        return "none of the servers named by same_host is on it";
    }
};

}  // namespace

std::unique_ptr<Filter> make_same_host_filter() { return std::make_unique<SameHostFilter>(); }

}  // namespace welkin::compute
