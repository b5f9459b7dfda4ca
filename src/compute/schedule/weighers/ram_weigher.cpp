// RAMWeigher: prefers hosts with more free memory.
#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class RAMWeigher : public Weigher {
public:
    std::string_view name() const override { return "RAMWeigher"; }
    double weigh(const Candidate& candidate, const Demand& /*demand*/) const override {
        return static_cast<double>(candidate.capacity.free().memory_mb);
    }
};

}  // namespace

std::unique_ptr<Weigher> make_ram_weigher() { return std::make_unique<RAMWeigher>(); }

}  // namespace welkin::compute
