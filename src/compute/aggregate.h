#pragma once
// Aggregate: a named set of hosts with metadata. One that has "availability_zone" is a zone.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace welkin::compute {

struct Aggregate {
    int64_t id = 0;
    std::string uuid;
    std::string name;
    std::map<std::string, std::string> metadata;
    std::vector<std::string> hosts;
    Time created_at{};
    std::optional<Time> updated_at;

    /// The zone it makes of its hosts; empty for none.
    std::string zone() const {
        auto found = metadata.find("availability_zone");
        return found == metadata.end() ? std::string() : found->second;
    }
};

}  // namespace welkin::compute
