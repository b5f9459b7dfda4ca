// The version documents: the only pages that need no token, and the first that clients read.
#include "identity/api/handlers.h"
#include "identity/api/view.h"

namespace welkin::identity {

namespace {

constexpr const char* version_id = "v3.14";
constexpr const char* version_updated = "2020-04-07T00:00:00Z";
constexpr const char* media_type = "application/vnd.openstack.identity-v3+json";

void write_version(json::Writer& out, const Request& request) {
    out.begin_object();
    out.member("id", version_id).member("status", "stable").member("updated", version_updated);
    out.key("links").begin_array().begin_object();
    out.member("rel", "self").member("href", url_of(request) + "/");
    out.end_object().end_array();
    out.key("media-types").begin_array().begin_object();
    out.member("base", "application/json").member("type", media_type);
    out.end_object().end_array();
    out.end_object();
}

}  // namespace

/// GET /identity: 300, as there could be more than one version.
Task<Reply> list_versions(Request& request, State&) {
    json::Text text;
    json::Writer out(text.value);
    out.begin_object().key("versions").begin_object().key("values").begin_array();
    write_version(out, request);
    out.end_array().end_object().end_object();
    co_return http::json_reply(300, std::move(text));
}

/// GET /identity/v3
Task<Reply> show_version(Request& request, State&) {
    json::Text text;
    json::Writer out(text.value);
    out.begin_object().key("version");
    write_version(out, request);
    out.end_object();
    co_return http::ok(std::move(text));
}

}  // namespace welkin::identity
