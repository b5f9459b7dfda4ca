// os-server-groups
#include <algorithm>

#include "compute/api/aggregates.h"
#include "compute/api/links.h"
#include "compute/api/paging.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

namespace welkin::compute {

using http::Reply;
using http::Request;

namespace {

constexpr Version with_one_policy{2, 64};

void write_group(json::Writer& writer, const ServerGroup& group, Version version) {
    writer.begin_object().member("id", group.id).member("name", group.name);
    if (version >= with_one_policy) {
        writer.member("policy", group.policy).key("rules").begin_object();
        if (group.max_server_per_host) {
            writer.member("max_server_per_host", *group.max_server_per_host);
        }
        writer.end_object();
    } else {
        writer.key("policies").begin_array().string(group.policy).end_array();
        writer.key("metadata").begin_object().end_object();
    }
    writer.key("members").begin_array();
    for (const auto& member : group.members) {
        writer.string(member);
    }
    writer.end_array();
    if (version >= Version{2, 13}) {
        writer.member("project_id", group.project_id.value);
        writer.member("user_id", group.user_id.value);
    }
    writer.end_object();
}

Reply show(const ServerGroup& group, Version version) {
    return http::ok(wrapped("server_group",
                            [&](json::Writer& writer) { write_group(writer, group, version); }));
}

void check_policy(const std::string& policy, Version version) {
    const bool hard = policy == "affinity" || policy == "anti-affinity";
    const bool soft = policy == "soft-affinity" || policy == "soft-anti-affinity";
    if (!hard && !(soft && version >= Version{2, 15})) {
        throw bad_request(
            "Invalid input for field/attribute policy. Value: {}. It must be "
            "affinity, anti-affinity, or from 2.15 on soft-affinity or "
            "soft-anti-affinity.",
            policy);
    }
}

void read_rules(const json::Value& rules, ServerGroup& group) {
    if (rules.is_null()) {
        return;
    }
    if (!rules.is_object()) {
        throw bad_request("'rules' must be an object, not {}.", rules.kind());
    }
    for (const auto& [name, value] : rules.as_object()) {
        const auto number = value.is_integer()  ? std::optional(value.as_integer())
                            : value.is_string() ? text::to_integer(value.as_string())
                                                : std::nullopt;
        if (name != "max_server_per_host" || !number || *number < 1) {
            throw bad_request("'rules' may have 'max_server_per_host', a number from 1 on.");
        }
        if (group.policy != "anti-affinity") {
            throw bad_request("Only anti-affinity policy supports rules.");
        }
        group.max_server_per_host = number;
    }
}

ServerGroup read_group(const Request& request) {
    const auto version = request.version();
    const auto& body = envelope(request, "server_group");
    const bool single = version >= with_one_policy;
    for (const auto& [key, value] : body.as_object()) {
        const bool known =
            key == "name" || (single ? key == "policy" || key == "rules" : key == "policies");
        if (!known) {
            throw bad_request("Additional properties are not allowed ('{}' was unexpected)", key);
        }
    }
    ServerGroup group;
    group.name = body.text("name");
    if (text::trim(group.name).empty() || text::trim(group.name) != group.name ||
        text::count_characters(group.name) > 255) {
        throw bad_request("'name' must have 1 to 255 characters, without blanks around them.");
    }
    if (single) {
        group.policy = body.text("policy");
        check_policy(group.policy, version);
        read_rules(body["rules"], group);
        return group;
    }
    const auto& policies = body["policies"];
    if (!policies.is_array() || policies.as_array().size() != 1 ||
        !policies.as_array().front().is_string()) {
        throw bad_request("'policies' must be a list of one policy.");
    }
    group.policy = policies.as_array().front().as_string();
    check_policy(group.policy, version);
    return group;
}

/// The group of the path, if it is the caller's business.
ServerGroup visible_group(sql::Transaction& tx, State& compute, Request& request) {
    auto group = compute.server_groups.get(tx, request.path_part("id"));
    if (group.project_id != request.caller().project_id && !request.is_admin()) {
        throw not_found("Instance group {} could not be found.", group.id);
    }
    request.authorize({.user = group.user_id, .project = group.project_id});
    return group;
}

}  // namespace

/// GET /os-server-groups
Task<Reply> list_server_groups(Request& request, State& compute) {
    request.authorize();
    check_query(request, {2, 75}, {"all_projects", "limit", "offset"});
    const bool all = request.query.has("all_projects") &&
                     request.may("os_compute_api:os-server-groups:index:all_projects");
    const auto project = all ? std::nullopt : std::optional(request.caller().project_id);
    const auto limit = query_integer(request, "limit", max_page);
    const auto offset = static_cast<size_t>(query_integer(request, "offset", 0));
    const auto groups = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return compute.server_groups.list(tx, project); });
    const auto most =
        static_cast<size_t>(limit == 0 ? max_page : std::min<int64_t>(limit, max_page));
    co_return http::ok(wrapped("server_groups", [&](json::Writer& writer) {
        writer.begin_array();
        for (size_t i = offset; i < groups.size() && i < offset + most; ++i) {
            write_group(writer, groups[i], request.version());
        }
        writer.end_array();
    }));
}

/// GET /os-server-groups/{id}
Task<Reply> show_server_group(Request& request, State& compute) {
    const auto group = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return visible_group(tx, compute, request); });
    co_return show(group, request.version());
}

/// POST /os-server-groups
Task<Reply> create_server_group(Request& request, State& compute) {
    auto group = read_group(request);
    request.authorize();
    group.id = new_uuid(compute.core.env);
    group.project_id = request.caller().project_id;
    group.user_id = request.caller().user_id;
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        const auto limit = compute.quotas.limits(tx, group.project_id).at("server_groups");
        if (!within(limit, compute.server_groups.count(tx, group.project_id), 1)) {
            throw over_limit("Quota exceeded, too many server groups.");
        }
        group.created_at = tx.now();
        compute.server_groups.insert(tx, group);
        history::append(tx, request.author(), {"compute", "server_group", group.id, "create"});
    });
    co_return show(group, request.version());
}

/// DELETE /os-server-groups/{id}: its servers stay.
Task<Reply> delete_server_group(Request& request, State& compute) {
    co_await compute.core.database.write([&](sql::Transaction& tx) {
        const auto group = visible_group(tx, compute, request);
        compute.server_groups.erase(tx, group.id);
        history::append(tx, request.author(), {"compute", "server_group", group.id, "delete"});
    });
    co_return http::no_content();
}

}  // namespace welkin::compute
