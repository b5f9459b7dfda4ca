#pragma once
// Access: a request in the words of the catalogue: who looks, and whose image it is.
#include "core/http/request.h"
#include "image/store/image_store.h"

namespace welkin::image {

Viewer viewer_of(const http::Request& request);

/// For the rules: project_id and owner are the image's, visibility its visibility, and member_id
/// the caller's project where the image is shared with it. The caller must have been shown the
/// image.
auth::Owner owner_of(const Record& image, const http::Request& request);

/// The same for a change of one member.
auth::Owner owner_of(const Record& image, const ProjectId& member);

}  // namespace welkin::image
