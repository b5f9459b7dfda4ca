#pragma once
// The quotas resource.
#include "core/http/reply.h"
#include "core/http/request.h"
#include "network/network.h"

namespace welkin::network {

Task<http::Reply> list_quotas(http::Request& request, Network::State& network);
Task<http::Reply> show_quota(http::Request& request, Network::State& network);
Task<http::Reply> show_default_quota(http::Request& request, Network::State& network);
Task<http::Reply> show_quota_details(http::Request& request, Network::State& network);
Task<http::Reply> update_quota(http::Request& request, Network::State& network);
Task<http::Reply> delete_quota(http::Request& request, Network::State& network);
Task<http::Reply> show_quota_project(http::Request& request, Network::State& network);

}  // namespace welkin::network
