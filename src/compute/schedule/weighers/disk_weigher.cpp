// DiskWeigher: prefers hosts with more free disk.
#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class DiskWeigher : public Weigher {
public:
    std::string_view name() const override { return "DiskWeigher"; }
    double weigh(const Candidate& candidate, const Demand& /*demand*/) const override {
        return static_cast<double>(candidate.capacity.free().disk_gb);
    }
};

}  // namespace

std::unique_ptr<Weigher> make_disk_weigher() { return std::make_unique<DiskWeigher>(); }

}  // namespace welkin::compute
