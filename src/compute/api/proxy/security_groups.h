#pragma once
// Security groups as Nova showed them before network had them: up to 2.35, all but the list of a
// server's groups. Each call asks network on the caller's behalf and turns the answer round; egress
// rules, which this old API does not know, are left out.
#include "compute/state.h"
#include "core/http/request.h"

namespace welkin::compute {

Task<http::Reply> list_security_groups(http::Request& request, State& compute);
Task<http::Reply> show_security_group(http::Request& request, State& compute);
Task<http::Reply> create_security_group(http::Request& request, State& compute);
Task<http::Reply> update_security_group(http::Request& request, State& compute);
Task<http::Reply> delete_security_group(http::Request& request, State& compute);
/// GET /servers/{id}/os-security-groups, in every version.
Task<http::Reply> list_server_security_groups(http::Request& request, State& compute);

// In security_group_rules.cpp.
Task<http::Reply> create_security_group_rule(http::Request& request, State& compute);
Task<http::Reply> delete_security_group_rule(http::Request& request, State& compute);

/// The names and owners of groups by id, for rules that name other groups.
using GroupOwners = std::map<std::string, std::pair<std::string, std::string>>;
/// {"id": ..., "ip_protocol": "tcp", "group": {}, "ip_range": {"cidr": ...}, ...}
void write_security_group_rule(json::Writer& writer, const json::Value& rule,
                               const GroupOwners& owners);
/// Asks network's security API. What network says is in conflict is a bad request in this one.
Task<json::Value> ask_network(const http::Request& behalf, State& compute, http::Method method,
                              std::string path, json::Value body = {});

}  // namespace welkin::compute
