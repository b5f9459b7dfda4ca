#pragma once
// The fake data plane: every port is connected at once and nothing on the host changes. For tests
// of the API and of scale.
#include "network/host/host_network.h"

namespace welkin::network {

std::unique_ptr<HostDriver> make_fake_driver(DriverEnvironment around);

}  // namespace welkin::network
