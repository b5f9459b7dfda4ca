// Actions that Nova has and that no hypervisor of this cloud does yet: refused with 409, as Nova
// refuses what a hypervisor cannot do, once it is known that the server is there and the caller's.
#include "compute/api/server/server_actions.h"
#include "compute/api/server/server_view.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

/// Any body: what it asks for is not read further.
Task<Reply> unsupported_action(Request& request, State& compute) {
    const auto server = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return visible_server(tx, compute, request); });
    const auto& route = *request.internals.route;
    const std::string what = !route.action.empty()                  ? route.action
                             : request.method == http::Method::POST ? "attach_interface"
                                                                    : "detach_interface";
    throw conflict("Cannot '{}' instance {}: no hypervisor of this cloud supports it.", what,
                   server.id);
}

/// {"restore": null}: brings back what was soft-deleted, and deletes here are final.
Task<Reply> restore_action(Request& request, State& compute) {
    const auto server = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return visible_server(tx, compute, request); });
    throw conflict("Cannot 'restore' instance {} while it is in vm_state {}", server.id,
                   to_text(server.vm_state));
}

}  // namespace welkin::compute
