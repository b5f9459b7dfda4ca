#include "compute/api/quotas.h"

#include "compute/api/links.h"
#include "compute/api/paging.h"
#include "core/base/text.h"
#include "identity/identity.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

constexpr int64_t highest = 0x7fffffff;

struct Target {
    ProjectId project;
    UserId user;
};

Target target_of(Request& request) {
    Target target{ProjectId(request.path_part("id")), UserId(request.query.get("user_id"))};
    check_query(request, {2, 75}, {"user_id", "force"});
    // Operators look at any project; others' quotas are nobody else's business.
    request.authorize({.project = target.project});
    return target;
}

void check_project(sql::Transaction& tx, State& compute, const ProjectId& project) {
    if (!compute.identity.project_exists(tx, project)) {
        throw bad_request("Project ID {} is not a valid project.", project);
    }
}

void write_limits(json::Writer& writer, const Limits& limits, Version version) {
    for (const auto& resource : quota_resources()) {
        if (resource.shown.contains(version)) {
            writer.member(resource.name, limits.at(resource.name));
        }
    }
}

Reply show_limits_of(const Limits& limits, std::string_view envelope_name, std::string_view id,
                     Version version) {
    return http::ok(wrapped(envelope_name, [&](json::Writer& writer) {
        writer.begin_object();
        if (!id.empty()) {
            writer.member("id", id);
        }
        write_limits(writer, limits, version);
        writer.end_object();
    }));
}

/// The limits in the body: integers, or strings of them, from -1 on.
Limits read_limits(const json::Value& body, Version version) {
    Limits limits;
    for (const auto& [name, value] : body.as_object()) {
        if (name == "force" || name == "tenant_id" || name == "id" || name == "class_name") {
            continue;
        }
        bool known = false;
        for (const auto& resource : quota_resources()) {
            known = known || (resource.name == name && resource.shown.contains(version));
        }
        if (!known) {
            throw bad_request("Additional properties are not allowed ('{}' was unexpected)", name);
        }
        const auto number = value.is_integer()  ? std::optional(value.as_integer())
                            : value.is_string() ? text::to_integer(value.as_string())
                                                : std::nullopt;
        if (!number || *number < no_limit || *number > highest) {
            throw bad_request(
                "Invalid input for field/attribute {}. It must be an integer from -1 "
                "to {}.",
                name, highest);
        }
        limits[name] = *number;
    }
    return limits;
}

bool is_forced(const json::Value& body) {
    const auto& force = body["force"];
    return (force.is_bool() && force.as_bool()) ||
           (force.is_string() && text::to_boolean(force.as_string()).value_or(false));
}

void check_against_use(const Limits& wanted, const Limits& used) {
    for (const auto& [name, limit] : wanted) {
        const auto in_use = used.find(name);
        if (in_use != used.end() && limit != no_limit && limit < in_use->second) {
            throw bad_request(
                "Quota limit {} for {} must be greater than or equal to already used "
                "and reserved {}.",
                limit, name, in_use->second);
        }
    }
}

/// A user of a project may not have more than the project.
void check_against_project(const Limits& wanted, const Limits& project) {
    for (const auto& [name, limit] : wanted) {
        const auto most = project.at(name);
        if (most != no_limit && (limit == no_limit || limit > most)) {
            throw bad_request("Quota limit {} for {} must be less than or equal to {}.", limit,
                              name, most);
        }
    }
}

}  // namespace

Limits used_resources(sql::Transaction& tx, State& compute, const ProjectId& project) {
    Limits used;
    for (const auto& resource : quota_resources()) {
        used[resource.name] = 0;
    }
    const auto servers = compute.servers.usage(tx, project);
    used["instances"] = servers.instances;
    used["cores"] = servers.vcpus;
    used["ram"] = servers.memory_mb;
    used["server_groups"] = compute.server_groups.count(tx, project);
    return used;
}

/// GET /os-quota-sets/{id}
Task<Reply> show_quotas(Request& request, State& compute) {
    const auto target = target_of(request);
    const auto limits = co_await compute.core.database.read([&](sql::Transaction& tx) {
        check_project(tx, compute, target.project);
        return compute.quotas.limits(tx, target.project, target.user);
    });
    co_return show_limits_of(limits, "quota_set", target.project, request.version());
}

/// GET /os-quota-sets/{id}/detail
Task<Reply> show_quotas_detail(Request& request, State& compute) {
    const auto target = target_of(request);
    const auto [limits, used] = co_await compute.core.database.read([&](sql::Transaction& tx) {
        check_project(tx, compute, target.project);
        return std::pair(compute.quotas.limits(tx, target.project, target.user),
                         used_resources(tx, compute, target.project));
    });
    co_return http::ok(wrapped("quota_set", [&](json::Writer& writer) {
        writer.begin_object().member("id", target.project.value);
        for (const auto& resource : quota_resources()) {
            if (resource.shown.contains(request.version())) {
                writer.key(resource.name).begin_object();
                writer.member("limit", limits.at(resource.name));
                writer.member("in_use", used.at(resource.name)).member("reserved", 0);
                writer.end_object();
            }
        }
        writer.end_object();
    }));
}

/// GET /os-quota-sets/{id}/defaults
Task<Reply> show_default_quotas(Request& request, State& compute) {
    const ProjectId project(request.path_part("id"));
    request.authorize({.project = project});
    const auto limits = co_await compute.core.database.read([&](sql::Transaction& tx) {
        check_project(tx, compute, project);
        return compute.quotas.defaults(tx);
    });
    co_return show_limits_of(limits, "quota_set", project, request.version());
}

/// PUT /os-quota-sets/{id}
Task<Reply> update_quotas(Request& request, State& compute) {
    const auto& body = envelope(request, "quota_set");
    const auto wanted = read_limits(body, request.version());
    const auto target = target_of(request);
    const auto limits = co_await compute.core.database.write([&](sql::Transaction& tx) {
        check_project(tx, compute, target.project);
        if (!target.user.empty()) {
            check_against_project(wanted, compute.quotas.limits(tx, target.project));
        }
        if (!is_forced(body)) {
            check_against_use(wanted, used_resources(tx, compute, target.project));
        }
        compute.quotas.set(tx, target.project, target.user, wanted);
        history::append(tx, request.author(),
                        {"compute", "quota_set", target.project.value, "update", body});
        return compute.quotas.limits(tx, target.project, target.user);
    });
    co_return show_limits_of(limits, "quota_set", "", request.version());
}

/// DELETE /os-quota-sets/{id}: back to the defaults.
Task<Reply> delete_quotas(Request& request, State& compute) {
    const auto target = target_of(request);
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        compute.quotas.erase(tx, target.project, target.user);
        history::append(tx, request.author(),
                        {"compute", "quota_set", target.project.value, "delete"});
    });
    co_return http::accepted();
}

/// GET /os-quota-class-sets/{id}: there is one class, "default".
Task<Reply> show_quota_class(Request& request, State& compute) {
    request.authorize();
    const auto limits = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return compute.quotas.defaults(tx); });
    co_return show_limits_of(limits, "quota_class_set", request.path_part("id"), request.version());
}

/// PUT /os-quota-class-sets/{id}
Task<Reply> update_quota_class(Request& request, State& compute) {
    const auto wanted = read_limits(envelope(request, "quota_class_set"), request.version());
    request.authorize();
    if (request.path_part("id") != "default") {
        throw bad_request("Only the quota class 'default' has a meaning.");
    }
    const auto limits = co_await compute.core.database.write([&](sql::Transaction& tx) {
        compute.quotas.set_defaults(tx, wanted);
        history::append(tx, request.author(), {"compute", "quota_class", "default", "update"});
        return compute.quotas.defaults(tx);
    });
    co_return show_limits_of(limits, "quota_class_set", "", request.version());
}

namespace {

struct ShownLimit {
    const char* limit;
    const char* resource;
    const char* in_use;  ///< name of the member with what is used, or null
    VersionRange versions{};
};
constexpr VersionRange with_networks{{}, {2, 35}};
constexpr VersionRange with_files{{}, {2, 56}};
constexpr ShownLimit shown_limits[] = {
    {"maxTotalInstances", "instances", "totalInstancesUsed"},
    {"maxTotalCores", "cores", "totalCoresUsed"},
    {"maxTotalRAMSize", "ram", "totalRAMUsed"},
    {"maxTotalKeypairs", "key_pairs", nullptr},
    {"maxServerMeta", "metadata_items", nullptr},
    {"maxImageMeta", "metadata_items", nullptr, {{}, {2, 38}}},
    {"maxServerGroups", "server_groups", "totalServerGroupsUsed"},
    {"maxServerGroupMembers", "server_group_members", nullptr},
    {"maxPersonality", "injected_files", nullptr, with_files},
    {"maxPersonalitySize", "injected_file_content_bytes", nullptr, with_files},
    {"maxTotalFloatingIps", "floating_ips", "totalFloatingIpsUsed", with_networks},
    {"maxSecurityGroups", "security_groups", "totalSecurityGroupsUsed", with_networks},
    {"maxSecurityGroupRules", "security_group_rules", nullptr, with_networks},
};

/// The caller's project, or another for those who may.
ProjectId limited_project(const Request& request) {
    const auto& own = request.caller().project_id;
    const auto asked = request.query.find("tenant_id");
    const char* rule = "os_compute_api:limits:other_project";
    if (asked && *asked != own.value && !request.may(rule)) {
        throw forbidden("Policy doesn't allow {} to be performed.", rule);
    }
    return asked ? ProjectId(*asked) : own;
}

}  // namespace

/// GET /limits
Task<Reply> show_limits(Request& request, State& compute) {
    request.authorize();
    check_query(request, {2, 75}, {"tenant_id", "reserved"});
    const auto project = limited_project(request);
    const auto [limits, used] = co_await compute.core.database.read([&](sql::Transaction& tx) {
        return std::pair(compute.quotas.limits(tx, project), used_resources(tx, compute, project));
    });
    co_return http::ok(wrapped("limits", [&](json::Writer& writer) {
        writer.begin_object().key("rate").begin_array().end_array();
        writer.key("absolute").begin_object();
        for (const auto& one : shown_limits) {
            if (one.versions.contains(request.version())) {
                writer.member(one.limit, limits.at(one.resource));
                if (one.in_use) {
                    writer.member(one.in_use, used.at(one.resource));
                }
            }
        }
        writer.end_object().end_object();
    }));
}

}  // namespace welkin::compute
