#pragma once
// The workflows of compute, one file each, and how they are started: each start_* commits the new
// task state, the action in the change log and the workflow with the caller's transaction. A server
// that is not in the state it was read in makes them throw conflict().
#include "compute/server.h"
#include "compute/state.h"
#include "core/history/history.h"
#include "core/work/runner.h"

namespace welkin::compute {

/// Declares every kind to the runner. Called once by Compute.
void add_workflows(work::Runner& runner, State& state);

/// For a server that was just inserted with its host and ports. The guest finds `admin_pass` on its
/// config drive, if it has one.
void start_build(sql::Transaction& tx, State& state, const Server& server,
                 const history::Author& author, const std::string& admin_pass);
void start_start(sql::Transaction& tx, State& state, Server server, const history::Author& author);
void start_stop(sql::Transaction& tx, State& state, Server server, const history::Author& author);
void start_reboot(sql::Transaction& tx, State& state, Server server, Action soft_or_hard,
                  const history::Author& author);
void start_pause(sql::Transaction& tx, State& state, Server server, const history::Author& author);
void start_unpause(sql::Transaction& tx, State& state, Server server,
                   const history::Author& author);
/// The image, key and user data are those that `server` and its row have by now. The guest finds
/// `admin_pass` as after start_build().
void start_rebuild(sql::Transaction& tx, State& state, Server server, const history::Author& author,
                   const std::string& admin_pass);
/// Interrupts whatever is being done to it. One that is on no host and has no workflow goes at
/// once; one that is being deleted already is left to that.
void start_delete(sql::Transaction& tx, State& state, Server server, const history::Author& author);

}  // namespace welkin::compute
