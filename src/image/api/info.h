#pragma once
// What clients ask about the service itself: versions, import methods, stores, schemas.
#include "core/http/request.h"
#include "image/state.h"

namespace welkin::image {

/// GET / and /versions: 300 and 200 with the same list.
Task<http::Reply> choose_version(http::Request& request, State& state);
Task<http::Reply> list_versions(http::Request& request, State& state);
/// GET /info/import
Task<http::Reply> show_import_methods(http::Request& request, State& state);
/// GET /info/stores
Task<http::Reply> list_stores(http::Request& request, State& state);
/// GET /schemas/{name}
Task<http::Reply> show_schema(http::Request& request, State& state);

}  // namespace welkin::image
