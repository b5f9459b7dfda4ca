#pragma once
// Paging of compute's lists: limit, marker, sort_key, sort_dir and the link to the next page.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/request.h"
#include "core/json/json.h"
#include "core/sql/page.h"

namespace welkin::compute {

inline constexpr int max_page = 1000;

/// A sort key as clients spell it, and its column.
struct SortName {
    const char* name;
    const char* column;
};

/// Throws bad_request() for what is no number, an unknown sort key or direction.
sql::Page read_page(const http::Request& request, std::span<const SortName> sort_names,
                    std::vector<sql::SortKey> otherwise);

/// From `since` on, a query parameter that is not in `known` is refused; before it is ignored.
void check_query(const http::Request& request, Version since,
                 std::initializer_list<std::string_view> known);

/// "servers_links": [{"rel": "next", ...}] if the page is full; "links" if `plural` is empty.
void write_next_link(json::Writer& writer, const http::Request& request, std::string_view plural,
                     size_t shown, const sql::Page& page, std::string_view last_id);

/// A query parameter as an integer; throws bad_request() naming it.
int64_t query_integer(const http::Request& request, std::string_view name, int64_t otherwise);
/// As a boolean in any of OpenStack's spellings.
bool query_boolean(const http::Request& request, std::string_view name, bool otherwise);

}  // namespace welkin::compute
