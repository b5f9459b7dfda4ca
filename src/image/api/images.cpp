#include "image/api/images.h"

#include "core/base/uuid.h"
#include "image/api/access.h"
#include "image/api/image_list.h"
#include "image/api/image_patch.h"
#include "image/api/image_view.h"
#include "image/reaper.h"

namespace welkin::image {

namespace {

using http::Reply;
using http::Request;

json::Text show(const Record& image, const State& state) {
    json::Text text;
    json::Writer writer(text.value);
    write_image(writer, image, state.store_id);
    return text;
}

/// The image that a body describes: fields and, whatever else there is, properties.
Record parse_image(const json::Value& body) {
    if (!body.is_object()) {
        throw bad_request("An image must be an object, not {}.", body.kind());
    }
    json::Object fields;
    Record image;
    for (const auto& [name, value] : body.as_object()) {
        if (is_read_only(name)) {
            throw forbidden("Attribute '{}' is read-only.", name);
        }
        if (is_core(name)) {
            fields.emplace_back(name, value);
        } else {
            check_property(name, value);
            image.properties[name] = value.as_string();
        }
    }
    image = image_fields.parse(fields, {}, std::move(image));
    tidy_tags(image.tags);
    return image;
}

void check_limits(const Record& image, const Limits& limits) {
    if (image.properties.size() > limits.properties) {
        throw over_limit("The image has {} properties; at most {} are allowed.",
                         image.properties.size(), limits.properties);
    }
    if (image.tags.size() > limits.tags) {
        throw over_limit("The image has {} tags; at most {} are allowed.", image.tags.size(),
                         limits.tags);
    }
}

/// Who may give an image a wider audience has rules of its own.
void check_visibility(const Record& image, const Request& request) {
    const auto owner = owner_of(image, request);
    if (image.visibility == Visibility::is_public && !request.may("publicize_image", owner)) {
        throw forbidden("The policy rule publicize_image does not allow you to do this.");
    }
    if (image.visibility == Visibility::community && !request.may("communitize_image", owner)) {
        throw forbidden("The policy rule communitize_image does not allow you to do this.");
    }
}

void apply_patch(Record& image, const std::vector<PatchChange>& changes, const Request& request,
                 const State& state) {
    const auto before = image.visibility;
    for (const auto& change : changes) {
        if (change.name == "owner" && !request.is_admin()) {
            throw forbidden("Owner can't be updated by non admin.");
        }
        apply_change(image, change);
    }
    if (image.visibility != before) {
        check_visibility(image, request);
    }
    check_limits(image, state.limits);
}

}  // namespace

Task<Reply> create_image(Request& request, State& state) {
    // Parse.
    auto image = parse_image(request.json());
    if (image.id.empty()) {
        image.id = ImageId(new_uuid(state.core.env));
    }
    if (image.owner.empty()) {
        image.owner = request.caller().project_id;
    }

    // Authorize.
    request.authorize(owner_of(image, ProjectId()));
    check_visibility(image, request);
    check_limits(image, state.limits);

    // Act.
    co_await state.core.database.write([&](sql::Transaction& tx) {
        image.created_at = image.updated_at = tx.now();
        state.images.insert(tx, image);
        note_change(tx, request.author(), image, "create");
    });

    // Respond.
    auto reply = http::created(show(image, state));
    reply.headers.add("Location", fmt::format("{}/image/v2/images/{}", request.base_url, image.id));
    reply.headers.add("OpenStack-image-import-methods", "glance-direct");
    reply.headers.add("OpenStack-image-store-ids", state.store_id);
    co_return reply;
}

Task<Reply> list_images(Request& request, State& state) {
    if (request.path.ends_with('/')) {
        throw not_found("No image found with an empty ID");
    }
    const auto query = parse_image_query(request.query);
    request.authorize();
    const auto images = co_await state.core.database.read(
        [&](sql::Transaction& tx) { return state.images.list(tx, viewer_of(request), query); });

    json::Text text;
    json::Writer writer(text.value);
    writer.begin_object().key("images").begin_array();
    for (const auto& image : images) {
        write_image(writer, image, state.store_id);
    }
    writer.end_array();
    write_page_links(writer, request.query, query.page, images);
    writer.member("schema", "/v2/schemas/images").end_object();
    co_return http::ok(std::move(text));
}

Task<Reply> show_image(Request& request, State& state) {
    const ImageId id(request.path_part("image_id"));
    const auto image = co_await state.core.database.read(
        [&](sql::Transaction& tx) { return state.images.get(tx, viewer_of(request), id); });
    request.authorize(owner_of(image, request), not_found("No image found with ID {}", id));
    co_return http::ok(show(image, state));
}

Task<Reply> update_image(Request& request, State& state) {
    const ImageId id(request.path_part("image_id"));
    const auto changes = parse_patch(request.headers.get("Content-Type"), request.json());
    const auto image = co_await state.core.database.write([&](sql::Transaction& tx) {
        auto found = state.images.get(tx, viewer_of(request), id);
        request.authorize(owner_of(found, request));
        apply_patch(found, changes, request, state);
        if (!changes.empty()) {
            json::Array names;
            for (const auto& change : changes) {
                names.emplace_back(change.name);
            }
            state.images.update(tx, found);
            note_change(tx, request.author(), found, "update",
                        json::Object{{"changed", std::move(names)}});
        }
        return found;
    });
    co_return http::ok(show(image, state));
}

Task<Reply> delete_image(Request& request, State& state) {
    const ImageId id(request.path_part("image_id"));
    const auto leaving = co_await state.core.database.write([&](sql::Transaction& tx) {
        const auto image = state.images.get(tx, viewer_of(request), id);
        request.authorize(owner_of(image, request));
        if (image.is_protected) {
            throw forbidden("Image {} is protected and cannot be deleted.", id);
        }
        state.transfers.abandon(tx, id);
        if (!image.location.empty()) {
            state.transfers.insert(tx, {.location = image.location,
                                        .image_id = id,
                                        .stage = Stage::leaving,
                                        .expires_at = tx.now()});
        }
        state.images.erase(tx, id);
        note_change(tx, request.author(), image, "delete");
        return state.transfers.of_image(tx, id);
    });
    for (const auto& transfer : leaving) {
        co_await reap(state, transfer.location);
    }
    co_return http::no_content();
}

}  // namespace welkin::image
