// The ready-made checks of field rows.
#include <arpa/inet.h>

#include <regex>

#include "core/base/text.h"
#include "core/base/uuid.h"
#include "core/json/fields.h"

namespace welkin::json {

namespace {

constexpr size_t longest_matched = 4096;  // std::regex needs stack for every character

const std::string& string_of(std::string_view name, const Value& value) {
    if (!value.is_string()) {
        throw bad_request("'{}' must be a string, not {}.", name, describe(value));
    }
    return value.as_string();
}

void check_text(std::string_view name, std::string_view text, size_t shortest, size_t longest) {
    const size_t characters = text::count_characters(text);
    if (characters < shortest) {
        throw bad_request("'{}' is too short: it has {} characters, at least {} are needed.", name,
                          characters, shortest);
    }
    if (characters > longest) {
        throw bad_request("'{}' is too long: it has {} characters, at most {} are allowed.", name,
                          characters, longest);
    }
    if (text.find('\0') != std::string_view::npos) {
        throw bad_request("'{}' must not have a NUL character.", name);
    }
}

bool parses_as(int family, const std::string& text) {
    unsigned char address[sizeof(in6_addr)];
    return text.find('\0') == std::string::npos && inet_pton(family, text.c_str(), address) == 1;
}

bool is_cidr(const std::string& text) {
    const auto slash = text.find('/');
    if (slash == std::string::npos) {
        return false;
    }
    const auto digits = std::string_view(text).substr(slash + 1);
    const bool all_digits = !digits.empty() && digits.size() <= 3 &&
                            digits.find_first_not_of("0123456789") == std::string_view::npos;
    const auto prefix = all_digits ? text::to_integer(digits) : std::nullopt;
    const auto address = text.substr(0, slash);
    return prefix && ((parses_as(AF_INET, address) && *prefix <= 32) ||
                      (parses_as(AF_INET6, address) && *prefix <= 128));
}

bool is_mac_address(std::string_view text) {
    if (text.size() != 17) {
        return false;
    }
    for (size_t i = 0; i < text.size(); ++i) {
        const bool good =
            i % 3 == 2 ? text[i] == ':' : std::isxdigit(static_cast<unsigned char>(text[i])) != 0;
        if (!good) {
            return false;
        }
    }
    return true;
}

}  // namespace

Check text(size_t min_characters, size_t max_characters) {
    return {[=](std::string_view name, const Value& value) {
        check_text(name, string_of(name, value), min_characters, max_characters);
    }};
}

Check printable_name(size_t max_characters) {
    return {[=](std::string_view name, const Value& value) {
        const auto& given = string_of(name, value);
        check_text(name, given, 1, max_characters);
        if (text::trim(given).size() != given.size()) {
            throw bad_request("'{}' must not begin or end with blanks.", name);
        }
        if (text::has_control_characters(given)) {
            throw bad_request("'{}' must have printable characters only.", name);
        }
    }};
}

Check one_of(std::vector<std::string> allowed) {
    return {[allowed = std::move(allowed)](std::string_view name, const Value& value) {
        const auto& given = string_of(name, value);
        if (std::find(allowed.begin(), allowed.end(), given) == allowed.end()) {
            throw bad_request("'{}' must be one of {}; not {}.", name, text::join(allowed, ", "),
                              describe(value));
        }
    }};
}

Check range(int64_t first, int64_t last) {
    return {[=](std::string_view name, const Value& value) {
        const bool inside = value.is_integer()
                                ? value.as_integer() >= first && value.as_integer() <= last
                                : value.is_number() &&
                                      value.as_number() >= static_cast<double>(first) &&
                                      value.as_number() <= static_cast<double>(last);
        if (!inside) {
            throw bad_request("'{}' must be a number from {} to {}, not {}.", name, first, last,
                              describe(value));
        }
    }};
}

Check uuid() {
    return {[](std::string_view name, const Value& value) {
        if (!is_uuid(string_of(name, value))) {
            throw bad_request("'{}' must be a UUID, not {}.", name, describe(value));
        }
    }};
}

Check pattern(std::string regex, std::string what_it_should_be) {
    // Compiled at first use: hundreds of tables are made before main().
    struct Compiled {
        std::string source;
        std::once_flag once;
        std::regex regex;
    };
    auto compiled = std::make_shared<Compiled>();
    compiled->source = std::move(regex);
    return {
        [compiled, what = std::move(what_it_should_be)](std::string_view name, const Value& value) {
            std::call_once(compiled->once, [&] { compiled->regex = std::regex(compiled->source); });
            const auto& given = string_of(name, value);
            if (given.size() > longest_matched || !std::regex_match(given, compiled->regex)) {
                throw bad_request("'{}' must be {}, not {}.", name, what, describe(value));
            }
        }};
}

Check ip_address() {
    return {[](std::string_view name, const Value& value) {
        const auto& given = string_of(name, value);
        if (!parses_as(AF_INET, given) && !parses_as(AF_INET6, given)) {
            throw bad_request("'{}' must be an IPv4 or IPv6 address, not {}.", name,
                              describe(value));
        }
    }};
}

Check cidr() {
    return {[](std::string_view name, const Value& value) {
        if (!is_cidr(string_of(name, value))) {
            throw bad_request("'{}' must be a network such as '10.0.0.0/24', not {}.", name,
                              describe(value));
        }
    }};
}

Check mac_address() {
    return {[](std::string_view name, const Value& value) {
        if (!is_mac_address(string_of(name, value))) {
            throw bad_request("'{}' must be a MAC address such as 'fa:16:3e:00:00:01', not {}.",
                              name, describe(value));
        }
    }};
}

Check strings(size_t max_count, size_t max_characters) {
    return {[=](std::string_view name, const Value& value) {
        if (!value.is_array()) {
            throw bad_request("'{}' must be a list of strings, not {}.", name, describe(value));
        }
        const auto& items = value.as_array();
        if (items.size() > max_count) {
            throw bad_request("'{}' has {} items, at most {} are allowed.", name, items.size(),
                              max_count);
        }
        for (const auto& item : items) {
            check_text(name, string_of(fmt::format("{}[]", name), item), 0, max_characters);
        }
    }};
}

Check string_map(size_t max_count, size_t max_key, size_t max_value) {
    return {[=](std::string_view name, const Value& value) {
        if (!value.is_object()) {
            throw bad_request("'{}' must be an object of strings, not {}.", name, describe(value));
        }
        const auto& members = value.as_object();
        if (members.size() > max_count) {
            throw bad_request("'{}' has {} members, at most {} are allowed.", name, members.size(),
                              max_count);
        }
        for (const auto& [key, text] : members) {
            check_text(fmt::format("a key of {}", name), key, 1, max_key);
            const auto member_name = fmt::format("{}.{}", name, key);
            check_text(member_name, string_of(member_name, text), 0, max_value);
        }
    }};
}

}  // namespace welkin::json
