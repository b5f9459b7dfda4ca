#pragma once
// What clients ask before anything else: versions, extensions, availability zones.
#include "core/http/reply.h"
#include "core/http/request.h"
#include "network/network.h"

namespace welkin::network {

Task<http::Reply> list_versions(http::Request& request, Network::State& network);
Task<http::Reply> show_version(http::Request& request, Network::State& network);
Task<http::Reply> list_extensions(http::Request& request, Network::State& network);
Task<http::Reply> show_extension(http::Request& request, Network::State& network);
Task<http::Reply> list_availability_zones(http::Request& request, Network::State& network);

}  // namespace welkin::network
