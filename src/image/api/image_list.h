#pragma once
// What GET /images understands, and the links of a page.
#include <vector>

#include "core/http/headers.h"
#include "core/json/json.h"
#include "image/store/image_store.h"

namespace welkin::image {

/// Throws bad_request() for a filter, sort key or limit that makes no sense. What is not known is
/// taken for a property.
ImageQuery parse_image_query(const http::Query& query);

/// "first" and, if there may be more, "next".
void write_page_links(json::Writer& writer, const http::Query& query, const sql::Page& page,
                      const std::vector<Record>& images);

}  // namespace welkin::image
