#pragma once
// SecurityGroup and its rules: what may reach, and leave, the ports that carry the group.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"
#include "network/port.h"

namespace welkin::network {

using RuleId = Id<struct SecurityGroupRuleTag>;

struct SecurityGroupRule {
    RuleId id;
    ProjectId project_id;
    GroupId security_group_id;
    std::string direction;                ///< "ingress" or "egress"
    std::string ethertype = "IPv4";       ///< or "IPv6"
    std::optional<std::string> protocol;  ///< a name or a number; none: any
    std::optional<int> port_range_min;    ///< ICMP: type
    std::optional<int> port_range_max;    ///< ICMP: code
    std::optional<std::string> remote_ip_prefix;
    std::optional<std::string> remote_group_id;
    std::string description;
    int64_t revision_number = 0;
    Time created_at{};
    Time updated_at{};
};

struct SecurityGroup {
    GroupId id;
    ProjectId project_id;
    std::string name;
    std::string description;
    bool stateful = true;
    int64_t revision_number = 0;
    Time created_at{};
    Time updated_at{};

    std::vector<SecurityGroupRule> rules;  ///< filled in by the store for views
    std::set<std::string> tags;
};

/// Checks a new rule and makes it canonical (lower case, prefix without host bits). Throws
/// SecurityGroupInvalidPortRange, SecurityGroupInvalidProtocol and so on as Neutron names them.
void complete(SecurityGroupRule& rule);
/// Would the two let the same through?
bool same_rule(const SecurityGroupRule& a, const SecurityGroupRule& b);
/// The IP protocol number of a name or number ("tcp", "6", "icmpv6"); nothing if unknown.
std::optional<int> protocol_number(std::string_view protocol);
bool is_icmp(const SecurityGroupRule& rule);

/// What every project's group "default" starts with: all out; in only from its own members.
std::vector<SecurityGroupRule> default_rules(const GroupId& group);

}  // namespace welkin::network
