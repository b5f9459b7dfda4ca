#include "compute/api/paging.h"

#include <algorithm>

#include "compute/api/links.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace welkin::compute {

namespace {

std::string column_of(std::string_view key, std::span<const SortName> sort_names) {
    std::vector<std::string> allowed;
    for (const auto& each : sort_names) {
        if (each.name == key) {
            return each.column;
        }
        allowed.emplace_back(each.name);
    }
    throw bad_request("Invalid sort key '{}'. It must be one of: {}.", key,
                      text::join(allowed, ", "));
}

}  // namespace

int64_t query_integer(const http::Request& request, std::string_view name, int64_t otherwise) {
    const auto given = request.query.find(name);
    if (!given) {
        return otherwise;
    }
    const auto number = text::to_integer(*given);
    if (!number || *number < 0) {
        throw bad_request(
            "Invalid input for query parameters {}. Value: {}. It must be a "
            "non-negative integer.",
            name, *given);
    }
    return *number;
}

bool query_boolean(const http::Request& request, std::string_view name, bool otherwise) {
    const auto given = request.query.find(name);
    if (!given || given->empty()) {
        return otherwise;
    }
    const auto value = text::to_boolean(*given);
    if (!value) {
        throw bad_request(
            "Invalid input for query parameters {}. Value: {}. It must be true or "
            "false.",
            name, *given);
    }
    return *value;
}

sql::Page read_page(const http::Request& request, std::span<const SortName> sort_names,
                    std::vector<sql::SortKey> otherwise) {
    sql::Page page;
    const auto limit = query_integer(request, "limit", max_page);
    page.limit = static_cast<int>(std::min<int64_t>(limit, max_page));
    page.marker = std::string(request.query.get("marker"));
    const auto keys = request.query.all("sort_key");
    const auto directions = request.query.all("sort_dir");
    if (directions.size() > std::max<size_t>(keys.size(), 1)) {
        throw bad_request("Sort direction size exceeds sort key size.");
    }
    for (size_t i = 0; i < keys.size(); ++i) {
        // One direction given for several keys goes for all of them.
        const auto direction = directions.empty() ? std::string_view("desc")
                                                  : directions[std::min(i, directions.size() - 1)];
        page.sort.push_back({column_of(keys[i], sort_names), direction == "desc"});
    }
    for (auto direction : directions) {
        if (direction != "asc" && direction != "desc") {
            throw bad_request("Invalid sort direction '{}'. It must be 'asc' or 'desc'.",
                              direction);
        }
    }
    if (page.sort.empty()) {
        page.sort = std::move(otherwise);
        if (!directions.empty()) {
            for (auto& key : page.sort) {
                key.descending = directions.front() == "desc";
            }
        }
    }
    return page;
}

void check_query(const http::Request& request, Version since,
                 std::initializer_list<std::string_view> known) {
    if (request.version() < since) {
        return;
    }
    for (const auto& [name, value] : request.query) {
        if (std::ranges::find(known, name) == known.end()) {
            throw bad_request("Additional properties are not allowed ('{}' was unexpected)", name);
        }
    }
}

void write_next_link(json::Writer& writer, const http::Request& request, std::string_view plural,
                     size_t shown, const sql::Page& page, std::string_view last_id) {
    if (shown == 0 || shown < static_cast<size_t>(page.limit)) {
        return;
    }
    std::string href = request.base_url + api_prefix + request.path + "?";
    for (const auto& [name, value] : request.query) {
        if (name != "marker") {
            href += text::percent_encode(name) + "=" + text::percent_encode(value) + "&";
        }
    }
    href += "marker=" + text::percent_encode(last_id);
    writer.key(plural.empty() ? "links" : std::string(plural) + "_links");
    writer.begin_array().begin_object();
    writer.member("rel", "next").member("href", href);
    writer.end_object().end_array();
}

}  // namespace welkin::compute
