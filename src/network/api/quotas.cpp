// quotas: how many of each resource a project may have.
#include "network/api/quotas.h"

#include "core/base/text.h"
#include "network/errors.h"
#include "network/state.h"

namespace welkin::network {

namespace {

using http::Reply;
using http::Request;

constexpr int64_t highest_limit = 2147483647;

void write_limits(json::Writer& writer, const Limits& limits) {
    for (const auto& resource : quota_resources) {
        writer.member(resource.name, limits.find(resource.name)->second);
    }
}

Reply limits_reply(const Limits& limits) {
    json::Text body;
    json::Writer writer(body.value);
    writer.begin_object().key("quota").begin_object();
    write_limits(writer, limits);
    writer.end_object().end_object();
    return http::ok(std::move(body));
}

ProjectId project_of(const Request& request) { return ProjectId(request.path_part("project_id")); }

int64_t parse_limit(std::string_view name, const json::Value& value) {
    std::optional<int64_t> limit;
    if (value.is_integer()) {
        limit = value.as_integer();
    } else if (value.is_string()) {
        limit = text::to_integer(value.as_string());
    }
    if (!limit || *limit < -1 || *limit > highest_limit) {
        throw bad_request("Invalid input for '{}'. A limit must be a number from -1 (none) to {}.",
                          name, highest_limit);
    }
    return *limit;
}

}  // namespace

/// GET /quotas: of the projects with limits of their own.
Task<Reply> list_quotas(Request& request, Network::State& network) {
    request.authorize({});
    const auto all = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return network.quotas.all(tx); });
    json::Text body;
    json::Writer writer(body.value);
    writer.begin_object().key("quotas").begin_array();
    for (const auto& [project, limits] : all) {
        writer.begin_object();
        write_limits(writer, limits);
        writer.member("project_id", project.value).member("tenant_id", project.value);
        writer.end_object();
    }
    writer.end_array().end_object();
    co_return http::ok(std::move(body));
}

/// GET /quotas/{project_id}
Task<Reply> show_quota(Request& request, Network::State& network) {
    const auto project = project_of(request);
    request.authorize({.project = project});
    const auto limits = co_await network.core.database.read(
        [&](sql::Transaction& tx) { return network.quotas.limits(tx, project); });
    co_return limits_reply(limits);
}

/// GET /quotas/{project_id}/default
Task<Reply> show_default_quota(Request& request, Network::State& network) {
    request.authorize({.project = project_of(request)});
    co_return limits_reply(network.quotas.defaults());
}

/// GET /quotas/{project_id}/details.json: limits and what is used of them.
Task<Reply> show_quota_details(Request& request, Network::State& network) {
    const auto project = project_of(request);
    request.authorize({.project = project});
    json::Text body;
    co_await network.core.database.read([&](sql::Transaction& tx) {
        body.value.clear();
        const auto limits = network.quotas.limits(tx, project);
        json::Writer writer(body.value);
        writer.begin_object().key("quota").begin_object();
        for (const auto& resource : quota_resources) {
            writer.key(resource.name).begin_object();
            writer.member("limit", limits.find(resource.name)->second);
            writer.member("used", network.quotas.used(tx, project, resource));
            writer.member("reserved", 0).end_object();
        }
        writer.end_object().end_object();
    });
    co_return http::ok(std::move(body));
}

/// PUT /quotas/{project_id}: the limits named; the others stay.
Task<Reply> update_quota(Request& request, Network::State& network) {
    // Parse.
    const auto project = project_of(request);
    const auto& body = request.json("quota");
    if (!body.is_object()) {
        throw bad_request("'quota' must be an object, not {}.", body.kind());
    }
    Limits wanted;
    for (const auto& [name, value] : body.as_object()) {
        if (name == "tenant_id" || name == "project_id" || name == "force" ||
            name == "check_limit") {
            continue;
        }
        if (!network.quotas.defaults().contains(name)) {
            throw bad_request(
                "Unrecognized attribute(s) '{}': this cloud limits network, subnet, "
                "port, security_group and security_group_rule.",
                name);
        }
        wanted[name] = parse_limit(name, value);
    }

    // Authorize.
    request.authorize({.project = project});

    // Act.
    const auto author = request.author();
    const auto limits = co_await network.core.database.write([&](sql::Transaction& tx) {
        network.quotas.set(tx, author, project, wanted);
        return network.quotas.limits(tx, project);
    });
    co_return limits_reply(limits);
}

/// DELETE /quotas/{project_id}: back to the defaults.
Task<Reply> delete_quota(Request& request, Network::State& network) {
    const auto project = project_of(request);
    request.authorize({.project = project});
    const auto author = request.author();
    const bool had = co_await network.core.database.write(
        [&](sql::Transaction& tx) { return network.quotas.reset(tx, author, project); });
    if (!had) {
        throw not_found("Quota for tenant {} could not be found.", project)
            .named("TenantQuotaNotFound");
    }
    co_return http::no_content();
}

/// GET /quotas/tenant and /quotas/project: whose quotas the caller's are.
Task<Reply> show_quota_project(Request& request, Network::State&) {
    request.authorize();
    const auto& project = request.caller().project_id.value;
    co_return http::ok(json::Value(
        json::Object{{"tenant", json::Object{{"tenant_id", project}, {"project_id", project}}}}));
}

}  // namespace welkin::network
