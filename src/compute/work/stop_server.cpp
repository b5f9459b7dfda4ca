// Stopping a server: its guest is asked to shut down, then ended.
#include "compute/work/kinds.h"
#include "compute/work/server_work.h"
#include "compute/work/workflows.h"

namespace welkin::compute {

namespace {

Task<work::Effects> stop_guest(ServerWork& work, State& state) {
    co_await state.host(work.host).stop(work.server_id, state.settings.stop_grace);
    co_await unplug_ports(state, work);
    co_return set_port_status(state, work, "DOWN");
}

constexpr const char* event = "compute_stop_instance";

void finish(sql::Transaction& tx, ServerWork& work, State& state) {
    settle(tx, state, work, VmState::stopped, PowerState::shut_down);
    log_event(tx, work, "stop", event);
}

void fail(sql::Transaction& tx, ServerWork& work, State& state, const Error& why) {
    settle_in_error(tx, state, work, why);
    log_event(tx, work, "stop", event, &why);
}

}  // namespace

const ServerWorkflow stop_server = {
    .kind = "compute.stop_server",
    .fields = server_work_fields,
    .steps = {{"stop", stop_guest}},
    .finish = finish,
    .fail = fail,
};

void start_stop(sql::Transaction& tx, State& state, Server server, const history::Author& author) {
    take(tx, state, server, Action::stop, "stop", author);
    state.core.runner.start(tx, stop_server, workflow_object(server.id),
                            make_work(tx, server, author), author);
}

}  // namespace welkin::compute
