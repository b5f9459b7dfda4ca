#pragma once
// The data of an image: upload, download, and the staging area with its import.
#include "core/http/request.h"
#include "image/state.h"

namespace welkin::image {

/// PUT /images/{image_id}/file
Task<http::Reply> upload_image(http::Request& request, State& state);
/// GET /images/{image_id}/file: all of it or one range; 204 while there is none.
Task<http::Reply> download_image(http::Request& request, State& state);
/// PUT /images/{image_id}/stage
Task<http::Reply> stage_image(http::Request& request, State& state);
/// POST /images/{image_id}/import, method glance-direct: the staged data becomes the image's.
Task<http::Reply> import_image(http::Request& request, State& state);
/// GET /images/{image_id}/tasks: what became of its imports.
Task<http::Reply> list_image_tasks(http::Request& request, State& state);

}  // namespace welkin::image
