#include <utility>

#include "core/auth/policy_check.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace welkin::auth {

namespace {

constexpr int deepest = 64;

struct Word {
    enum class Kind { open, close, and_, or_, not_, check, end } kind = Kind::end;
    std::string text = {};
};

/// Splits an expression into words. A parenthesis is one of its own except inside "%(name)s" and
/// quotes; quotes may hold blanks.
std::vector<Word> split_words(std::string_view text) {
    std::vector<Word> words;
    std::string word;
    const auto end_word = [&] {
        if (word.empty()) {
            return;
        }
        const auto lower = text::lower(word);
        const auto kind = lower == "and"   ? Word::Kind::and_
                          : lower == "or"  ? Word::Kind::or_
                          : lower == "not" ? Word::Kind::not_
                                           : Word::Kind::check;
        words.push_back({kind, std::exchange(word, {})});
    };
    char quote = 0;
    bool in_name = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0) {
            quote = c == quote ? '\0' : quote;
            word += c;
        } else if (in_name) {
            in_name = c != ')';
            word += c;
        } else if (c == '\'' || c == '"') {
            quote = c;
            word += c;
        } else if (c == '%' && i + 1 < text.size() && text[i + 1] == '(') {
            in_name = true;
            word += "%(";
            ++i;
        } else if (c == '(' || c == ')') {
            end_word();
            words.push_back({c == '(' ? Word::Kind::open : Word::Kind::close, std::string(1, c)});
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            end_word();
        } else {
            word += c;
        }
    }
    if (quote != 0 || in_name) {
        throw bad_request("The policy check \"{}\" has a quote or %(name)s that does not end.",
                          text);
    }
    end_word();
    words.push_back({});
    return words;
}

/// "'x'", "12" and the like on the left of a colon stand for themselves, else for the caller's.
bool take_literal(std::string& left) {
    if (left.size() >= 2 && (left.front() == '\'' || left.front() == '"') &&
        left.back() == left.front()) {
        left = left.substr(1, left.size() - 2);
        return true;
    }
    return left == "True" || left == "False" || left == "None" || text::to_integer(left);
}

class Parser {
public:
    Parser(std::string_view text, const FindRule& find_rule)
        : text_(text), words_(split_words(text)), find_rule_(find_rule) {}

    Check whole() {
        auto check = any_of(0);
        if (word().kind != Word::Kind::end) {
            fail("the expression should end before");
        }
        return check;
    }

private:
    const Word& word() const { return words_[at_]; }

    [[noreturn]] void fail(std::string_view what) const {
        throw bad_request("The policy check \"{}\" does not parse: {} '{}'.", text_, what,
                          word().kind == Word::Kind::end ? "its end" : word().text);
    }

    Check any_of(int depth) { return chain(Check::Kind::any_of, Word::Kind::or_, depth); }

    /// Operands joined by one operator; "and" binds tighter than "or".
    Check chain(Check::Kind kind, Word::Kind joint, int depth) {
        const auto operand = [&] {
            return kind == Check::Kind::any_of ? chain(Check::Kind::all_of, Word::Kind::and_, depth)
                                               : single(depth);
        };
        auto first = operand();
        if (word().kind != joint) {
            return first;
        }
        Check joined{.kind = kind};
        joined.children.push_back(std::move(first));
        while (word().kind == joint) {
            ++at_;
            joined.children.push_back(operand());
        }
        return joined;
    }

    Check single(int depth) {
        if (depth > deepest) {
            fail("it is nested too deeply at");
        }
        const auto& now = word();
        if (now.kind == Word::Kind::not_) {
            ++at_;
            return negation(single(depth + 1));
        }
        if (now.kind == Word::Kind::open) {
            ++at_;
            auto inner = any_of(depth + 1);
            if (word().kind != Word::Kind::close) {
                fail("a ')' is missing before");
            }
            ++at_;
            return inner;
        }
        if (now.kind != Word::Kind::check) {
            fail("a check is missing before");
        }
        auto check = leaf(now.text);
        ++at_;
        return check;
    }

    static Check negation(Check inner) {
        Check negated{.kind = Check::Kind::none_of};
        negated.children.push_back(std::move(inner));
        return negated;
    }

    Check leaf(const std::string& text) const {
        if (text == "@") {
            return {.kind = Check::Kind::always};
        }
        if (text == "!") {
            return {.kind = Check::Kind::never};
        }
        // A quoted left side may itself contain a colon.
        const auto quoted_end =
            text.front() == '\'' || text.front() == '"' ? text.find(text.front(), 1) : 0;
        const auto colon = text.find(':', quoted_end == std::string::npos ? 0 : quoted_end);
        if (colon == std::string::npos || colon == 0) {
            fail("a check is of the form kind:match, unlike");
        }
        auto left = text.substr(0, colon);
        auto right = text.substr(colon + 1);
        if (left == "rule") {
            return {.kind = Check::Kind::rule, .target = find_rule_(right)};
        }
        if (left == "role") {
            return {.kind = Check::Kind::role, .right = right};
        }
        if (left == "http" || left == "https") {
            fail("checks that ask another server are not supported:");
        }
        if (left == "field") {
            return field(right);
        }
        if (const auto wanted = text::to_boolean(right); left == "is_admin" && wanted) {
            Check admin{.kind = Check::Kind::rule, .target = find_rule_("context_is_admin")};
            return *wanted ? std::move(admin) : negation(std::move(admin));
        }
        const bool literal = take_literal(left);
        return {.kind = Check::Kind::compare,
                .left = std::move(left),
                .left_is_literal = literal,
                .right = std::move(right)};
    }

    /// "field:networks:shared=True" compares an attribute of the resource with a value;
    /// "field:port:device_owner=~^network:" with a prefix.
    Check field(const std::string& match) const {
        const auto colon = match.find(':');
        const auto equals = match.find('=', colon == std::string::npos ? 0 : colon);
        if (colon == std::string::npos || equals == std::string::npos) {
            fail("a field check is of the form field:resource:attribute=value, unlike");
        }
        auto value = match.substr(equals + 1);
        if (value.starts_with('~') &&
            (!value.starts_with("~^") ||
             value.find_first_of("\\^$.|?*+()[]{}", 2) != std::string::npos)) {
            fail("only '~^prefix' is supported as a pattern in");
        }
        return {.kind = Check::Kind::field,
                .left = match.substr(colon + 1, equals - colon - 1),
                .right = std::move(value)};
    }

    std::string_view text_;
    std::vector<Word> words_;
    const FindRule& find_rule_;
    size_t at_ = 0;
};

}  // namespace

Check parse_check(std::string_view text, const FindRule& find_rule) {
    if (text::trim(text).empty()) {
        return {.kind = Check::Kind::always};
    }
    return Parser(text, find_rule).whole();
}

}  // namespace welkin::auth
