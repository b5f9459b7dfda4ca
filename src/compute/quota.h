#pragma once
// Quota: how much of each resource a project may have. Use is counted from the rows themselves, in
// the transaction that adds to them.
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/http/version.h"

namespace welkin::compute {

struct QuotaResource {
    const char* name;  ///< "instances"
    int64_t default_limit;
    VersionRange shown{};  ///< in which microversions of the API it is seen
};

/// Every resource, in the order of Nova's documents.
std::span<const QuotaResource> quota_resources();
bool is_quota_resource(std::string_view name);

/// Limits by resource name; -1 means without limit.
using Limits = std::map<std::string, int64_t, std::less<>>;

inline constexpr int64_t no_limit = -1;

/// True if `used + more` is within the limit.
constexpr bool within(int64_t limit, int64_t used, int64_t more) {
    return limit == no_limit || used + more <= limit;
}

}  // namespace welkin::compute
