#pragma once
// What of the host's side hangs on the control plane: the metadata service and the consoles.
namespace welkin::compute {

struct State;

/// Mounts the console's routes and serves the metadata address. Called once by Compute.
void mount_host_services(State& state);

}  // namespace welkin::compute
