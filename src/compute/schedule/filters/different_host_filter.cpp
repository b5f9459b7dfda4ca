// DifferentHostFilter: the hint different_host: apart from all of these servers.
#include <algorithm>

#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class DifferentHostFilter : public Filter {
public:
    std::string_view name() const override { return "DifferentHostFilter"; }
    std::string refuse(const Candidate& candidate, const Demand& demand) const override {
        if (std::ranges::find(demand.different_hosts, candidate.host.name) ==
            demand.different_hosts.end()) {
            return {};
        }
        return "a server named by different_host is on it";
    }
};

}  // namespace

std::unique_ptr<Filter> make_different_host_filter() {
    return std::make_unique<DifferentHostFilter>();
}

}  // namespace welkin::compute
