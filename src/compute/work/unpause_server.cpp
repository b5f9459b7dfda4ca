// Letting a paused server go on.
#include "compute/work/kinds.h"
#include "compute/work/server_work.h"
#include "compute/work/workflows.h"

namespace welkin::compute {

namespace {

Task<work::Effects> unpause_guest(ServerWork& work, State& state) {
    co_await state.host(work.host).unpause(work.server_id);
    co_return work::Effects();
}

constexpr const char* event = "compute_unpause_instance";

void finish(sql::Transaction& tx, ServerWork& work, State& state) {
    settle(tx, state, work, VmState::active, PowerState::running);
    log_event(tx, work, "unpause", event);
}

void fail(sql::Transaction& tx, ServerWork& work, State& state, const Error& why) {
    settle_in_error(tx, state, work, why);
    log_event(tx, work, "unpause", event, &why);
}

}  // namespace

const ServerWorkflow unpause_server = {
    .kind = "compute.unpause_server",
    .fields = server_work_fields,
    .steps = {{"unpause", unpause_guest}},
    .finish = finish,
    .fail = fail,
};

void start_unpause(sql::Transaction& tx, State& state, Server server,
                   const history::Author& author) {
    take(tx, state, server, Action::unpause, "unpause", author);
    state.core.runner.start(tx, unpause_server, workflow_object(server.id),
                            make_work(tx, server, author), author);
}

}  // namespace welkin::compute
