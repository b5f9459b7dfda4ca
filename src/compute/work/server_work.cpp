#include "compute/work/server_work.h"

#include "network/network.h"

namespace welkin::compute {

const json::Fields<ServerWork> server_work_fields{"work",
                                                  "works",
                                                  {
                                                      {"server_id", &ServerWork::server_id},
                                                      {"host", &ServerWork::host},
                                                      {"hard", &ServerWork::hard},
                                                      {"stays_off", &ServerWork::stays_off},
                                                      {"admin_pass", &ServerWork::admin_pass},
                                                      {"request_id", &ServerWork::request_id},
                                                      {"user_id", &ServerWork::user_id},
                                                      {"project_id", &ServerWork::project_id},
                                                      {"started_at", &ServerWork::started_at},
                                                  }};

ServerWork make_work(sql::Transaction& tx, const Server& server, const history::Author& author) {
    return {.server_id = server.id,
            .host = server.host,
            .request_id = author.request_id,
            .user_id = author.user_id,
            .project_id = server.project_id,
            .started_at = tx.now()};
}

history::Author author_of(const ServerWork& work) {
    return {work.request_id, work.user_id, work.project_id};
}

void take(sql::Transaction& tx, State& state, Server& server, Action action,
          const char* action_name, const history::Author& author) {
    require_state(server, action);
    const auto before = server.task_state;
    server.task_state = task_of(action);
    if (!state.servers.update_if(tx, server, server.vm_state, before, {"task_state"})) {
        throw conflict("Instance {} was changed by another request: try again.", server.id);
    }
    history::append(tx, author,
                    {"compute", "server", server.id.value, action_name, {}, server.project_id});
}

void log_event(sql::Transaction& tx, const ServerWork& work, const char* action, const char* event,
               const Error* failure) {
    json::Value detail = json::Object{{"event", event},
                                      {"result", failure ? "Error" : "Success"},
                                      {"started_at", to_micros(work.started_at)},
                                      {"host", work.host.value}};
    if (failure) {
        detail.set("why", failure->cause.empty() ? failure->message
                                                 : failure->message + " (" + failure->cause + ")");
    }
    history::append(
        tx, author_of(work),
        {"compute", "server", work.server_id.value, action, std::move(detail), work.project_id});
}

void settle(sql::Transaction& tx, State& state, const ServerWork& work, VmState vm_state,
            PowerState power_state) {
    auto server = state.servers.find(tx, work.server_id);
    if (!server || server->task_state == TaskState::deleting) {
        return;
    }
    if (vm_state == VmState::active && !server->launched_at) {
        server->launched_at = tx.now();
    }
    server->vm_state = vm_state;
    server->task_state = TaskState::none;
    server->power_state = power_state;
    state.servers.update(tx, *server, {"vm_state", "task_state", "power_state", "launched_at"});
}

void settle_in_error(sql::Transaction& tx, State& state, const ServerWork& work, const Error& why) {
    auto server = state.servers.find(tx, work.server_id);
    if (!server || server->task_state == TaskState::deleting) {
        return;
    }
    server->vm_state = VmState::error;
    server->task_state = TaskState::none;
    server->fault_code = 500;
    server->fault_message = why.message;
    server->fault_details = why.cause;
    server->fault_at = tx.now();
    state.servers.update(
        tx, *server,
        {"vm_state", "task_state", "fault_code", "fault_message", "fault_details", "fault_at"});
}

namespace {

Task<std::vector<network::PortView>> ports_of(State& state, ServerId id) {
    co_return co_await state.core.database.read(
        [&](sql::Transaction& tx) { return state.network.ports_of(tx, id); });
}

}  // namespace

Task<std::vector<GuestNic>> plug_ports(State& state, const ServerWork& work) {
    std::vector<GuestNic> nics;
    for (const auto& port : co_await ports_of(state, work.server_id)) {
        const auto plugged = co_await state.network.plug(work.host, port.id);
        nics.push_back({.port_id = port.id,
                        .mac_address = port.mac_address,
                        .tap = plugged.tap,
                        .mtu = plugged.mtu});
    }
    co_return nics;
}

Task<void> unplug_ports(State& state, const ServerWork& work) {
    for (const auto& port : co_await ports_of(state, work.server_id)) {
        co_await state.network.unplug(work.host, port.id);
    }
}

work::Effects set_port_status(State& state, const ServerWork& work, const char* status) {
    return [&state, id = work.server_id, status](sql::Transaction& tx) {
        for (const auto& port : state.network.ports_of(tx, id)) {
            if (port.status != status) {
                state.network.set_port_status(tx, port.id, status);
            }
        }
    };
}

namespace {

/// Lets `task` fail if the host it is for is down.
Task<void> unless_down(State& state, HostName name, Task<void> task) {
    std::exception_ptr failure;
    try {
        co_await std::move(task);
    } catch (const work::DriverError&) {
        failure = std::current_exception();
    }
    if (!failure) {
        co_return;
    }
    const bool up = co_await state.core.database.read([&](sql::Transaction& tx) {
        const auto host = state.host_rows.find(tx, name);
        return host && host->is_up(tx.now(), state.settings.service_down_time);
    });
    if (up) {
        std::rethrow_exception(failure);
    }
}

}  // namespace

Task<void> destroy_guest(State& state, const ServerWork& work) {
    if (!work.host.empty()) {
        co_await unless_down(state, work.host, state.host(work.host).destroy(work.server_id));
    }
}

Task<void> clear_host(State& state, const ServerWork& work) {
    co_await destroy_guest(state, work);
    if (!work.host.empty()) {
        co_await unless_down(state, work.host, unplug_ports(state, work));
    }
}

}  // namespace welkin::compute
