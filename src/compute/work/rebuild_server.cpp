// Rebuilding a server: its guest is made anew from its image, which may be another one, on the same
// host, with the same ports and addresses. There is no way back to the old disk, so nothing is
// undone: what fails leaves the server in ERROR, and it can be rebuilt again.
#include "compute/work/guest_spec.h"
#include "compute/work/kinds.h"
#include "compute/work/server_work.h"
#include "compute/work/workflows.h"

namespace welkin::compute {

namespace {

Task<work::Effects> remove_guest(ServerWork& work, State& state) {
    co_await destroy_guest(state, work);
    co_return [&state, &work](sql::Transaction& tx) {
        if (auto server = state.servers.find(tx, work.server_id);
            server && server->task_state == TaskState::rebuilding) {
            server->task_state = TaskState::rebuild_spawning;
            state.servers.update(tx, *server, {"task_state"});
        }
    };
}

Task<work::Effects> create_guest(ServerWork& work, State& state) {
    auto spec = co_await make_guest_spec(work, state);
    co_await state.host(work.host).create(std::move(spec));
    co_return work::Effects();
}

Task<work::Effects> start_guest(ServerWork& work, State& state) {
    if (work.stays_off) {
        co_return work::Effects();
    }
    auto nics = co_await plug_ports(state, work);
    co_await state.host(work.host).start(work.server_id, std::move(nics));
    co_return set_port_status(state, work, "ACTIVE");
}

constexpr const char* event = "compute_rebuild_instance";

void finish(sql::Transaction& tx, ServerWork& work, State& state) {
    if (work.stays_off) {
        settle(tx, state, work, VmState::stopped, PowerState::shut_down);
    } else {
        settle(tx, state, work, VmState::active, PowerState::running);
    }
    log_event(tx, work, "rebuild", event);
}

void fail(sql::Transaction& tx, ServerWork& work, State& state, const Error& why) {
    settle_in_error(tx, state, work, why);
    log_event(tx, work, "rebuild", event, &why);
}

}  // namespace

const ServerWorkflow rebuild_server = {
    .kind = "compute.rebuild_server",
    .fields = server_work_fields,
    .steps = {{"remove", remove_guest}, {"create", create_guest}, {"start", start_guest}},
    .finish = finish,
    .fail = fail,
};

void start_rebuild(sql::Transaction& tx, State& state, Server server, const history::Author& author,
                   const std::string& admin_pass) {
    take(tx, state, server, Action::rebuild, "rebuild", author);
    auto work = make_work(tx, server, author);
    work.stays_off = server.vm_state == VmState::stopped;
    if (server.config_drive) {
        work.admin_pass = admin_pass;
    }
    state.core.runner.start(tx, rebuild_server, workflow_object(server.id), work, author);
}

}  // namespace welkin::compute
