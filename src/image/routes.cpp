// Every URL of image: method, path, handler, policy rule.
#include "image/routes.h"

#include "core/http/error_styles.h"
#include "image/api/image_actions.h"
#include "image/api/image_data.h"
#include "image/api/images.h"
#include "image/api/info.h"
#include "image/api/members.h"

namespace welkin::image {

namespace {

using enum http::Method;
using enum http::Flag;

const http::Route<State> version_routes[] = {
    {GET, "/", choose_version, "", public_route},
    {GET, "/versions", list_versions, "", public_route},
    {GET, "/v2", choose_version, "", public_route},
};

const http::Route<State> routes[] = {
    {GET, "/images", list_images, "get_images", cached},
    {POST, "/images", create_image, "add_image"},
    {GET, "/images/{image_id}", show_image, "get_image", cached},
    {PATCH, "/images/{image_id}", update_image, "modify_image"},
    {DELETE, "/images/{image_id}", delete_image, "delete_image"},

    {PUT, "/images/{image_id}/file", upload_image, "upload_image", streams},
    {GET, "/images/{image_id}/file", download_image, "download_image"},
    {PUT, "/images/{image_id}/stage", stage_image, "modify_image", streams},
    {POST, "/images/{image_id}/import", import_image, "modify_image"},
    {GET, "/images/{image_id}/tasks", list_image_tasks, "get_image", cached},

    {PUT, "/images/{image_id}/tags/{tag}", add_tag, "modify_image", raw_body},
    {DELETE, "/images/{image_id}/tags/{tag}", remove_tag, "modify_image"},
    {POST, "/images/{image_id}/actions/deactivate", deactivate_image, "deactivate", raw_body},
    {POST, "/images/{image_id}/actions/reactivate", reactivate_image, "reactivate", raw_body},

    {GET, "/images/{image_id}/members", list_members, "get_members", cached},
    {POST, "/images/{image_id}/members", add_member, "add_member"},
    {GET, "/images/{image_id}/members/{member_id}", show_member, "get_member", cached},
    {PUT, "/images/{image_id}/members/{member_id}", update_member, "modify_member"},
    {DELETE, "/images/{image_id}/members/{member_id}", remove_member, "delete_member"},

    {GET, "/schemas/{name}", show_schema, "image_info", cached},
    {GET, "/info/import", show_import_methods, "image_info"},
    {GET, "/info/stores", list_stores, "image_info"},
};

}  // namespace

void mount_routes(http::Router& router, State& state) {
    const http::Api api{.name = "image", .prefix = "/image/v2", .render_error = http::image_error};
    router.mount<State>(api, routes, state);
    const http::Api versions{
        .name = "image", .prefix = "/image", .render_error = http::image_error};
    router.mount<State>(versions, version_routes, state);
}

}  // namespace welkin::image
