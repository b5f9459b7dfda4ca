#include "core/base/uuid.h"
#include "core/http/pipeline/stages.h"

namespace welkin::http {

void assign_request_id(Request& request, Env& env) { request.request_id_ = "req-" + new_uuid(env); }

void add_request_id(Reply& reply, const Request& request) {
    reply.headers.add("x-openstack-request-id", request.request_id_);
    const auto* api = request.internals.api;
    if (api && !api->legacy_version_header.empty()) {
        reply.headers.add("x-compute-request-id", request.request_id_);
    }
}

std::string_view global_request_id(const Request& request) {
    const auto id = request.headers.get("X-Openstack-Request-Id");
    return id.starts_with("req-") && is_dashed_uuid(id.substr(4)) ? id : std::string_view{};
}

}  // namespace welkin::http
