#include "core/config/config.h"

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include <fstream>
#include <sstream>

#include "core/base/error.h"
#include "core/base/text.h"

namespace welkin::config {

namespace {

struct Unit {
    std::string_view name;
    int64_t factor;
};

constexpr Unit duration_units[] = {
    {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Unit size_units[] = {{"", 1},
                               {"B", 1},
                               {"KiB", int64_t{1} << 10},
                               {"MiB", int64_t{1} << 20},
                               {"GiB", int64_t{1} << 30},
                               {"TiB", int64_t{1} << 40}};

/// "30s" with its unit applied; nothing for another form or what does not fit.
std::optional<int64_t> parse_with_unit(std::string_view text, std::span<const Unit> units) {
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = text::to_integer(text.substr(0, digits));
    const auto unit_name = text::trim(text.substr(digits));
    for (const auto& unit : units) {
        int64_t result = 0;
        if (number && unit.name == unit_name &&
            !__builtin_mul_overflow(*number, unit.factor, &result)) {
            return result;
        }
    }
    return std::nullopt;
}

std::optional<int64_t> parse_duration(std::string_view text) {
    return text == "0" ? std::optional<int64_t>(0) : parse_with_unit(text, duration_units);
}

std::vector<std::string> parse_list(std::string_view text) {
    std::vector<std::string> items;
    for (const auto& part : text::split(text, ',')) {
        if (const auto item = text::trim(part); !item.empty()) {
            items.emplace_back(item);
        }
    }
    return items;
}

bool is_valid(Type type, std::string_view value) {
    switch (type) {
        case Type::text:
        case Type::list:
            return true;
        case Type::integer:
            return text::to_integer(value).has_value();
        case Type::boolean:
            return text::to_boolean(value).has_value();
        case Type::duration_ms:
            return parse_duration(value).has_value();
        case Type::size_bytes:
            return parse_with_unit(value, size_units).has_value();
    }
    return false;
}

std::string_view what_is_valid(Type type) {
    switch (type) {
        case Type::text:
            return "a text in quotes";
        case Type::integer:
            return "an integer";
        case Type::boolean:
            return "true or false";
        case Type::duration_ms:
            return "a duration such as \"500ms\", \"30s\", \"5m\", \"2h\" or \"1d\"";
        case Type::size_bytes:
            return "a size such as \"512MiB\" or \"1GiB\", or a number of bytes";
        case Type::list:
            return "a list of texts such as [\"a\", \"b\"]";
    }
    return "";
}

/// How many letters must be put in, left out or replaced to make one of the other.
size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = std::exchange(row[0], i);
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row[b.size()];
}

/// The text of a scalar, or nothing for a table, a date and the like.
std::optional<std::string> scalar_text(const toml::node& node) {
    if (const auto* string = node.as_string()) {
        return string->get();
    }
    if (const auto* integer = node.as_integer()) {
        return std::to_string(integer->get());
    }
    if (const auto* boolean = node.as_boolean()) {
        return boolean->get() ? "true" : "false";
    }
    return std::nullopt;
}

/// A value of the file as text, if its TOML type suits the option's type.
std::optional<std::string> value_text(const toml::node& node, Type type) {
    if (type == Type::list && node.is_array()) {
        std::vector<std::string> items;
        for (const auto& item : *node.as_array()) {
            auto text = scalar_text(item);
            if (!text || text->find(',') != std::string::npos) {
                return std::nullopt;
            }
            items.push_back(std::move(*text));
        }
        return text::join(items, ",");
    }
    const bool suits = node.is_string()    ? type != Type::integer && type != Type::boolean
                       : node.is_integer() ? type == Type::integer || type == Type::size_bytes
                                           : node.is_boolean() && type == Type::boolean;
    return suits ? scalar_text(node) : std::nullopt;
}

void collect(const toml::table& table, const std::string& prefix,
             std::vector<std::pair<std::string, const toml::node*>>& found) {
    for (const auto& [key, node] : table) {
        const auto name = prefix + std::string(key.str());
        if (const auto* section = node.as_table()) {
            collect(*section, name + ".", found);
        } else {
            found.emplace_back(name, &node);
        }
    }
}

}  // namespace

void Config::declare(std::span<const Option> options) {
    for (const auto& option : options) {
        CHECK(is_valid(option.type, option.default_value));
        const bool is_new =
            entries_.emplace(option.name, Entry{option, option.default_value, true}).second;
        CHECK(is_new);
    }
}

Config::Entry& Config::find(std::string_view name, std::string_view origin) {
    if (const auto found = entries_.find(name); found != entries_.end()) {
        return found->second;
    }
    std::string nearest;
    size_t least = name.size() / 2 + 1;  // further away is no slip of the hand
    for (const auto& [known, entry] : entries_) {
        const size_t distance = edit_distance(name, known);
        if (distance < least) {
            least = distance;
            nearest = known;
        }
    }
    throw bad_request("{}: there is no option '{}'; {}", origin, name,
                      nearest.empty() ? "`welkin config list` shows them all."
                                      : "did you mean '" + nearest + "'?");
}

void Config::assign(std::string_view name, std::string value, std::string_view origin) {
    auto& entry = find(name, origin);
    if (!is_valid(entry.option.type, value)) {
        throw bad_request("{}: '{}' must be {}, not '{}'.", origin, name,
                          what_is_valid(entry.option.type), value);
    }
    entry.is_default = value == entry.option.default_value;
    entry.value = std::move(value);
}

void Config::load_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    if (!file) {
        throw bad_request("The configuration file {} cannot be read.", path);
    }
    load_text(content.str(), path);
}

void Config::load_text(std::string_view toml_text, std::string_view origin) {
    toml::table table;
    try {
        table = toml::parse(toml_text, origin);
    } catch (const toml::parse_error& error) {
        throw bad_request("{}:{}: this is not TOML: {}.", origin, error.source().begin.line,
                          error.description());
    }
    std::vector<std::pair<std::string, const toml::node*>> found;
    collect(table, "", found);
    for (const auto& [name, node] : found) {
        const auto where = fmt::format("{}:{}", origin, node->source().begin.line);
        const Type type = find(name, where).option.type;
        auto value = value_text(*node, type);
        if (!value) {
            throw bad_request("{}: '{}' must be {}.", where, name, what_is_valid(type));
        }
        assign(name, std::move(*value), where);
    }
}

void Config::set(std::string_view assignment) {
    const auto equals = assignment.find('=');
    if (equals == std::string_view::npos || equals == 0) {
        throw bad_request("--set needs section.key=value, not '{}'.", assignment);
    }
    assign(text::trim(assignment.substr(0, equals)), std::string(assignment.substr(equals + 1)),
           "--set");
}

const Config::Entry& Config::entry(std::string_view name, Type type) const {
    const auto found = entries_.find(name);
    CHECK(found != entries_.end());
    CHECK(found->second.option.type == type);
    return found->second;
}

std::string Config::text(std::string_view name) const { return entry(name, Type::text).value; }

int64_t Config::integer(std::string_view name) const {
    return *text::to_integer(entry(name, Type::integer).value);
}

bool Config::boolean(std::string_view name) const {
    return *text::to_boolean(entry(name, Type::boolean).value);
}

int64_t Config::milliseconds(std::string_view name) const {
    return *parse_duration(entry(name, Type::duration_ms).value);
}

int64_t Config::bytes(std::string_view name) const {
    return *parse_with_unit(entry(name, Type::size_bytes).value, size_units);
}

std::vector<std::string> Config::list(std::string_view name) const {
    return parse_list(entry(name, Type::list).value);
}

std::vector<Config::Described> Config::describe() const {
    std::vector<Described> described;
    for (const auto& [name, entry] : entries_) {
        described.push_back({entry.option, entry.value, entry.is_default});
    }
    return described;
}

}  // namespace welkin::config
