#include "compute/api/proxy/images.h"

#include <algorithm>

#include "compute/api/links.h"
#include "compute/api/paging.h"
#include "compute/api/proxy/ask.h"
#include "core/base/text.h"

namespace welkin::compute {

using http::Reply;
using http::Request;
using enum http::Method;

namespace {

/// The image service's own fields: whatever else it shows is a property.
constexpr std::string_view own_fields[] = {"id",
                                           "name",
                                           "status",
                                           "visibility",
                                           "protected",
                                           "tags",
                                           "owner",
                                           "disk_format",
                                           "container_format",
                                           "min_disk",
                                           "min_ram",
                                           "size",
                                           "virtual_size",
                                           "checksum",
                                           "os_hash_algo",
                                           "os_hash_value",
                                           "os_hidden",
                                           "created_at",
                                           "updated_at",
                                           "self",
                                           "file",
                                           "schema",
                                           "stores",
                                           "direct_url",
                                           "locations",
                                           "os_glance_failed_import",
                                           "os_glance_importing_to_stores"};

struct Status {
    std::string_view theirs;
    std::string_view ours;
    int progress;
};
constexpr Status statuses[] = {{"active", "ACTIVE", 100},   {"queued", "SAVING", 25},
                               {"saving", "SAVING", 50},    {"uploading", "SAVING", 50},
                               {"importing", "SAVING", 50}, {"deleted", "DELETED", 0},
                               {"killed", "ERROR", 0},      {"deactivated", "UNKNOWN", 0}};

Status status_of_image(const json::Value& image) {
    const auto theirs = image.text("status");
    const auto found = std::ranges::find(statuses, theirs, &Status::theirs);
    return found == std::end(statuses) ? Status{"", "UNKNOWN", 0} : *found;
}

void write_image_links(json::Writer& writer, const json::View& view, const std::string& id) {
    writer.begin_array().begin_object().member("rel", "self");
    writer.member("href", fmt::format("{}{}/images/{}", view.base_url, api_prefix, id));
    writer.end_object();
    write_bookmark(writer, view, "images", id);
    writer.begin_object().member("rel", "alternate");
    writer.member("type", "application/vnd.openstack.image");
    writer.member("href", fmt::format("{}/image/v2/images/{}", view.base_url, id));
    writer.end_object().end_array();
}

enum class Detail { no, yes };

void write_image(json::Writer& writer, const json::Value& image, const json::View& view,
                 Detail detail) {
    const auto id = image.text("id");
    writer.begin_object().member("id", id).member("name", image["name"]).key("links");
    write_image_links(writer, view, id);
    if (detail == Detail::yes) {
        const auto status = status_of_image(image);
        writer.member("status", status.ours).member("progress", status.progress);
        writer.member("created", image.text("created_at"));
        writer.member("updated", image.text("updated_at"));
        writer.member("minRam", image["min_ram"]).member("minDisk", image["min_disk"]);
        writer.member("OS-EXT-IMG-SIZE:size", image["size"]).key("metadata");
        write_string_map(writer, image_properties(image));
    }
    writer.end_object();
}

void append(std::string& query, std::string_view name, std::string_view value) {
    query += fmt::format("&{}={}", name, text::percent_encode(value));
}

/// Nova's filters in the words of the image service.
std::string query_of(const Request& request, const sql::Page& page) {
    auto query = fmt::format("?limit={}", page.limit);
    const auto pass = [&](std::string_view ours, std::string_view theirs) {
        if (const auto given = request.query.find(ours)) {
            append(query, theirs, *given);
        }
    };
    pass("name", "name");
    pass("marker", "marker");
    pass("type", "image_type");
    pass("server", "instance_uuid");
    pass("minRam", "min_ram");
    pass("minDisk", "min_disk");
    if (const auto since = request.query.find("changes-since")) {
        append(query, "updated_at", fmt::format("gte:{}", *since));
    }
    for (const auto& [name, value] : request.query) {
        if (name.starts_with("property-")) {
            append(query, name.substr(std::string_view("property-").size()), value);
        }
    }
    return query;
}

Task<Reply> list_with(Request& request, State& compute, Detail detail) {
    request.authorize();
    const auto page = read_page(request, {}, {});
    const auto answer = co_await ask_image(request, compute, GET, query_of(request, page));
    auto images = answer["images"].as_array();
    if (const auto status = request.query.find("status")) {
        std::erase_if(images, [&](const auto& image) {
            return !text::equal_ignoring_case(status_of_image(image).ours, *status);
        });
    }
    const auto view = view_of(request);
    json::Text body;
    json::Writer writer(body.value);
    writer.begin_object().key("images").begin_array();
    for (const auto& image : images) {
        write_image(writer, image, view, detail);
    }
    writer.end_array();
    write_next_link(writer, request, "images", images.size(), page,
                    images.empty() ? "" : images.back().text("id"));
    writer.end_object();
    co_return http::ok(std::move(body));
}

}  // namespace

Task<json::Value> ask_image(const Request& behalf, State& compute, http::Method method,
                            std::string path, json::Value body, http::Headers headers) {
    return ask(compute.core.router, behalf, method, "/image/v2/images" + std::move(path),
               std::move(body), std::move(headers));
}

std::map<std::string, std::string> image_properties(const json::Value& image) {
    std::map<std::string, std::string> properties;
    for (const auto& [name, value] : image.as_object()) {
        if (value.is_string() && std::ranges::find(own_fields, name) == std::end(own_fields)) {
            properties[name] = value.as_string();
        }
    }
    return properties;
}

/// GET /images
Task<Reply> list_images(Request& request, State& compute) {
    return list_with(request, compute, Detail::no);
}

/// GET /images/detail
Task<Reply> list_images_detail(Request& request, State& compute) {
    return list_with(request, compute, Detail::yes);
}

/// GET /images/{id}
Task<Reply> show_image(Request& request, State& compute) {
    request.authorize();
    const auto image = co_await ask_image(request, compute, GET,
                                          "/" + text::percent_encode(request.path_part("id")));
    co_return http::ok(wrapped("image", [&](json::Writer& writer) {
        write_image(writer, image, view_of(request), Detail::yes);
    }));
}

/// DELETE /images/{id}
Task<Reply> delete_image(Request& request, State& compute) {
    request.authorize();
    co_await ask_image(request, compute, DELETE,
                       "/" + text::percent_encode(request.path_part("id")));
    co_return http::no_content();
}

}  // namespace welkin::compute
