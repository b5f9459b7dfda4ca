#include "core/auth/policy_file.h"

#include <set>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/json/json.h"

namespace welkin::auth {

namespace {

/// One scalar from the front of `rest`: quoted in either way, or bare up to `bare_end`.
std::string take_scalar(std::string_view& rest, std::string_view bare_end, int line) {
    if (!rest.starts_with('"') && !rest.starts_with('\'')) {
        const auto end = std::min(rest.find(bare_end), rest.size());
        const auto bare = text::trim(rest.substr(0, end));
        rest.remove_prefix(end);
        return std::string(bare);
    }
    const char quote = rest.front();
    std::string value;
    for (size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == quote && quote == '\'' && i + 1 < rest.size() && rest[i + 1] == '\'') {
            value += '\'';
            ++i;
        } else if (rest[i] == '\\' && quote == '"' && i + 1 < rest.size() &&
                   (rest[i + 1] == '"' || rest[i + 1] == '\\')) {
            value += rest[++i];
        } else if (rest[i] == quote) {
            rest.remove_prefix(i + 1);
            return value;
        } else {
            value += rest[i];
        }
    }
    throw bad_request("Line {} of the policy file has a quote that does not end on it.", line);
}

PolicyLine read_line(std::string_view content, int line) {
    PolicyLine pair{.line = line, .name = {}, .check = {}};
    auto rest = content;
    pair.name = take_scalar(rest, ": ", line);
    rest = text::trim(rest);
    if (pair.name.ends_with(':') && rest.empty()) {
        pair.name.pop_back();
        rest = ":";
    }
    if (pair.name.empty() || !rest.starts_with(':')) {
        throw bad_request("Line {} of the policy file is not of the form \"name\": \"check\".",
                          line);
    }
    rest = text::trim(rest.substr(1));
    if (rest.starts_with('[') || rest.starts_with('{') || rest.starts_with('|') ||
        rest.starts_with('>') || rest.starts_with('&') || rest.starts_with('*')) {
        throw bad_request("Line {} of the policy file: the check of {} must be a quoted text.",
                          line, pair.name);
    }
    if (!rest.starts_with('#')) {
        pair.check = take_scalar(rest, " #", line);
        rest = text::trim(rest);
    }
    if (!rest.empty() && !rest.starts_with('#')) {
        throw bad_request("Line {} of the policy file has more than one check.", line);
    }
    return pair;
}

std::vector<PolicyLine> read_json(std::string_view text) {
    std::vector<PolicyLine> pairs;
    for (const auto& [name, check] : json::parse(text).as_object()) {
        if (!check.is_string()) {
            throw bad_request("The check of {} in the policy file must be a string, and it is {}.",
                              name, check.kind());
        }
        pairs.push_back({.line = 1, .name = name, .check = check.as_string()});
    }
    return pairs;
}

std::vector<PolicyLine> read_yaml(std::string_view text) {
    std::vector<PolicyLine> pairs;
    int line = 0;
    while (!text.empty()) {
        ++line;
        const auto end = text.find('\n');
        const auto whole = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        const auto content = text::trim(whole);
        if (content.empty() || content.starts_with('#') || content == "---" || content == "...") {
            continue;
        }
        if (whole.starts_with(' ') || whole.starts_with('\t') || content.starts_with("- ")) {
            throw bad_request(
                "Line {} of the policy file is indented; each \"name\": \"check\" "
                "must be one line of its own.",
                line);
        }
        pairs.push_back(read_line(content, line));
    }
    return pairs;
}

}  // namespace

std::vector<PolicyLine> read_policy_file(std::string_view text) {
    auto pairs = text::trim(text).starts_with('{') ? read_json(text) : read_yaml(text);
    std::set<std::string_view> seen;
    for (const auto& pair : pairs) {
        if (!seen.insert(pair.name).second) {
            throw bad_request("Line {} of the policy file gives {} a second time.", pair.line,
                              pair.name);
        }
    }
    return pairs;
}

}  // namespace welkin::auth
