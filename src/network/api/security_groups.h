#pragma once
// The security-groups and security-group-rules resources.
#include "core/http/reply.h"
#include "core/http/request.h"
#include "network/network.h"

namespace welkin::network {

Task<http::Reply> create_security_group(http::Request& request, Network::State& network);
Task<http::Reply> list_security_groups(http::Request& request, Network::State& network);
Task<http::Reply> show_security_group(http::Request& request, Network::State& network);
Task<http::Reply> update_security_group(http::Request& request, Network::State& network);
Task<http::Reply> delete_security_group(http::Request& request, Network::State& network);

Task<http::Reply> create_security_group_rule(http::Request& request, Network::State& network);
Task<http::Reply> list_security_group_rules(http::Request& request, Network::State& network);
Task<http::Reply> show_security_group_rule(http::Request& request, Network::State& network);
Task<http::Reply> delete_security_group_rule(http::Request& request, Network::State& network);

/// Throws SecurityGroupNotFound() if the project's group "default" has to be made and cannot.
Task<void> ensure_default_group(http::Request& request, Network::State& network);

}  // namespace welkin::network
