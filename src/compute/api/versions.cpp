#include "compute/api/versions.h"

#include "compute/api/links.h"

namespace welkin::compute {

namespace {

void write_common(json::Writer& writer) {
    writer.member("id", "v2.1").member("status", "CURRENT");
    writer.member("version", newest_version.text()).member("min_version", oldest_version.text());
    writer.member("updated", "2013-07-23T11:33:21Z");
}

void write_self(json::Writer& writer, const http::Request& request) {
    writer.begin_object().member("rel", "self");
    writer.member("href", request.base_url + api_prefix + "/").end_object();
}

}  // namespace

/// GET /compute
Task<http::Reply> list_versions(http::Request& request, State&) {
    co_return http::ok(wrapped("versions", [&](json::Writer& writer) {
        writer.begin_array().begin_object();
        write_common(writer);
        writer.key("links").begin_array();
        write_self(writer, request);
        writer.end_array().end_object().end_array();
    }));
}

/// GET /compute/v2.1
Task<http::Reply> show_version(http::Request& request, State&) {
    co_return http::ok(wrapped("version", [&](json::Writer& writer) {
        writer.begin_object();
        write_common(writer);
        writer.key("links").begin_array();
        write_self(writer, request);
        writer.begin_object().member("rel", "describedby").member("type", "text/html");
        writer.member("href", "https://docs.openstack.org/api-ref/compute/").end_object();
        writer.end_array();
        writer.key("media-types").begin_array().begin_object();
        writer.member("base", "application/json");
        writer.member("type", "application/vnd.openstack.compute+json;version=2.1");
        writer.end_object().end_array().end_object();
    }));
}

}  // namespace welkin::compute
