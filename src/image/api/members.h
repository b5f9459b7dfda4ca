#pragma once
// The members of an image: projects it is shared with.
#include "core/http/request.h"
#include "image/state.h"

namespace welkin::image {

/// POST /images/{image_id}/members
Task<http::Reply> add_member(http::Request& request, State& state);
/// GET /images/{image_id}/members: all for the owner, itself for a member.
Task<http::Reply> list_members(http::Request& request, State& state);
/// GET /images/{image_id}/members/{member_id}
Task<http::Reply> show_member(http::Request& request, State& state);
/// PUT /images/{image_id}/members/{member_id}: the member accepts or rejects.
Task<http::Reply> update_member(http::Request& request, State& state);
/// DELETE /images/{image_id}/members/{member_id}
Task<http::Reply> remove_member(http::Request& request, State& state);

}  // namespace welkin::image
