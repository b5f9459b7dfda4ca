// Deleting a server: the guest goes, then everything the server held, in one transaction.
#include "compute/work/kinds.h"
#include "compute/work/server_work.h"
#include "compute/work/workflows.h"
#include "network/network.h"

namespace welkin::compute {

namespace {

Task<work::Effects> remove_guest(ServerWork& work, State& state) {
    co_await clear_host(state, work);
    co_return work::Effects();
}

constexpr const char* event = "compute_terminate_instance";

/// The row and all that hangs on it.
void erase(sql::Transaction& tx, State& state, const ServerWork& work) {
    state.placement.release(tx, work.server_id);
    state.network.detach(tx, author_of(work), work.server_id);
    state.server_groups.remove_member(tx, work.server_id);
    state.consoles.erase_of(tx, work.server_id);
    state.servers.erase(tx, work.server_id);
    log_event(tx, work, "delete", event);
}

void finish(sql::Transaction& tx, ServerWork& work, State& state) { erase(tx, state, work); }

/// The server could not be removed from its host: it is in ERROR and can be deleted again.
void fail(sql::Transaction& tx, ServerWork& work, State& state, const Error& why) {
    if (auto server = state.servers.find(tx, work.server_id)) {
        server->task_state = TaskState::none;
        state.servers.update(tx, *server, {"task_state"});
    }
    settle_in_error(tx, state, work, why);
    log_event(tx, work, "delete", event, &why);
}

}  // namespace

const ServerWorkflow delete_server_workflow = {
    .kind = "compute.delete_server",
    .fields = server_work_fields,
    .steps = {{"remove", remove_guest}},
    .finish = finish,
    .fail = fail,
};

void start_delete(sql::Transaction& tx, State& state, Server server,
                  const history::Author& author) {
    const auto object = workflow_object(server.id);
    const bool busy = state.core.runner.busy(tx, object);
    if (server.task_state == TaskState::deleting && busy) {
        return;
    }
    take(tx, state, server, Action::remove, "delete", author);
    const auto work = make_work(tx, server, author);
    if (server.host.empty() && !busy) {
        erase(tx, state, work);
        return;
    }
    state.core.runner.start(tx, delete_server_workflow, object, work, author, work::Interrupt::yes);
}

}  // namespace welkin::compute
