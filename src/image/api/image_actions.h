#pragma once
// Small changes of an image: its tags, and whether its data may be used.
#include "core/http/request.h"
#include "image/state.h"

namespace welkin::image {

/// PUT /images/{image_id}/tags/{tag}
Task<http::Reply> add_tag(http::Request& request, State& state);
/// DELETE /images/{image_id}/tags/{tag}
Task<http::Reply> remove_tag(http::Request& request, State& state);
/// POST /images/{image_id}/actions/deactivate
Task<http::Reply> deactivate_image(http::Request& request, State& state);
/// POST /images/{image_id}/actions/reactivate
Task<http::Reply> reactivate_image(http::Request& request, State& state);

}  // namespace welkin::image
