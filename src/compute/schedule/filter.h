#pragma once
// Filter and Weigher: which hosts could take a server, and which of those is best. Each is one tiny
// class in its own file, named in table.cpp; sites choose with compute.enabled_filters.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compute/host.h"
#include "compute/server_group.h"
#include "placement/placement.h"

namespace welkin::compute {

/// A host as the scheduler sees it.
struct Candidate {
    Host host;
    bool up = false;
    std::string zone;
    placement::HostCapacity capacity;
};

/// What a new server needs.
struct Demand {
    placement::Resources resources;
    std::string zone;  ///< asked for; empty: any
    HostName host;     ///< asked for; empty: any
    std::map<std::string, std::string> image_properties;
    std::optional<ServerGroup> group;
    std::vector<HostName> group_hosts;      ///< of the group's members so far
    std::vector<HostName> same_hosts;       ///< hint same_host, as hosts
    std::vector<HostName> different_hosts;  ///< hint different_host, as hosts
};

class Filter {
public:
    virtual ~Filter() = default;
    virtual std::string_view name() const = 0;  ///< Nova's, where Nova has it
    /// Why the host will not do, as a clause ("2 of 4 vCPUs are free, 8 needed"); empty: it will.
    virtual std::string refuse(const Candidate& candidate, const Demand& demand) const = 0;
};

class Weigher {
public:
    virtual ~Weigher() = default;
    virtual std::string_view name() const = 0;
    /// The more the better, in a unit of its own: the scheduler brings weights to 0..1.
    virtual double weigh(const Candidate& candidate, const Demand& demand) const = 0;
};

/// By name; null for an unknown one.
std::unique_ptr<Filter> make_filter(std::string_view name);
std::unique_ptr<Weigher> make_weigher(std::string_view name);
/// All names, for messages.
std::vector<std::string> filter_names();
std::vector<std::string> weigher_names();

}  // namespace welkin::compute
