// Rebooting a server: a soft one resets the guest; a hard one, or a soft one that the guest or the
// driver will not do, ends it and starts it afresh from whatever state it is in.
#include "compute/work/kinds.h"
#include "compute/work/server_work.h"
#include "compute/work/workflows.h"
#include "core/observe/log.h"

namespace welkin::compute {

namespace {

/// True if the guest rebooted by itself.
Task<bool> reboot_softly(ServerWork& work, State& state) {
    try {
        co_await state.host(work.host).reboot(work.server_id);
    } catch (const Error& error) {
        log::info("soft reboot failed, trying a hard one",
                  {{"server", work.server_id}, {"why", error.message}});
        co_return false;
    }
    co_return true;
}

Task<work::Effects> reboot_guest(ServerWork& work, State& state) {
    if (!work.hard && co_await reboot_softly(work, state)) {
        co_return work::Effects();
    }
    auto host = state.host(work.host);
    co_await host.stop(work.server_id, Duration(0));
    auto nics = co_await plug_ports(state, work);
    co_await host.start(work.server_id, std::move(nics));
    co_return set_port_status(state, work, "ACTIVE");
}

constexpr const char* event = "compute_reboot_instance";

void finish(sql::Transaction& tx, ServerWork& work, State& state) {
    settle(tx, state, work, VmState::active, PowerState::running);
    log_event(tx, work, "reboot", event);
}

void fail(sql::Transaction& tx, ServerWork& work, State& state, const Error& why) {
    settle_in_error(tx, state, work, why);
    log_event(tx, work, "reboot", event, &why);
}

}  // namespace

const ServerWorkflow reboot_server = {
    .kind = "compute.reboot_server",
    .fields = server_work_fields,
    .steps = {{"reboot", reboot_guest}},
    .finish = finish,
    .fail = fail,
};

void start_reboot(sql::Transaction& tx, State& state, Server server, Action soft_or_hard,
                  const history::Author& author) {
    take(tx, state, server, soft_or_hard, "reboot", author);
    auto work = make_work(tx, server, author);
    work.hard = soft_or_hard == Action::hard_reboot;
    state.core.runner.start(tx, reboot_server, workflow_object(server.id), work, author);
}

}  // namespace welkin::compute
