// os-security-group-rules: ingress rules, made and deleted by themselves.
#include <algorithm>

#include "compute/api/links.h"
#include "compute/api/proxy/security_groups.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

namespace welkin::compute {

using http::Reply;
using http::Request;
using enum http::Method;

namespace {

constexpr const char* rules_path = "/security-group-rules";
constexpr int64_t any_type = -1;  // of ICMP, and a rule's ports when it names none
constexpr int64_t last_port = 65535;

int64_t read_port(const json::Value& rule, const char* name, int64_t least) {
    const auto& given = rule[name];
    const auto number = given.is_integer()  ? std::optional(given.as_integer())
                        : given.is_string() ? text::to_integer(given.as_string())
                                            : std::nullopt;
    if (!number || *number < least || *number > last_port) {
        throw bad_request("Invalid port range: {} must be a number from {} to {}.", name, least,
                          last_port);
    }
    return *number;
}

/// The rule as network takes it.
json::Value read_rule(const json::Value& given) {
    for (const char* name : {"parent_group_id", "group_id"}) {
        if (!given[name].is_null() && !is_uuid(given.text(name))) {
            throw bad_request("Security group id should be uuid: {} is not one.", name);
        }
    }
    json::Object rule{{"direction", "ingress"}};
    rule.emplace_back("security_group_id", given.text("parent_group_id"));
    if (const auto& range = given["cidr"]; !range.is_null() && !range.is_string()) {
        throw bad_request("Invalid CIDR: it must be a network such as 10.0.0.0/8, not {}.",
                          range.kind());
    }
    const auto cidr = given.text("cidr");
    const bool six = cidr.find(':') != std::string::npos;
    rule.emplace_back("ethertype", six ? "IPv6" : "IPv4");
    if (const auto group = given.text("group_id"); !group.empty()) {
        rule.emplace_back("remote_group_id", group);
    } else {
        rule.emplace_back("remote_ip_prefix", cidr.empty() ? "0.0.0.0/0" : cidr);
    }
    const auto protocol = text::lower(given.text("ip_protocol"));
    if (protocol.empty() && !given.text("group_id").empty()) {
        return json::Object{{"security_group_rule", std::move(rule)}};
    }
    if (protocol != "tcp" && protocol != "udp" && protocol != "icmp") {
        throw bad_request("Invalid IP protocol {}: it must be tcp, udp or icmp.", protocol);
    }
    rule.emplace_back("protocol", protocol);
    const bool typed = protocol == "icmp";
    const auto from = read_port(given, "from_port", typed ? any_type : 1);
    const auto to = read_port(given, "to_port", typed ? any_type : 1);
    if (!typed && from > to) {
        throw bad_request("Invalid port range {}:{}: the first must not be above the second.", from,
                          to);
    }
    if (from != any_type) {
        rule.emplace_back("port_range_min", from);
    }
    if (to != any_type) {
        rule.emplace_back("port_range_max", to);
    }
    return json::Object{{"security_group_rule", std::move(rule)}};
}

void write_ports(json::Writer& writer, const json::Value& rule, const std::string& protocol) {
    const auto& from = rule["port_range_min"];
    const auto& to = rule["port_range_max"];
    if (protocol.empty()) {
        writer.member("from_port", from).member("to_port", to);
        return;
    }
    // A rule for every port has no range in network, and the whole one here.
    const bool ports = protocol == "tcp" || protocol == "udp";
    writer.member("from_port", from.is_null() ? json::Value(ports ? 1 : any_type) : from);
    writer.member("to_port", to.is_null() ? json::Value(ports ? last_port : any_type) : to);
}

}  // namespace

void write_security_group_rule(json::Writer& writer, const json::Value& rule,
                               const GroupOwners& owners) {
    const auto protocol = rule.text("protocol");
    writer.begin_object().member("id", rule.text("id"));
    writer.member("parent_group_id", rule.text("security_group_id"));
    writer.member("ip_protocol", rule["protocol"]);
    write_ports(writer, rule, protocol);
    const auto remote = owners.find(rule.text("remote_group_id"));
    writer.key("group").begin_object();
    if (remote != owners.end()) {
        writer.member("name", remote->second.first).member("tenant_id", remote->second.second);
    }
    writer.end_object().key("ip_range").begin_object();
    if (rule["remote_group_id"].is_null()) {
        const auto anywhere = rule.text("ethertype") == "IPv6" ? "::/0" : "0.0.0.0/0";
        writer.member("cidr", rule.text("remote_ip_prefix", anywhere));
    }
    writer.end_object().end_object();
}

/// POST /os-security-group-rules
Task<Reply> create_security_group_rule(Request& request, State& compute) {
    request.authorize();
    const auto& given = envelope(request, "security_group_rule");
    const auto wanted = read_rule(given);
    GroupOwners owners;
    if (const auto id = given.text("group_id"); !id.empty()) {
        const auto remote = co_await ask_network(request, compute, GET,
                                                 "/security-groups/" + text::percent_encode(id));
        const auto& group = remote["security_group"];
        owners[id] = {group.text("name"), group.text("project_id")};
    }
    const auto answer = co_await ask_network(request, compute, POST, rules_path, wanted);
    co_return http::ok(wrapped("security_group_rule", [&](json::Writer& writer) {
        write_security_group_rule(writer, answer["security_group_rule"], owners);
    }));
}

/// DELETE /os-security-group-rules/{id}
Task<Reply> delete_security_group_rule(Request& request, State& compute) {
    request.authorize();
    co_await ask_network(
        request, compute, DELETE,
        fmt::format("{}/{}", rules_path, text::percent_encode(request.path_part("id"))));
    co_return http::accepted();
}

}  // namespace welkin::compute
