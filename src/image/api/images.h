#pragma once
// The images resource.
#include "core/http/request.h"
#include "image/state.h"

namespace welkin::image {

/// POST /images: a queued image without data.
Task<http::Reply> create_image(http::Request& request, State& state);
/// GET /images: what the caller may see, filtered, sorted and paged.
Task<http::Reply> list_images(http::Request& request, State& state);
/// GET /images/{image_id}
Task<http::Reply> show_image(http::Request& request, State& state);
/// PATCH /images/{image_id}
Task<http::Reply> update_image(http::Request& request, State& state);
/// DELETE /images/{image_id}: row first, data after.
Task<http::Reply> delete_image(http::Request& request, State& state);

}  // namespace welkin::image
