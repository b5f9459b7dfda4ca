#include "compute/api/server/server_actions.h"

#include "compute/api/server/server_view.h"
#include "compute/work/workflows.h"
#include "core/base/text.h"
#include "network/network.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

using StartWorkflow = void (*)(sql::Transaction&, State&, Server, const history::Author&);

/// An action that only starts its workflow.
Task<Reply> begin(Request& request, State& compute, StartWorkflow start) {
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto server = changeable_server(tx, compute, request);
        start(tx, compute, std::move(server), request.author());
    });
    co_return http::accepted();
}

void note(sql::Transaction& tx, const Request& request, const Server& server, const char* action) {
    history::append(tx, request.author(),
                    {"compute", "server", server.id.value, action, {}, server.project_id});
}

std::string group_name(const Request& request, std::string_view action) {
    const auto& name = request.json(action)["name"];
    if (!name.is_string() || text::trim(name.as_string()).empty()) {
        throw bad_request("'{}' needs 'name', the name or id of a security group.", action);
    }
    return name.as_string();
}

}  // namespace

/// {"os-start": null}
Task<Reply> start_action(Request& request, State& compute) {
    return begin(request, compute, start_start);
}

/// {"os-stop": null}
Task<Reply> stop_action(Request& request, State& compute) {
    return begin(request, compute, start_stop);
}

/// {"pause": null}
Task<Reply> pause_action(Request& request, State& compute) {
    return begin(request, compute, start_pause);
}

/// {"unpause": null}
Task<Reply> unpause_action(Request& request, State& compute) {
    return begin(request, compute, start_unpause);
}

/// {"forceDelete": null}
Task<Reply> force_delete_action(Request& request, State& compute) {
    auto reply = co_await begin(request, compute, start_delete);
    co_return reply;
}

/// {"reboot": {"type": "SOFT" or "HARD"}}
Task<Reply> reboot_action(Request& request, State& compute) {
    const auto type = request.json("reboot").text("type");
    const bool hard = text::equal_ignoring_case(type, "HARD");
    if (!hard && !text::equal_ignoring_case(type, "SOFT")) {
        throw bad_request(
            "Invalid input for field/attribute type. Value: {}. It must be SOFT or "
            "HARD.",
            type);
    }
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto server = changeable_server(tx, compute, request);
        start_reboot(tx, compute, std::move(server),
                     hard ? Action::hard_reboot : Action::soft_reboot, request.author());
    });
    co_return http::accepted();
}

/// {"lock": null}, from 2.73 on also {"lock": {"locked_reason": "..."}}
Task<Reply> lock_action(Request& request, State& compute) {
    const auto& given = request.json()["lock"];
    std::optional<std::string> reason;
    if (request.version() >= Version{2, 73} && !given.is_null()) {
        const auto& text = given["locked_reason"];
        if (!given.is_object() || !text.is_string() || text.as_string().empty() ||
            text::count_characters(text.as_string()) > 255 || given.as_object().size() != 1) {
            throw bad_request(
                "'lock' must be null or have 'locked_reason' of 1 to 255 "
                "characters.");
        }
        reason = text.as_string();
    }
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto server = visible_server(tx, compute, request);
        server.locked_by = server.project_id == request.caller().project_id ? "owner" : "admin";
        server.locked_reason = reason;
        compute.servers.update(tx, server, {"locked_by", "locked_reason"});
        note(tx, request, server, "lock");
    });
    co_return http::accepted();
}

/// {"unlock": null}: what an admin of another project locked only such a one unlocks.
Task<Reply> unlock_action(Request& request, State& compute) {
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto server = visible_server(tx, compute, request);
        const char* role = server.project_id == request.caller().project_id ? "owner" : "admin";
        const char* rule = "os_compute_api:os-lock-server:unlock:unlock_override";
        if (server.locked() && server.locked_by != role &&
            !request.may(rule, {.project = server.project_id})) {
            throw forbidden("Policy doesn't allow {} to be performed.", rule);
        }
        server.locked_by.clear();
        server.locked_reason.reset();
        compute.servers.update(tx, server, {"locked_by", "locked_reason"});
        note(tx, request, server, "unlock");
    });
    co_return http::accepted();
}

/// {"os-resetState": {"state": "active" or "error"}}
Task<Reply> reset_state_action(Request& request, State& compute) {
    const auto wanted = request.json("os-resetState").text("state");
    if (wanted != "active" && wanted != "error") {
        throw bad_request(
            "Invalid input for field/attribute state. Value: {}. It must be active "
            "or error.",
            wanted);
    }
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        auto server = visible_server(tx, compute, request);
        if (compute.core.runner.busy(tx, workflow_object(server.id))) {
            throw conflict("Instance {} is being worked on ({}): its state cannot be declared.",
                           server.id, to_text(server.task_state));
        }
        server.vm_state = wanted == "active" ? VmState::active : VmState::error;
        server.task_state = TaskState::none;
        compute.servers.update(tx, server, {"vm_state", "task_state"});
        note(tx, request, server, "reset_state");
    });
    co_return http::accepted();
}

/// {"addSecurityGroup": {"name": "..."}}
Task<Reply> add_security_group_action(Request& request, State& compute) {
    const auto group = group_name(request, "addSecurityGroup");
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        const auto server = visible_server(tx, compute, request);
        compute.network.add_security_group(tx, request.author(), request.caller(), server.id,
                                           group);
        note(tx, request, server, "add_security_group");
    });
    co_return http::accepted();
}

/// {"removeSecurityGroup": {"name": "..."}}
Task<Reply> remove_security_group_action(Request& request, State& compute) {
    const auto group = group_name(request, "removeSecurityGroup");
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        const auto server = visible_server(tx, compute, request);
        compute.network.remove_security_group(tx, request.author(), request.caller(), server.id,
                                              group);
        note(tx, request, server, "remove_security_group");
    });
    co_return http::accepted();
}

}  // namespace welkin::compute
