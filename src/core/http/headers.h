#pragma once
// Headers and query parameters: ordered lists of names and values, found without regard to case
// (headers) or exactly (query).
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace welkin::http {

class Headers {
public:
    /// First value of that name, or nothing. Names compare without regard to case.
    std::optional<std::string_view> find(std::string_view name) const;
    std::string_view get(std::string_view name, std::string_view otherwise = "") const;
    bool has(std::string_view name) const { return find(name).has_value(); }
    std::vector<std::string_view> all(std::string_view name) const;
    void add(std::string name, std::string value) {
        items_.emplace_back(std::move(name), std::move(value));
    }
    void set(std::string_view name, std::string value);  ///< replaces all of that name
    void erase(std::string_view name);
    void clear() { items_.clear(); }
    void reserve(size_t count) { items_.reserve(count); }
    auto begin() const { return items_.begin(); }
    auto end() const { return items_.end(); }
    size_t size() const { return items_.size(); }

private:
    std::vector<std::pair<std::string, std::string>> items_;
};

class Query {
public:
    Query() = default;
    /// Percent-decodes; throws bad_request() for a broken escape.
    explicit Query(std::string_view raw);
    std::optional<std::string_view> find(std::string_view name) const;  ///< the first of that name
    std::string_view get(std::string_view name, std::string_view otherwise = "") const;
    std::vector<std::string_view> all(std::string_view name) const;
    bool has(std::string_view name) const { return find(name).has_value(); }
    auto begin() const { return items_.begin(); }
    auto end() const { return items_.end(); }
    bool empty() const { return items_.empty(); }
    size_t size() const { return items_.size(); }

private:
    std::vector<std::pair<std::string, std::string>> items_;
};

}  // namespace welkin::http
