#pragma once
// Scheduler: chooses a host for a new server, inside the transaction that makes it.
#include <memory>
#include <string>
#include <vector>

#include "compute/schedule/filter.h"

namespace welkin::compute {

/// Why each host was refused, in the order of their names.
struct Refusal {
    std::string host;
    std::string filter;
    std::string reason;
};

struct Choice {
    HostName host;  ///< empty: none will do
    std::vector<Refusal> refusals;
};

/// "No valid host was found. host1: RamFilter 512 of 2048 MB are free, 4096 needed; host2: ..."
std::string no_valid_host(const std::vector<Refusal>& refusals);

class Scheduler {
public:
    /// Throws bad_request() for an unknown filter or weigher, naming those there are.
    Scheduler(const std::vector<std::string>& filters, const std::vector<std::string>& weighers);

    Choice choose(const std::vector<Candidate>& candidates, const Demand& demand) const;

private:
    std::vector<std::unique_ptr<Filter>> filters_;
    std::vector<std::unique_ptr<Weigher>> weighers_;
};

}  // namespace welkin::compute
