#include "compute/hosts.h"

#include <algorithm>

#include "compute/state.h"
#include "compute/work/workflows.h"
#include "core/base/uuid.h"
#include "core/observe/log.h"

namespace welkin::compute {

namespace {

/// What hosts change by themselves has no request.
history::Author nobody(const ProjectId& project = {}) { return {"", {}, project}; }

void note(sql::Transaction& tx, const Server& server, const char* action) {
    history::append(tx, nobody(server.project_id),
                    {"compute", "server", server.id.value, action, {}, server.project_id});
}

bool should_run(const Server& server) {
    return server.vm_state == VmState::active || server.vm_state == VmState::paused;
}

/// Where a settled server lands when its guest is found in this state.
std::optional<VmState> state_after(const Server& server, PowerState found) {
    switch (found) {
        case PowerState::running:
            return server.vm_state == VmState::stopped || server.vm_state == VmState::paused
                       ? std::optional(VmState::active)
                       : std::nullopt;
        case PowerState::paused:
            return server.vm_state == VmState::active ? std::optional(VmState::paused)
                                                      : std::nullopt;
        case PowerState::shut_down:
        case PowerState::crashed:
            return should_run(server) ? std::optional(VmState::stopped) : std::nullopt;
        default:
            return std::nullopt;
    }
}

/// Brings the row up to what the hypervisor says, if nobody works on the server.
void correct(sql::Transaction& tx, State& state, Server server, PowerState found) {
    if (server.task_state != TaskState::none || server.vm_state == VmState::building) {
        return;
    }
    const auto vm_before = server.vm_state;
    const auto after = state_after(server, found);
    if (!after && server.power_state == found) {
        return;
    }
    server.power_state = found;
    server.vm_state = after.value_or(vm_before);
    if (state.servers.update_if(tx, server, vm_before, TaskState::none,
                                {"vm_state", "power_state"}) &&
        after) {
        note(tx, server, server.vm_state == VmState::stopped ? "stop" : "power_update");
    }
}

/// A settled server of the host whose guest is not running.
void bring_back(sql::Transaction& tx, State& state, Server server) {
    if (server.task_state != TaskState::none || !should_run(server)) {
        return;
    }
    server.vm_state = VmState::stopped;
    server.power_state = PowerState::shut_down;
    state.servers.update(tx, server, {"vm_state", "power_state"});
    note(tx, server, "power_update");
    if (state.settings.resume_guests) {
        start_start(tx, state, server, nobody(server.project_id));
    }
}

}  // namespace

Hosts::Hosts(State& state) : state_(state) {}

Task<void> Hosts::report_host(HostName host, HostFacts facts) {
    auto& env = state_.core.env;
    Host row;
    row.name = host;
    row.service_uuid = new_uuid(env);
    row.node_uuid = new_uuid(env);
    row.hypervisor_type = facts.hypervisor_type;
    row.hypervisor_version = facts.hypervisor_version;
    row.architecture = facts.architecture;
    row.cpu_info = facts.cpu_info;
    row.host_ip = facts.host_ip;
    row.vcpus = facts.vcpus;
    row.memory_mb = facts.memory_mb;
    row.disk_gb = facts.disk_gb;
    row.free_disk_gb = facts.free_disk_gb;

    const auto& settings = state_.settings;
    placement::Inventory inventory;
    inventory.total = {facts.vcpus, facts.memory_mb, facts.disk_gb};
    // A host too small for the usual reserve keeps nothing back.
    inventory.reserved.memory_mb =
        facts.memory_mb > 2 * settings.reserved_memory_mb ? settings.reserved_memory_mb : 0;
    inventory.vcpu_ratio = settings.vcpu_ratio;
    inventory.memory_ratio = settings.memory_ratio;
    inventory.disk_ratio = settings.disk_ratio;

    co_await state_.core.database.write([&](sql::Transaction& tx) {
        state_.host_rows.report(tx, row);
        state_.placement.set_inventory(tx, host, inventory);
        history::append(tx, nobody(), {"compute", "host", host.value, "report"});
    });
}

Task<void> Hosts::heartbeat(HostName host, int64_t free_disk_gb) {
    const auto down_time = state_.settings.service_down_time;
    co_await state_.core.database.write([&](sql::Transaction& tx) {
        const auto before = state_.host_rows.find(tx, host);
        state_.host_rows.heartbeat(tx, host, free_disk_gb);
        if (before && !before->is_up(tx.now(), down_time)) {
            history::append(tx, nobody(), {"compute", "host", host.value, "up"});
        }
    });
}

Task<void> Hosts::guest_changed(HostName host, ServerId id, PowerState state) {
    co_await state_.core.database.write([&](sql::Transaction& tx) {
        auto server = state_.servers.find(tx, id);
        if (server && server->host == host) {
            correct(tx, state_, std::move(*server), state);
        }
    });
}

Task<void> Hosts::adopt(HostName host, std::vector<FoundGuest> found) {
    std::vector<ServerId> strangers;
    co_await state_.core.database.write([&](sql::Transaction& tx) {
        strangers.clear();
        std::map<ServerId, PowerState> guests;
        for (const auto& guest : found) {
            guests.emplace(guest.id, guest.state);
        }
        for (auto& server : state_.servers.on_host(tx, host)) {
            const auto guest = guests.find(server.id);
            const bool alive = guest != guests.end() && (guest->second == PowerState::running ||
                                                         guest->second == PowerState::paused);
            const auto power = guest == guests.end() ? PowerState::shut_down : guest->second;
            if (guest != guests.end()) {
                guests.erase(guest);
            }
            if (alive) {
                correct(tx, state_, std::move(server), power);
            } else {
                bring_back(tx, state_, std::move(server));
            }
        }
        for (const auto& [id, power] : guests) {
            strangers.push_back(id);
        }
    });
    co_await destroy_strangers(host, std::move(strangers));
}

Task<void> Hosts::repair(HostName host) {
    const auto servers = co_await state_.core.database.read(
        [&](sql::Transaction& tx) { return state_.servers.on_host(tx, host); });
    for (const auto& known : servers) {
        if (known.task_state != TaskState::none || known.vm_state == VmState::building) {
            continue;
        }
        auto found = co_await state_.host(host).state(known.id);
        if (found == PowerState::no_state) {
            found = PowerState::shut_down;
        }
        if (known.power_state == found && !state_after(known, found)) {
            continue;
        }
        co_await state_.core.database.write([&](sql::Transaction& tx) {
            auto server = state_.servers.find(tx, known.id);
            if (server && server->updated_at == known.updated_at) {
                correct(tx, state_, std::move(*server), found);
            }
        });
    }
    co_await destroy_strangers(host, std::exchange(strangers_, {}));
}

/// One that cannot be destroyed now is tried again by the next repair().
Task<void> Hosts::destroy_strangers(HostName host, std::vector<ServerId> strangers) {
    for (const auto& id : strangers) {
        log::warning("destroying a guest that no server owns", {{"guest", id}, {"host", host}});
        try {
            co_await state_.host(host).destroy(id);
        } catch (const Error& error) {
            log::error("a guest that no server owns could not be destroyed",
                       {{"guest", id}, {"host", host}, {"cause", error.message}});
            strangers_.push_back(id);
        }
    }
}

Task<void> Hosts::watch() {
    const auto down_time = state_.settings.service_down_time;
    std::map<HostName, bool> seen;
    std::vector<HostName> fallen;
    const bool expired = co_await state_.core.database.read([&](sql::Transaction& tx) {
        seen.clear();
        for (const auto& host : state_.host_rows.list(tx)) {
            seen[host.name] = host.is_up(tx.now(), down_time);
        }
        return state_.consoles.any_expired(tx);
    });
    for (const auto& [name, up] : seen) {
        const auto before = up_.find(name);
        if (!up && before != up_.end() && before->second) {
            fallen.push_back(name);
        }
    }
    up_ = std::move(seen);
    if (fallen.empty() && !expired) {
        co_return;
    }
    co_await state_.core.database.write([&](sql::Transaction& tx) {
        for (const auto& name : fallen) {
            history::append(tx, nobody(), {"compute", "host", name.value, "down"});
        }
        state_.consoles.erase_expired(tx);
    });
}

}  // namespace welkin::compute
