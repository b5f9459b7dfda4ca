#include "compute/api/versions.h"

#include "compute/api/links.h"

namespace welkin::compute {

namespace {

/// One version of the API, as the list of all and its own document begin.
struct ApiVersion {
    const char* id;
    const char* status;
    const char* prefix;
    bool microversions;
    const char* updated;
};
constexpr ApiVersion versions[] = {
    {"v2.0", "SUPPORTED", old_api_prefix, false, "2011-01-21T11:33:21Z"},
    {"v2.1", "CURRENT", api_prefix, true, "2013-07-23T11:33:21Z"},
};

void write_common(json::Writer& writer, const ApiVersion& one) {
    writer.member("id", one.id).member("status", one.status);
    writer.member("version", one.microversions ? newest_version.text() : "");
    writer.member("min_version", one.microversions ? oldest_version.text() : "");
    writer.member("updated", one.updated);
}

void write_self(json::Writer& writer, const http::Request& request, const ApiVersion& one) {
    writer.begin_object().member("rel", "self");
    writer.member("href", request.base_url + one.prefix + "/").end_object();
}

http::Reply version_document(const http::Request& request, const ApiVersion& one) {
    return http::ok(wrapped("version", [&](json::Writer& writer) {
        writer.begin_object();
        write_common(writer, one);
        writer.key("links").begin_array();
        write_self(writer, request, one);
        writer.begin_object().member("rel", "describedby").member("type", "text/html");
        writer.member("href", "https://docs.openstack.org/api-ref/compute/").end_object();
        writer.end_array();
        writer.key("media-types").begin_array().begin_object();
        writer.member("base", "application/json");
        const std::string_view number = one.microversions ? "2.1" : "2";
        writer.member("type",
                      fmt::format("application/vnd.openstack.compute+json;version={}", number));
        writer.end_object().end_array().end_object();
    }));
}

}  // namespace

/// GET /compute
Task<http::Reply> list_versions(http::Request& request, State&) {
    co_return http::ok(wrapped("versions", [&](json::Writer& writer) {
        writer.begin_array();
        for (const auto& one : versions) {
            writer.begin_object();
            write_common(writer, one);
            writer.key("links").begin_array();
            write_self(writer, request, one);
            writer.end_array().end_object();
        }
        writer.end_array();
    }));
}

/// GET /compute/v2
Task<http::Reply> show_old_version(http::Request& request, State&) {
    co_return version_document(request, versions[0]);
}

/// GET /compute/v2.1
Task<http::Reply> show_version(http::Request& request, State&) {
    co_return version_document(request, versions[1]);
}

}  // namespace welkin::compute
