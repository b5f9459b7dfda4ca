#pragma once
// Policy: oslo.policy's rule language over OpenStack's rule names.
//
// Each service has one table of PolicyRule (policy.cpp); an operator's policy.yaml overrides by
// name. Language: "role:admin", "rule:other", "project_id:%(project_id)s", "user_id:%(user_id)s",
// "system_scope:all", "is_admin:True", literals 'x':%(y)s, "@", "!", and/or/not, parentheses.
// Source: https://docs.openstack.org/oslo.policy/latest/admin/policy-yaml-file.html
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/auth/caller.h"

namespace welkin::auth {

struct PolicyRule {
    const char* name;
    const char* check;
    const char* description;
};

class Policy {
public:
    Policy();
    ~Policy();
    /// CHECK-fails on a rule that does not parse (ours are code).
    void add(std::span<const PolicyRule> rules);
    /// Overrides from "name: check" pairs of a policy.yaml text. Throws bad_request() with the
    /// line.
    void override_with(std::string_view yaml);
    bool allows(std::string_view rule, const Caller& caller, const Owner& owner) const;
    bool knows(std::string_view rule) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Rules every service's table may refer to: context_is_admin, admin_api, admin_or_owner,
/// project_reader_or_admin, project_member_or_admin, and so on.
std::span<const PolicyRule> common_rules();

}  // namespace welkin::auth
