#include "compute/name_pattern.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>

#include "core/base/error.h"

namespace welkin::compute {

namespace {

constexpr size_t longest_pattern = 255;
constexpr int deepest_nesting = 32;

using Set = std::vector<bool>;

void add(Set& set, unsigned char c) {
    set[static_cast<size_t>(std::tolower(c))] = true;
    set[static_cast<size_t>(std::toupper(c))] = true;
}

template <class F>
void add_class(Set& set, F belongs) {
    for (int c = 0; c < 256; ++c) {
        if (belongs(c)) {
            set[static_cast<size_t>(c)] = true;
        }
    }
}

}  // namespace

/// Recursive descent; each function returns a fragment whose loose ends all lead to `next`, built
/// from the back to the front so that no patching is needed.
class NamePattern::Parser {
public:
    Parser(NamePattern& target, std::string_view pattern) : target_(target), pattern_(pattern) {}

    struct Node {
        enum class Kind { empty, set, begin, end, sequence, choice, repeat } kind = Kind::empty;
        int set = -1;
        char repeat = 0;
        std::vector<Node> parts = {};
    };

    int compile() {
        auto node = choice(0);
        if (at_ < pattern_.size()) {
            refuse("a ')' without its '('");
        }
        return emit(node, instruction({Op::accept}));
    }

private:
    [[noreturn]] void refuse(std::string_view why) const {
        throw bad_request("The pattern '{}' is not a regular expression: {}.", pattern_, why);
    }
    bool more() const { return at_ < pattern_.size(); }

    Node choice(int depth) {
        if (depth > deepest_nesting) {
            refuse("it nests too deep");
        }
        Node node{Node::Kind::choice};
        node.parts.push_back(sequence(depth));
        while (more() && pattern_[at_] == '|') {
            ++at_;
            node.parts.push_back(sequence(depth));
        }
        return node.parts.size() == 1 ? std::move(node.parts.front()) : std::move(node);
    }

    Node sequence(int depth) {
        Node node{Node::Kind::sequence};
        while (more() && pattern_[at_] != '|' && pattern_[at_] != ')') {
            auto part = atom(depth);
            while (more() &&
                   (pattern_[at_] == '*' || pattern_[at_] == '+' || pattern_[at_] == '?')) {
                Node repeated{Node::Kind::repeat, -1, pattern_[at_++]};
                repeated.parts.push_back(std::move(part));
                part = std::move(repeated);
            }
            node.parts.push_back(std::move(part));
        }
        return node;
    }

    Node atom(int depth) {
        const char c = pattern_[at_++];
        switch (c) {
            case '^':
                return {Node::Kind::begin};
            case '$':
                return {Node::Kind::end};
            case '*':
            case '+':
            case '?':
                refuse("nothing stands before a '*', '+' or '?'");
            case '(': {
                auto inner = choice(depth + 1);
                if (!more() || pattern_[at_] != ')') {
                    refuse("a '(' without its ')'");
                }
                ++at_;
                return inner;
            }
            case '[':
                return {Node::Kind::set, bracket()};
            case '.':
                return {Node::Kind::set, keep(Set(256, true))};
            case '\\':
                return {Node::Kind::set, keep(escape())};
            default: {
                Set set(256);
                add(set, static_cast<unsigned char>(c));
                return {Node::Kind::set, keep(std::move(set))};
            }
        }
    }

    Set escape() {
        if (!more()) {
            refuse("it ends with a backslash");
        }
        const char c = pattern_[at_++];
        Set set(256);
        switch (c) {
            case 'd':
                add_class(set, [](int x) { return std::isdigit(x) != 0; });
                break;
            case 'w':
                add_class(set, [](int x) { return std::isalnum(x) != 0 || x == '_'; });
                break;
            case 's':
                add_class(set, [](int x) { return std::isspace(x) != 0; });
                break;
            default:
                add(set, static_cast<unsigned char>(c));
        }
        return set;
    }

    int bracket() {
        const bool negated = more() && pattern_[at_] == '^';
        at_ += negated ? 1 : 0;
        Set set(256);
        bool first = true;
        while (more() && (pattern_[at_] != ']' || first)) {
            first = false;
            auto low = static_cast<unsigned char>(pattern_[at_++]);
            if (low == '\\') {
                const auto escaped = escape();
                for (size_t i = 0; i < set.size(); ++i) {
                    set[i] = set[i] || escaped[i];
                }
                continue;
            }
            auto high = low;
            if (at_ + 1 < pattern_.size() && pattern_[at_] == '-' && pattern_[at_ + 1] != ']') {
                high = static_cast<unsigned char>(pattern_[at_ + 1]);
                at_ += 2;
            }
            for (int c = low; c <= high; ++c) {
                add(set, static_cast<unsigned char>(c));
            }
        }
        if (!more()) {
            refuse("a '[' without its ']'");
        }
        ++at_;
        if (negated) {
            set.flip();
        }
        return keep(std::move(set));
    }

    int keep(Set set) {
        target_.sets_.push_back(std::move(set));
        return static_cast<int>(target_.sets_.size()) - 1;
    }

    int instruction(Instruction made) {
        target_.program_.push_back(made);
        return static_cast<int>(target_.program_.size()) - 1;
    }

    /// The first instruction of `node` when `next` follows it.
    int emit(const Node& node, int next) {
        switch (node.kind) {
            case Node::Kind::empty:
                return next;
            case Node::Kind::set:
                return instruction({Op::set, next, -1, node.set});
            case Node::Kind::begin:
                return instruction({Op::begin, next});
            case Node::Kind::end:
                return instruction({Op::end, next});
            case Node::Kind::sequence:
                for (auto part = node.parts.rbegin(); part != node.parts.rend(); ++part) {
                    next = emit(*part, next);
                }
                return next;
            case Node::Kind::choice: {
                int first = emit(node.parts.back(), next);
                for (size_t i = node.parts.size() - 1; i-- > 0;) {
                    first = instruction({Op::split, emit(node.parts[i], next), first});
                }
                return first;
            }
            case Node::Kind::repeat:
                return emit_repeat(node, next);
        }
        return next;
    }

    int emit_repeat(const Node& node, int next) {
        if (node.repeat == '?') {
            return instruction({Op::split, emit(node.parts.front(), next), next});
        }
        const int loop = instruction({Op::split, next, next});
        const int body = emit(node.parts.front(), loop);
        target_.program_[static_cast<size_t>(loop)].next = body;
        return node.repeat == '*' ? loop : body;
    }

    NamePattern& target_;
    std::string_view pattern_;
    size_t at_ = 0;
};

NamePattern::NamePattern(std::string_view pattern) {
    if (pattern.size() > longest_pattern) {
        throw bad_request("A pattern may have at most {} characters.", longest_pattern);
    }
    start_ = Parser(*this, pattern).compile();
}

/// Marks every instruction reachable without reading a character.
void NamePattern::follow(int from, size_t position, size_t length,
                         std::vector<uint8_t>& in_states) const {
    std::vector<int> todo = {from};
    while (!todo.empty()) {
        const auto index = static_cast<size_t>(todo.back());
        todo.pop_back();
        if (in_states[index] != 0) {
            continue;
        }
        in_states[index] = 1;
        const auto& step = program_[index];
        if (step.op == Op::split) {
            todo.push_back(step.next);
            todo.push_back(step.other);
        } else if ((step.op == Op::begin && position == 0) ||
                   (step.op == Op::end && position == length)) {
            todo.push_back(step.next);
        }
    }
}

bool NamePattern::found_in(std::string_view text) const {
    std::vector<uint8_t> states(program_.size(), 0);
    for (size_t position = 0;; ++position) {
        follow(start_, position, text.size(), states);
        for (size_t i = 0; i < program_.size(); ++i) {
            if (states[i] != 0 && program_[i].op == Op::accept) {
                return true;
            }
        }
        if (position == text.size()) {
            return false;
        }
        std::vector<uint8_t> next(program_.size(), 0);
        const auto c = static_cast<unsigned char>(text[position]);
        for (size_t i = 0; i < program_.size(); ++i) {
            const auto& step = program_[i];
            if (states[i] != 0 && step.op == Op::set && sets_[static_cast<size_t>(step.set)][c]) {
                follow(step.next, position + 1, text.size(), next);
            }
        }
        states = std::move(next);
    }
}

}  // namespace welkin::compute
