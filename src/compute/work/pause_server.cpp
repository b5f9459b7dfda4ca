// Pausing a server: its guest stands still in memory.
#include "compute/work/kinds.h"
#include "compute/work/server_work.h"
#include "compute/work/workflows.h"

namespace welkin::compute {

namespace {

Task<work::Effects> pause_guest(ServerWork& work, State& state) {
    co_await state.host(work.host).pause(work.server_id);
    co_return work::Effects();
}

constexpr const char* event = "compute_pause_instance";

void finish(sql::Transaction& tx, ServerWork& work, State& state) {
    settle(tx, state, work, VmState::paused, PowerState::paused);
    log_event(tx, work, "pause", event);
}

void fail(sql::Transaction& tx, ServerWork& work, State& state, const Error& why) {
    settle_in_error(tx, state, work, why);
    log_event(tx, work, "pause", event, &why);
}

}  // namespace

const ServerWorkflow pause_server = {
    .kind = "compute.pause_server",
    .fields = server_work_fields,
    .steps = {{"pause", pause_guest}},
    .finish = finish,
    .fail = fail,
};

void start_pause(sql::Transaction& tx, State& state, Server server, const history::Author& author) {
    take(tx, state, server, Action::pause, "pause", author);
    state.core.runner.start(tx, pause_server, workflow_object(server.id),
                            make_work(tx, server, author), author);
}

}  // namespace welkin::compute
