// Building a server: its guest is made on the host, connected and started. Whatever fails, nothing
// of it stays but the server in ERROR, which says why.
#include "compute/work/guest_spec.h"
#include "compute/work/kinds.h"
#include "compute/work/server_work.h"
#include "compute/work/workflows.h"
#include "network/network.h"

namespace welkin::compute {

namespace {

Task<work::Effects> create_guest(ServerWork& work, State& state) {
    auto spec = co_await make_guest_spec(work, state);
    co_await state.host(work.host).create(std::move(spec));
    co_return [&state, &work](sql::Transaction& tx) {
        if (auto server = state.servers.find(tx, work.server_id);
            server && server->task_state == TaskState::networking) {
            server->task_state = TaskState::spawning;
            state.servers.update(tx, *server, {"task_state"});
        }
    };
}

Task<work::Effects> remove_guest(ServerWork& work, State& state) {
    co_await destroy_guest(state, work);
    co_return work::Effects();
}

Task<work::Effects> start_guest(ServerWork& work, State& state) {
    auto nics = co_await plug_ports(state, work);
    co_await state.host(work.host).start(work.server_id, std::move(nics));
    co_return set_port_status(state, work, "ACTIVE");
}

Task<work::Effects> remove_all(ServerWork& work, State& state) {
    co_await clear_host(state, work);
    co_return work::Effects();
}

constexpr const char* event = "compute__do_build_and_run_instance";

void finish(sql::Transaction& tx, ServerWork& work, State& state) {
    settle(tx, state, work, VmState::active, PowerState::running);
    log_event(tx, work, "create", event);
}

/// The server stays, in ERROR, but holds nothing: no host, no room on it, no ports.
void fail(sql::Transaction& tx, ServerWork& work, State& state, const Error& why) {
    settle_in_error(tx, state, work, why);
    state.placement.release(tx, work.server_id);
    state.network.detach(tx, author_of(work), work.server_id);
    if (auto server = state.servers.find(tx, work.server_id)) {
        server->host = {};
        state.servers.update(tx, *server, {"host"});
    }
    log_event(tx, work, "create", event, &why);
}

}  // namespace

const ServerWorkflow build_server = {
    .kind = "compute.build_server",
    .fields = server_work_fields,
    .steps = {{"create", create_guest, remove_guest}, {"start", start_guest, remove_all}},
    .finish = finish,
    .fail = fail,
};

void start_build(sql::Transaction& tx, State& state, const Server& server,
                 const history::Author& author, const std::string& admin_pass) {
    auto work = make_work(tx, server, author);
    if (server.config_drive) {
        work.admin_pass = admin_pass;
    }
    state.core.runner.start(tx, build_server, workflow_object(server.id), work, author);
}

}  // namespace welkin::compute
