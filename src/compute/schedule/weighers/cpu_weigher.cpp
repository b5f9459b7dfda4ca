// CPUWeigher: prefers hosts with more free processors.
#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class CPUWeigher : public Weigher {
public:
    std::string_view name() const override { return "CPUWeigher"; }
    double weigh(const Candidate& candidate, const Demand& /*demand*/) const override {
        return static_cast<double>(candidate.capacity.free().vcpus);
    }
};

}  // namespace

std::unique_ptr<Weigher> make_cpu_weigher() { return std::make_unique<CPUWeigher>(); }

}  // namespace welkin::compute
