#include "core/http/headers.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace welkin::http {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return x == y || lower(x) == lower(y);
           });
}

std::string decode(std::string_view raw) {
    auto decoded = text::percent_decode(raw, true);
    if (!decoded) {
        throw bad_request("The query parameter '{}' has a broken percent escape.", raw);
    }
    if (decoded->find('\0') != std::string::npos || !text::is_utf8(*decoded)) {
        throw bad_request("The query parameter '{}' is not valid UTF-8 text.", raw);
    }
    return std::move(*decoded);
}

}  // namespace

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const auto& [key, value] : items_) {
        if (same_name(key, name)) {
            return value;
        }
    }
    return std::nullopt;
}

std::string_view Headers::get(std::string_view name, std::string_view otherwise) const {
    return find(name).value_or(otherwise);
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [key, value] : items_) {
        if (same_name(key, name)) {
            values.push_back(value);
        }
    }
    return values;
}

void Headers::set(std::string_view name, std::string value) {
    erase(name);
    items_.emplace_back(std::string(name), std::move(value));
}

void Headers::erase(std::string_view name) {
    std::erase_if(items_, [name](const auto& item) { return same_name(item.first, name); });
}

Query::Query(std::string_view raw) {
    while (!raw.empty()) {
        const auto end = raw.find('&');
        const auto item = raw.substr(0, end);
        raw = end == std::string_view::npos ? std::string_view{} : raw.substr(end + 1);
        if (item.empty()) {
            continue;
        }
        const auto equals = item.find('=');
        auto value = equals == std::string_view::npos ? "" : decode(item.substr(equals + 1));
        items_.emplace_back(decode(item.substr(0, equals)), std::move(value));
    }
}

std::optional<std::string_view> Query::find(std::string_view name) const {
    for (const auto& [key, value] : items_) {
        if (key == name) {
            return value;
        }
    }
    return std::nullopt;
}

std::string_view Query::get(std::string_view name, std::string_view otherwise) const {
    return find(name).value_or(otherwise);
}

std::vector<std::string_view> Query::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [key, value] : items_) {
        if (key == name) {
            values.push_back(value);
        }
    }
    return values;
}

}  // namespace welkin::http
