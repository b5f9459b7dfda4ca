#pragma once
// How a port looks on the wire, and what a list of ports can be narrowed by.
#include <string>
#include <vector>

#include "core/http/request.h"
#include "core/json/fields.h"
#include "network/api/listing.h"
#include "network/port.h"
#include "network/store/scope.h"

namespace welkin::network {

/// A port with what only requests and views have.
struct PortBody : Port {
    std::string dns_suffix;  ///< of the domain names in views
};

extern const json::Fields<PortBody> port_fields;
extern const json::PageRules port_page_rules;
extern const std::vector<Guarded> guarded_port_attributes;

/// Null where clients mean empty is made so; fields without meaning here are dropped.
json::Value tidy_port(const json::Value& body);

/// ?fixed_ips=ip_address=10.0.0.5, ?security_groups=<id>, ?tags= and the project's own view.
Scope port_scope(const http::Request& request);

}  // namespace welkin::network
