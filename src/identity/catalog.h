#pragma once
// The catalogue: regions, services and the endpoints where they are reached.
#include <optional>
#include <string>

#include "core/base/id.h"
#include "core/json/json.h"

namespace welkin::identity {

using RegionId = Id<struct RegionTag>;
using ServiceId = Id<struct ServiceTag>;
using EndpointId = Id<struct EndpointTag>;

struct Region {
    RegionId id;  ///< chosen by the operator: "RegionOne"
    std::optional<std::string> description = "";
    std::optional<RegionId> parent_region_id;
    json::Value extra{json::Object{}};
};

struct Service {
    ServiceId id;
    std::string type;  ///< "compute"
    std::optional<std::string> name;
    std::optional<std::string> description;
    bool enabled = true;
    json::Value extra{json::Object{}};
};

struct Endpoint {
    EndpointId id;
    ServiceId service_id;
    std::optional<RegionId> region_id;
    std::string interface;  ///< public, internal or admin
    /// May have "{base}" for the address by which the client reached us, and "$(project_id)s",
    /// "$(tenant_id)s", "$(user_id)s", also spelled with "%".
    std::string url;
    bool enabled = true;
    json::Value extra{json::Object{}};
};

/// `base` for "{base}"; the other marks stay.
std::string with_base(const std::string& url, std::string_view base);
/// Nothing if the URL has a mark that these do not fill: such endpoints are left out.
std::optional<std::string> fill_url(const std::string& url, std::string_view base,
                                    std::string_view project_id, std::string_view user_id);

}  // namespace welkin::identity
