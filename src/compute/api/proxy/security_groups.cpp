#include "compute/api/proxy/security_groups.h"

#include <algorithm>
#include <set>

#include "compute/api/links.h"
#include "compute/api/paging.h"
#include "compute/api/proxy/ask.h"
#include "compute/api/server/server_view.h"
#include "core/base/text.h"

namespace welkin::compute {

using http::Reply;
using http::Request;
using enum http::Method;

namespace {

constexpr const char* groups_path = "/security-groups";
constexpr size_t longest_text = 255;

GroupOwners owners_in(const json::Array& groups) {
    GroupOwners owners;
    for (const auto& group : groups) {
        owners[group.text("id")] = {group.text("name"), group.text("project_id")};
    }
    return owners;
}

void write_group(json::Writer& writer, const json::Value& group, const GroupOwners& owners) {
    writer.begin_object().member("id", group.text("id")).member("name", group.text("name"));
    writer.member("tenant_id", group.text("project_id"));
    writer.member("description", group.text("description"));
    writer.key("rules").begin_array();
    for (const auto& rule : group["security_group_rules"].as_array()) {
        if (rule.text("direction") == "ingress") {
            write_security_group_rule(writer, rule, owners);
        }
    }
    writer.end_array().end_object();
}

/// All groups the caller may see; an admin sees everybody's.
Task<json::Array> all_groups(const Request& request, State& compute) {
    const auto answer = co_await ask_network(request, compute, GET, groups_path);
    co_return answer["security_groups"].as_array();
}

Reply group_reply(const json::Value& group, const GroupOwners& owners) {
    return http::ok(wrapped("security_group",
                            [&](json::Writer& writer) { write_group(writer, group, owners); }));
}

Reply list_reply(const json::Array& groups, const GroupOwners& owners) {
    return http::ok(wrapped("security_groups", [&](json::Writer& writer) {
        writer.begin_array();
        for (const auto& group : groups) {
            write_group(writer, group, owners);
        }
        writer.end_array();
    }));
}

std::string path_of(const Request& request) {
    return std::string(groups_path) + "/" + text::percent_encode(request.path_part("id"));
}

/// {"security_group": {"name": ..., "description": ...}} as network takes it.
json::Value read_group(const Request& request) {
    const auto& given = envelope(request, "security_group");
    json::Object group;
    for (const char* name : {"name", "description"}) {
        const auto& value = given[name];
        const bool absent = value.is_null() && std::string_view(name) == "description";
        const auto words = absent ? std::string() : given.text(name);
        if (!absent && !value.is_string()) {
            throw bad_request("Security group {} is not a string or unicode", name);
        }
        if (std::string_view(name) == "name" && text::trim(words).empty()) {
            throw bad_request("Security group name cannot be empty.");
        }
        if (text::count_characters(words) > longest_text) {
            throw bad_request("Security group {} should not be greater than {} characters.", name,
                              longest_text);
        }
        group.emplace_back(name, words);
    }
    return json::Object{{"security_group", std::move(group)}};
}

}  // namespace

Task<json::Value> ask_network(const Request& behalf, State& compute, http::Method method,
                              std::string path, json::Value body) {
    std::optional<Error> refusal;
    try {
        co_return co_await ask(compute.core.router, behalf, method,
                               "/network/v2.0" + std::move(path), std::move(body));
    } catch (const Error& error) {
        refusal = error;
    }
    if (refusal->fault == Fault::conflict) {
        refusal->fault = Fault::bad_request;
    }
    throw std::move(*refusal);
}

/// GET /os-security-groups
Task<Reply> list_security_groups(Request& request, State& compute) {
    request.authorize();
    auto groups = co_await all_groups(request, compute);
    const auto owners = owners_in(groups);
    const bool everybody = request.is_admin() && query_boolean(request, "all_tenants", false);
    if (!everybody) {
        const auto& project = request.caller().project_id.value;
        std::erase_if(groups, [&](const auto& one) { return one.text("project_id") != project; });
    }
    const auto offset = std::min(query_integer(request, "offset", 0), std::ssize(groups));
    groups.erase(groups.begin(), groups.begin() + offset);
    const auto limit = std::min(query_integer(request, "limit", max_page), std::ssize(groups));
    groups.resize(static_cast<size_t>(limit));
    co_return list_reply(groups, owners);
}

/// GET /os-security-groups/{id}
Task<Reply> show_security_group(Request& request, State& compute) {
    request.authorize();
    const auto answer = co_await ask_network(request, compute, GET, path_of(request));
    const auto owners = owners_in(co_await all_groups(request, compute));
    co_return group_reply(answer["security_group"], owners);
}

/// POST /os-security-groups
Task<Reply> create_security_group(Request& request, State& compute) {
    request.authorize();
    const auto wanted = read_group(request);
    const auto& name = wanted["security_group"].text("name");
    for (const auto& group : co_await all_groups(request, compute)) {
        if (group.text("name") == name &&
            group.text("project_id") == request.caller().project_id.value) {
            throw bad_request("Security group {} already exists", name);
        }
    }
    const auto answer = co_await ask_network(request, compute, POST, groups_path, wanted);
    co_return group_reply(answer["security_group"], {});
}

/// PUT /os-security-groups/{id}
Task<Reply> update_security_group(Request& request, State& compute) {
    request.authorize();
    const auto answer =
        co_await ask_network(request, compute, PUT, path_of(request), read_group(request));
    const auto owners = owners_in(co_await all_groups(request, compute));
    co_return group_reply(answer["security_group"], owners);
}

/// DELETE /os-security-groups/{id}
Task<Reply> delete_security_group(Request& request, State& compute) {
    request.authorize();
    co_await ask_network(request, compute, DELETE, path_of(request));
    co_return http::accepted();
}

/// GET /servers/{id}/os-security-groups: those of all its ports.
Task<Reply> list_server_security_groups(Request& request, State& compute) {
    const auto server = co_await compute.core.database.read(
        [&](sql::Transaction& tx) { return visible_server(tx, compute, request); });
    const auto ports =
        co_await ask_network(request, compute, GET, "/ports?device_id=" + server.id.value);
    std::set<std::string> carried;
    for (const auto& port : ports["ports"].as_array()) {
        for (const auto& id : port["security_groups"].as_array()) {
            carried.insert(id.as_string());
        }
    }
    auto groups = co_await all_groups(request, compute);
    const auto owners = owners_in(groups);
    std::erase_if(groups, [&](const auto& one) { return !carried.contains(one.text("id")); });
    co_return list_reply(groups, owners);
}

}  // namespace welkin::compute
