// Starting a stopped server.
#include "compute/work/kinds.h"
#include "compute/work/server_work.h"
#include "compute/work/workflows.h"

namespace welkin::compute {

namespace {

Task<work::Effects> start_guest(ServerWork& work, State& state) {
    auto nics = co_await plug_ports(state, work);
    co_await state.host(work.host).start(work.server_id, std::move(nics));
    co_return set_port_status(state, work, "ACTIVE");
}

constexpr const char* event = "compute_start_instance";

void finish(sql::Transaction& tx, ServerWork& work, State& state) {
    settle(tx, state, work, VmState::active, PowerState::running);
    log_event(tx, work, "start", event);
}

void fail(sql::Transaction& tx, ServerWork& work, State& state, const Error& why) {
    settle_in_error(tx, state, work, why);
    log_event(tx, work, "start", event, &why);
}

}  // namespace

const ServerWorkflow start_server = {
    .kind = "compute.start_server",
    .fields = server_work_fields,
    .steps = {{"start", start_guest}},
    .finish = finish,
    .fail = fail,
};

void start_start(sql::Transaction& tx, State& state, Server server, const history::Author& author) {
    take(tx, state, server, Action::start, "start", author);
    state.core.runner.start(tx, start_server, workflow_object(server.id),
                            make_work(tx, server, author), author);
}

}  // namespace welkin::compute
