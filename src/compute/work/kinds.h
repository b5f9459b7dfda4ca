#pragma once
// Every workflow of compute, for the runner.
#include "compute/work/server_work.h"

namespace welkin::compute {

extern const ServerWorkflow build_server;
extern const ServerWorkflow start_server;
extern const ServerWorkflow stop_server;
extern const ServerWorkflow reboot_server;
extern const ServerWorkflow pause_server;
extern const ServerWorkflow unpause_server;
extern const ServerWorkflow rebuild_server;
extern const ServerWorkflow delete_server_workflow;

}  // namespace welkin::compute
