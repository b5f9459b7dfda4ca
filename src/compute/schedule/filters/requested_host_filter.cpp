// RequestedHostFilter: the host is the one asked for, if one was.
#include "compute/schedule/table.h"

namespace welkin::compute {

namespace {

class RequestedHostFilter : public Filter {
public:
    std::string_view name() const override { return "RequestedHostFilter"; }
    std::string refuse(const Candidate& candidate, const Demand& demand) const override {
        if (demand.host.empty() || demand.host == candidate.host.name) {
            return {};
        }
        return fmt::format("host {} was asked for", demand.host);
    }
};

}  // namespace

std::unique_ptr<Filter> make_requested_host_filter() {
    return std::make_unique<RequestedHostFilter>();
}

}  // namespace welkin::compute
