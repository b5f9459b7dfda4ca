#include <algorithm>
#include <optional>

#include "core/auth/policy_check.h"
#include "core/base/text.h"

namespace welkin::auth {

namespace {

/// Deeper than any sane table; an operator's rules may refer to each other in a circle.
constexpr int deepest_reference = 32;

std::optional<std::string_view> unless_empty(std::string_view text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

/// What a name on the left side stands for.
std::optional<std::string_view> of_caller(std::string_view name, const Caller& caller) {
    if (name == "user_id" || name == "user") {
        return unless_empty(caller.user_id);
    }
    if (name == "project_id" || name == "tenant_id" || name == "tenant" || name == "project") {
        return unless_empty(caller.project_id);
    }
    if (name == "domain_id" || name == "token.domain.id") {
        return unless_empty(caller.domain_id);
    }
    if (name == "user_domain_id" || name == "token.user.domain.id" || name == "user.domain_id") {
        return unless_empty(caller.user_domain_id);
    }
    if (name == "project_domain_id" || name == "token.project.domain.id") {
        return unless_empty(caller.project_domain_id);
    }
    if (name == "project_name") {
        return unless_empty(caller.project_name);
    }
    if (name == "user_name") {
        return unless_empty(caller.user_name);
    }
    if (name == "system_scope" || name == "token.system.all") {
        return caller.system ? std::optional<std::string_view>("all") : std::nullopt;
    }
    return std::nullopt;
}

/// What %(name)s stands for.
std::optional<std::string_view> of_target(std::string_view name, const Owner& owner) {
    for (const auto& [key, value] : owner.extra) {
        if (key == name) {
            return value;
        }
    }
    if (name == "user_id" || name == "target.user.id") {
        return unless_empty(owner.user);
    }
    if (name == "project_id" || name == "tenant_id" || name == "target.project.id") {
        return unless_empty(owner.project);
    }
    if (name == "domain_id" || name == "target.domain_id" || name == "target.domain.id") {
        return unless_empty(owner.domain);
    }
    return std::nullopt;
}

/// "x%(name)sy" with the target's values in place; nothing if one is unset.
std::optional<std::string> substitute(std::string_view pattern, const Owner& owner) {
    std::string text;
    while (!pattern.empty()) {
        const auto begin = pattern.find("%(");
        const auto end = pattern.find(")s", begin == std::string_view::npos ? 0 : begin);
        if (begin == std::string_view::npos || end == std::string_view::npos) {
            return text.append(pattern);
        }
        const auto value = of_target(pattern.substr(begin + 2, end - begin - 2), owner);
        if (!value) {
            return std::nullopt;
        }
        text.append(pattern.substr(0, begin)).append(*value);
        pattern.remove_prefix(end + 2);
    }
    return text;
}

bool same_truth(std::string_view a, std::string_view b) {
    const auto truth = text::to_boolean(a);
    return truth && truth == text::to_boolean(b);
}

class Evaluation {
public:
    Evaluation(const Caller& caller, const Owner& owner, const Rule* fallback)
        : caller_(caller), owner_(owner), fallback_(fallback) {}

    bool holds(const Check& check, int depth) const {
        const auto child_holds = [&](const Check& child) { return holds(child, depth); };
        switch (check.kind) {
            case Check::Kind::always:
                return true;
            case Check::Kind::never:
                return false;
            case Check::Kind::all_of:
                return std::ranges::all_of(check.children, child_holds);
            case Check::Kind::any_of:
                return std::ranges::any_of(check.children, child_holds);
            case Check::Kind::none_of:
                return !holds(check.children.front(), depth);
            case Check::Kind::rule:
                return rule_holds(check.target, depth);
            case Check::Kind::role:
                return role_holds(check);
            case Check::Kind::compare:
                return equal(check);
            case Check::Kind::field:
                return field_holds(check);
        }
        return false;
    }

private:
    bool rule_holds(const Rule* rule, int depth) const {
        if (!rule->check) {
            rule = fallback_;
        }
        return rule && rule->check && depth < deepest_reference && holds(*rule->check, depth + 1);
    }

    bool role_holds(const Check& check) const {
        const auto role = substitute(check.right, owner_);
        return role && caller_.has_role(*role);
    }

    bool equal(const Check& check) const {
        const auto right = substitute(check.right, owner_);
        if (!right) {
            return false;
        }
        if (check.left_is_literal) {
            return check.left == *right;
        }
        if (check.left == "roles" || check.left == "token.roles.name") {
            return std::ranges::find(caller_.roles, *right) != caller_.roles.end();
        }
        const auto left = of_caller(check.left, caller_);
        return left && *left == *right;
    }

    bool field_holds(const Check& check) const {
        const auto value = of_target(check.left, owner_);
        if (!value) {
            return false;
        }
        if (check.right.starts_with("~^")) {
            return value->starts_with(std::string_view(check.right).substr(2));
        }
        return *value == check.right || same_truth(*value, check.right);
    }

    const Caller& caller_;
    const Owner& owner_;
    const Rule* fallback_;
};

}  // namespace

bool evaluate(const Check& check, const Caller& caller, const Owner& owner, const Rule* fallback) {
    return Evaluation(caller, owner, fallback).holds(check, 0);
}

}  // namespace welkin::auth
