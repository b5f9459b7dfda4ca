#pragma once
// Links and views: what every resource of compute shows in the same way.
#include <string>
#include <string_view>

#include "core/http/request.h"
#include "core/json/fields.h"
#include "core/json/json.h"

namespace welkin::compute {

inline constexpr const char* api_prefix = "/compute/v2.1";
/// The same API at its oldest version, for clients that know of no microversions.
inline constexpr const char* old_api_prefix = "/compute/v2";

/// The view for this request: its microversion, its base URL, and whether an admin asks.
json::View view_of(const http::Request& request);

/// "links": [self, bookmark] of a resource, e.g. ("servers", id).
void write_links(json::Writer& writer, const json::View& view, std::string_view collection,
                 std::string_view id);
/// {"rel": "bookmark", "href": ...} alone.
void write_bookmark(json::Writer& writer, const json::View& view, std::string_view collection,
                    std::string_view id);

/// ["uuid", ...]
void write_strings(json::Writer& writer, const std::vector<std::string>& strings);
void write_string_map(json::Writer& writer, const std::map<std::string, std::string>& map);

/// The object under `key`, whose envelope may hold the `also` members and nothing else. Throws
/// bad_request().
const json::Value& envelope(const http::Request& request, std::string_view key,
                            std::initializer_list<std::string_view> also = {});

/// {"key": value}
json::Text wrapped(std::string_view key, const std::function<void(json::Writer&)>& write);

}  // namespace welkin::compute
