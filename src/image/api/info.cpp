#include "image/api/info.h"

namespace welkin::image {

namespace {

using http::Reply;
using http::Request;

constexpr int newest_minor = 16;

json::Text versions(const std::string& base_url) {
    json::Text text;
    json::Writer writer(text.value);
    writer.begin_object().key("versions").begin_array();
    for (int minor = newest_minor; minor >= 0; --minor) {
        writer.begin_object().member("id", fmt::format("v2.{}", minor));
        writer.member("status", minor == newest_minor ? "CURRENT" : "SUPPORTED");
        writer.key("links").begin_array().begin_object();
        writer.member("rel", "self").member("href", base_url + "/image/v2/");
        writer.end_object().end_array().end_object();
    }
    writer.end_array().end_object();
    return text;
}

}  // namespace

Task<Reply> choose_version(Request& request, State&) {
    co_return http::json_reply(300, versions(request.base_url));
}

Task<Reply> list_versions(Request& request, State&) {
    co_return http::ok(versions(request.base_url));
}

Task<Reply> show_import_methods(Request& request, State&) {
    request.authorize();
    co_return http::ok(json::Text{
        R"({"import-methods": {"description": "Import methods available.", "type": "array", )"
        R"("value": ["glance-direct"]}})"});
}

Task<Reply> list_stores(Request& request, State& state) {
    request.authorize();
    json::Text text;
    json::Writer writer(text.value);
    writer.begin_object().key("stores").begin_array().begin_object();
    writer.member("id", state.store_id).member("default", "true");
    writer.end_object().end_array().end_object();
    co_return http::ok(std::move(text));
}

}  // namespace welkin::image
