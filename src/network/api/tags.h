#pragma once
// Tags of networks, subnets, ports and security groups: /{collection}/{id}/tags.
#include "core/http/reply.h"
#include "core/http/request.h"
#include "network/network.h"

namespace welkin::network {

Task<http::Reply> list_tags(http::Request& request, Network::State& network);
Task<http::Reply> replace_tags(http::Request& request, Network::State& network);
Task<http::Reply> delete_tags(http::Request& request, Network::State& network);
Task<http::Reply> show_tag(http::Request& request, Network::State& network);
Task<http::Reply> add_tag(http::Request& request, Network::State& network);
Task<http::Reply> delete_tag(http::Request& request, Network::State& network);

}  // namespace welkin::network
