// DiskFilter: there is enough disk left.
#include <algorithm>

#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class DiskFilter : public Filter {
public:
    std::string_view name() const override { return "DiskFilter"; }
    std::string refuse(const Candidate& candidate, const Demand& demand) const override {
        const auto capacity = candidate.capacity.free().disk_gb + candidate.capacity.used.disk_gb;
        const auto free = std::max<int64_t>(candidate.capacity.free().disk_gb, 0);
        if (demand.resources.disk_gb > free) {
            return fmt::format("{} of {} GB of disk are free, {} needed", free, capacity,
                               demand.resources.disk_gb);
        }
        return {};
    }
};

}  // namespace

std::unique_ptr<Filter> make_disk_filter() { return std::make_unique<DiskFilter>(); }

}  // namespace welkin::compute
