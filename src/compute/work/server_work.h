#pragma once
// ServerWork: the context that all workflows on one server share, and how they end.
#include <functional>
#include <string>
#include <vector>

#include "compute/server.h"
#include "compute/state.h"
#include "core/history/history.h"
#include "core/json/fields.h"
#include "core/work/workflow.h"

namespace welkin::compute {

struct ServerWork {
    ServerId server_id;
    HostName host;
    bool hard = false;       ///< of a reboot
    bool stays_off = false;  ///< of a rebuild
    std::string admin_pass;  ///< of one that makes a config drive; gone with the workflow
    std::string request_id;  ///< on whose behalf
    UserId user_id;
    ProjectId project_id;
    Time started_at{};
};
extern const json::Fields<ServerWork> server_work_fields;

using ServerStep = work::Step<ServerWork, State>;
using ServerWorkflow = work::Workflow<ServerWork, State>;

ServerWork make_work(sql::Transaction& tx, const Server& server, const history::Author& author);
history::Author author_of(const ServerWork& work);

/// Takes the server for an action: sets the task state, appends the action. Throws conflict() if it
/// is no longer as it was read.
void take(sql::Transaction& tx, State& state, Server& server, Action action,
          const char* action_name, const history::Author& author);

/// The event of an action in the change log, as os-instance-actions shows it.
void log_event(sql::Transaction& tx, const ServerWork& work, const char* action, const char* event,
               const Error* failure = nullptr);

/// Ends well: the new states, unless a delete has taken the server meanwhile.
void settle(sql::Transaction& tx, State& state, const ServerWork& work, VmState vm_state,
            PowerState power_state);
/// Ends badly: ERROR with the reason, unless a delete has taken the server meanwhile.
void settle_in_error(sql::Transaction& tx, State& state, const ServerWork& work, const Error& why);

/// Connects all ports of the server on its host; the result is what the driver needs.
Task<std::vector<GuestNic>> plug_ports(State& state, const ServerWork& work);
Task<void> unplug_ports(State& state, const ServerWork& work);
work::Effects set_port_status(State& state, const ServerWork& work, const char* status);

/// Removes the guest from its host. A host that is down is passed over: it destroys what it does
/// not own when it comes back (Hosts::adopt).
Task<void> destroy_guest(State& state, const ServerWork& work);
/// Removes the guest, then the ports it was connected to, from its host; passes over likewise.
Task<void> clear_host(State& state, const ServerWork& work);

}  // namespace welkin::compute
