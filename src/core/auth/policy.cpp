#include "core/auth/policy.h"

#include <unordered_map>

#include "core/auth/policy_check.h"
#include "core/auth/policy_file.h"
#include "core/base/error.h"

namespace welkin::auth {

namespace {

struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace

struct Policy::State {
    // Nodes of the map keep their addresses: checks point at the rules they refer to.
    std::unordered_map<std::string, Rule, TextHash, std::equal_to<>> rules;
    std::unordered_map<std::string, std::string> texts;  ///< of the defaults, to compare repeats

    Rule& rule(std::string_view name) {
        auto found = rules.find(name);
        if (found == rules.end()) {
            found = rules.try_emplace(std::string(name), Rule{std::string(name), {}}).first;
        }
        return found->second;
    }
    void set(std::string_view name, std::string_view check) {
        auto parsed = parse_check(check, [this](std::string_view other) { return &rule(other); });
        rule(name).check = std::make_unique<Check>(std::move(parsed));
    }
    const Rule* fallback() const {
        const auto found = rules.find(std::string_view("default"));
        return found == rules.end() ? nullptr : &found->second;
    }
};

Policy::Policy() : state_(std::make_unique<State>()) {}
Policy::~Policy() = default;

void Policy::add(std::span<const PolicyRule> rules) {
    for (const auto& rule : rules) {
        const auto [known, is_new] = state_->texts.try_emplace(rule.name, rule.check);
        CHECK(is_new || known->second == rule.check);
        try {
            state_->set(rule.name, rule.check);
        } catch (const Error& error) {
            check_failed(error.what(), rule.name, 0);
        }
    }
}

void Policy::override_with(std::string_view yaml) {
    for (const auto& pair : read_policy_file(yaml)) {
        try {
            state_->set(pair.name, pair.check);
        } catch (const Error& error) {
            throw bad_request("Line {} of the policy file, {}: {}", pair.line, pair.name,
                              error.message);
        }
    }
}

bool Policy::allows(std::string_view rule, const Caller& caller, const Owner& owner) const {
    const auto found = state_->rules.find(rule);
    const Rule* fallback = state_->fallback();
    const Rule* chosen =
        found != state_->rules.end() && found->second.check ? &found->second : fallback;
    return chosen && chosen->check && evaluate(*chosen->check, caller, owner, fallback);
}

bool Policy::knows(std::string_view rule) const {
    const auto found = state_->rules.find(rule);
    return found != state_->rules.end() && found->second.check;
}

}  // namespace welkin::auth
