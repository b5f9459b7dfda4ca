#pragma once
// AggregateStore: host aggregates (compute_aggregate).
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compute/aggregate.h"
#include "core/base/id.h"
#include "core/sql/database.h"

namespace welkin::compute {

class AggregateStore {
public:
    /// Gives it the next number. Throws conflict() for a taken name.
    void insert(sql::Transaction& tx, Aggregate& aggregate);
    Aggregate get(sql::Transaction& tx, int64_t id);  ///< throws not_found()
    std::vector<Aggregate> list(sql::Transaction& tx);
    void update(sql::Transaction& tx, Aggregate& aggregate);  ///< conflict() for a taken name
    void erase(sql::Transaction& tx, int64_t id);

    /// Host → zone, for hosts that are in a zone.
    std::map<std::string, std::string> zones(sql::Transaction& tx);
};

}  // namespace welkin::compute
