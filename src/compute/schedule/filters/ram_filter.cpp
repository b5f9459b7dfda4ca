// RamFilter: there is enough memory left.
#include <algorithm>

#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class RamFilter : public Filter {
public:
    std::string_view name() const override { return "RamFilter"; }
    std::string refuse(const Candidate& candidate, const Demand& demand) const override {
        const auto capacity =
            candidate.capacity.free().memory_mb + candidate.capacity.used.memory_mb;
        const auto free = std::max<int64_t>(candidate.capacity.free().memory_mb, 0);
        if (demand.resources.memory_mb > free) {
            return fmt::format("{} of {} MB of memory are free, {} needed", free, capacity,
                               demand.resources.memory_mb);
        }
        return {};
    }
};

}  // namespace

std::unique_ptr<Filter> make_ram_filter() { return std::make_unique<RamFilter>(); }

}  // namespace welkin::compute
