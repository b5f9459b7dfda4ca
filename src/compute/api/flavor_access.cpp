// os-flavor-access: which projects may use a private flavor.
#include "compute/api/flavors.h"
#include "compute/api/links.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

Reply show_access(std::string_view flavor_id, const std::vector<ProjectId>& projects) {
    return http::ok(wrapped("flavor_access", [&](json::Writer& writer) {
        writer.begin_array();
        for (const auto& project : projects) {
            writer.begin_object();
            writer.member("flavor_id", flavor_id).member("tenant_id", project.value);
            writer.end_object();
        }
        writer.end_array();
    }));
}

ProjectId read_project(const Request& request, std::string_view action) {
    const auto& tenant = request.json(action)["tenant"];
    if (!tenant.is_string() || tenant.as_string().empty() || tenant.as_string().size() > 64) {
        throw bad_request("'{}' needs 'tenant', the id of a project.", action);
    }
    return ProjectId(tenant.as_string());
}

}  // namespace

/// GET /flavors/{id}/os-flavor-access
Task<Reply> list_flavor_access(Request& request, State& compute) {
    request.authorize();
    const auto& id = request.path_part("id");
    const auto projects = co_await compute.core.database.read([&](sql::Transaction& tx) {
        if (compute.flavors.get(tx, id).is_public) {
            throw not_found("Access list not available for public flavors.");
        }
        return compute.flavors.projects_with_access(tx, id);
    });
    co_return show_access(id, projects);
}

/// POST /flavors/{id}/action {"addTenantAccess": {"tenant": id}}
Task<Reply> add_flavor_access(Request& request, State& compute) {
    const auto project = read_project(request, "addTenantAccess");
    request.authorize();
    const auto& id = request.path_part("id");
    const auto projects = co_await compute.core.database.write([&](sql::Transaction& tx) {
        if (compute.flavors.get(tx, id).is_public && request.version() >= Version{2, 7}) {
            throw conflict("Can not add access to a public flavor.");
        }
        compute.flavors.add_access(tx, id, project);
        history::append(tx, request.author(), {"compute", "flavor", id, "add_access"});
        return compute.flavors.projects_with_access(tx, id);
    });
    co_return show_access(id, projects);
}

/// POST /flavors/{id}/action {"removeTenantAccess": {"tenant": id}}
Task<Reply> remove_flavor_access(Request& request, State& compute) {
    const auto project = read_project(request, "removeTenantAccess");
    request.authorize();
    const auto& id = request.path_part("id");
    const auto projects = co_await compute.core.database.write([&](sql::Transaction& tx) {
        compute.flavors.get(tx, id);
        compute.flavors.remove_access(tx, id, project);
        history::append(tx, request.author(), {"compute", "flavor", id, "remove_access"});
        return compute.flavors.projects_with_access(tx, id);
    });
    co_return show_access(id, projects);
}

}  // namespace welkin::compute
