#include "compute/hostname.h"

#include <algorithm>
#include <cctype>

#include "core/base/error.h"

namespace welkin::compute {

namespace {

constexpr size_t longest = 63;

bool is_label_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
}

}  // namespace

std::string hostname_from(std::string_view server_name, std::string_view otherwise) {
    std::string name;
    for (char c : server_name) {
        if (c == ' ' || c == '_') {
            c = '-';
        }
        if (is_label_character(c)) {
            name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    const auto edge = [](char c) { return c == '-' || c == '.'; };
    name.erase(name.begin(), std::ranges::find_if_not(name, edge));
    if (name.size() > longest) {
        name.resize(longest);
    }
    while (!name.empty() && edge(name.back())) {
        name.pop_back();
    }
    return name.empty() ? std::string(otherwise) : name;
}

void check_hostname(std::string_view name, const json::Value& value) {
    const bool valid =
        value.is_string() && !value.as_string().empty() && value.as_string().size() <= longest &&
        std::ranges::all_of(value.as_string(),
                            [](char c) { return is_label_character(c) && c != '.'; }) &&
        value.as_string().front() != '-' && value.as_string().back() != '-';
    if (!valid) {
        throw bad_request(
            "'{}' must be a host name: at most 63 letters, digits and dashes, not "
            "beginning or ending with a dash.",
            name);
    }
}

}  // namespace welkin::compute
