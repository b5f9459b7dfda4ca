// CoreFilter: there are enough virtual processors left.
#include <algorithm>

#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class CoreFilter : public Filter {
public:
    std::string_view name() const override { return "CoreFilter"; }
    std::string refuse(const Candidate& candidate, const Demand& demand) const override {
        const auto capacity = candidate.capacity.free().vcpus + candidate.capacity.used.vcpus;
        if (demand.resources.vcpus > candidate.capacity.inventory.total.vcpus) {
            return fmt::format("it has {} processors, {} needed at once",
                               candidate.capacity.inventory.total.vcpus, demand.resources.vcpus);
        }
        const auto free = std::max<int64_t>(candidate.capacity.free().vcpus, 0);
        if (demand.resources.vcpus > free) {
            return fmt::format("{} of {} vCPUs are free, {} needed", free, capacity,
                               demand.resources.vcpus);
        }
        return {};
    }
};

}  // namespace

std::unique_ptr<Filter> make_core_filter() { return std::make_unique<CoreFilter>(); }

}  // namespace welkin::compute
