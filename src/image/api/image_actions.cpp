#include "image/api/image_actions.h"

#include "core/base/text.h"
#include "image/api/access.h"
#include "image/api/image_patch.h"

namespace welkin::image {

namespace {

using http::Reply;
using http::Request;

/// Applies `change` to the image of the path; it says whether there was something to do.
Task<Reply> change_image(Request& request, State& state, std::string_view action,
                         const std::function<bool(Record&)>& change) {
    const ImageId id(request.path_part("image_id"));
    co_await state.core.database.write([&](sql::Transaction& tx) {
        auto image = state.images.get(tx, viewer_of(request), id);
        request.authorize(owner_of(image, request));
        if (change(image)) {
            state.images.update(tx, image);
            note_change(tx, request.author(), image, action);
        }
    });
    co_return http::no_content();
}

/// active ↔ deactivated.
std::function<bool(Record&)> move_status(Status from, Status to) {
    return [from, to](Record& image) {
        if (image.status != from && image.status != to) {
            throw bad_request("Image status transition from {} to {} is not allowed",
                              to_text(image.status), to_text(to));
        }
        return std::exchange(image.status, to) != to;
    };
}

}  // namespace

Task<Reply> add_tag(Request& request, State& state) {
    const auto& tag = request.path_part("tag");
    if (text::count_characters(tag) > 255) {
        throw bad_request("A tag has at most 255 characters, not {}.", text::count_characters(tag));
    }
    co_return co_await change_image(request, state, "add_tag", [&](Record& image) {
        const auto before = image.tags.size();
        image.tags.push_back(tag);
        tidy_tags(image.tags);
        if (image.tags.size() > state.limits.tags) {
            throw over_limit("Image {} has {} tags already, and more are not allowed.", image.id,
                             before);
        }
        return image.tags.size() != before;
    });
}

Task<Reply> remove_tag(Request& request, State& state) {
    const auto& tag = request.path_part("tag");
    co_return co_await change_image(request, state, "remove_tag", [&](Record& image) {
        if (std::erase(image.tags, tag) == 0) {
            throw not_found("Image {} has no tag '{}'.", image.id, tag);
        }
        return true;
    });
}

Task<Reply> deactivate_image(Request& request, State& state) {
    co_return co_await change_image(request, state, "deactivate",
                                    move_status(Status::active, Status::deactivated));
}

Task<Reply> reactivate_image(Request& request, State& state) {
    co_return co_await change_image(request, state, "reactivate",
                                    move_status(Status::deactivated, Status::active));
}

}  // namespace welkin::image
