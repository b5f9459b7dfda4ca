// ComputeFilter: the host is alive and enabled.
#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class ComputeFilter : public Filter {
public:
    std::string_view name() const override { return "ComputeFilter"; }
    std::string refuse(const Candidate& candidate, const Demand& /*demand*/) const override {
        if (!candidate.up) {
            return candidate.host.forced_down ? "it was forced down by an operator"
                                              : "it is down: no heartbeat";
        }
        if (candidate.host.disabled) {
            return "it is disabled: " + candidate.host.disabled_reason.value_or("no reason given");
        }
        return {};
    }
};

}  // namespace

std::unique_ptr<Filter> make_compute_filter() { return std::make_unique<ComputeFilter>(); }

}  // namespace welkin::compute
