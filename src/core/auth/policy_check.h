#pragma once
// Check: one policy expression, compiled to a tree. Internal to core/auth.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/caller.h"

namespace welkin::auth {

struct Check;

/// A rule's place in the table: references go through it, so that an override reaches all users.
struct Rule {
    std::string name;
    std::unique_ptr<Check> check;  ///< none: referred to but never given, which allows nothing
};

struct Check {
    enum class Kind {
        always,
        never,
        all_of,   ///< children
        any_of,   ///< children
        none_of,  ///< one child
        rule,     ///< target
        role,     ///< right side: the role's name
        compare,  ///< left side: of the caller, or a literal; right side: text with %(name)s in it
        field,    ///< left: name of an attribute of the target; right: the value it must have
    };
    Kind kind = Kind::never;
    std::vector<Check> children = {};
    const Rule* target = nullptr;
    std::string left = {};
    bool left_is_literal = false;
    std::string right = {};
};

using FindRule = std::function<const Rule*(std::string_view name)>;

/// Throws bad_request() saying what is wrong with the expression and near which word.
Check parse_check(std::string_view text, const FindRule& find_rule);

/// `fallback` is asked for rules that are referred to but not given; may be null.
bool evaluate(const Check& check, const Caller& caller, const Owner& owner, const Rule* fallback);

}  // namespace welkin::auth
