#pragma once
// Every URL of the network service.
#include <span>

#include "core/http/api.h"
#include "network/network.h"

namespace welkin::network {

std::span<const http::Route<Network::State>> routes();
/// Those above the version's prefix.
std::span<const http::Route<Network::State>> version_routes();

}  // namespace welkin::network
