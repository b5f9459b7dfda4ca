#pragma once
// POST /servers/{id}/action: one handler for each action, told apart by the member of the body.
#include "compute/state.h"
#include "core/http/request.h"

namespace welkin::compute {

Task<http::Reply> start_action(http::Request& request, State& compute);
Task<http::Reply> stop_action(http::Request& request, State& compute);
Task<http::Reply> reboot_action(http::Request& request, State& compute);
Task<http::Reply> pause_action(http::Request& request, State& compute);
Task<http::Reply> unpause_action(http::Request& request, State& compute);
Task<http::Reply> lock_action(http::Request& request, State& compute);
Task<http::Reply> unlock_action(http::Request& request, State& compute);
Task<http::Reply> reset_state_action(http::Request& request, State& compute);
Task<http::Reply> force_delete_action(http::Request& request, State& compute);
Task<http::Reply> add_security_group_action(http::Request& request, State& compute);
Task<http::Reply> remove_security_group_action(http::Request& request, State& compute);

// In rebuild.cpp.
Task<http::Reply> rebuild_action(http::Request& request, State& compute);

// In unsupported.cpp: what Nova does and no hypervisor of ours.
Task<http::Reply> unsupported_action(http::Request& request, State& compute);
Task<http::Reply> restore_action(http::Request& request, State& compute);

// In consoles.cpp.
Task<http::Reply> console_output_action(http::Request& request, State& compute);
Task<http::Reply> vnc_console_action(http::Request& request, State& compute);
/// POST /servers/{id}/remote-consoles, from 2.6 on.
Task<http::Reply> create_remote_console(http::Request& request, State& compute);

}  // namespace welkin::compute
