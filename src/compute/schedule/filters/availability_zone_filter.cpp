// AvailabilityZoneFilter: the host is in the zone asked for.
#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class AvailabilityZoneFilter : public Filter {
public:
    std::string_view name() const override { return "AvailabilityZoneFilter"; }
    std::string refuse(const Candidate& candidate, const Demand& demand) const override {
        if (demand.zone.empty() || demand.zone == candidate.zone) {
            return {};
        }
        return fmt::format("it is in zone {}, not {}", candidate.zone, demand.zone);
    }
};

}  // namespace

std::unique_ptr<Filter> make_availability_zone_filter() {
    return std::make_unique<AvailabilityZoneFilter>();
}

}  // namespace welkin::compute
