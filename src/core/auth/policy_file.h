#pragma once
// The flat part of YAML that a policy.yaml is written in. Internal to core/auth.
#include <string>
#include <string_view>
#include <vector>

namespace welkin::auth {

struct PolicyLine {
    int line = 0;
    std::string name;
    std::string check;
};

/// Pairs of "name": "check", one a line, bare or quoted, with comments and blank lines; a JSON
/// object of strings too. Throws bad_request() with the line for anything else, and for a name
/// that is given twice.
std::vector<PolicyLine> read_policy_file(std::string_view text);

}  // namespace welkin::auth
