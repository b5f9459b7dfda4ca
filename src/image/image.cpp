#include "image/image.h"

#include "core/async/async.h"
#include "core/auth/policy.h"
#include "core/observe/log.h"
#include "core/work/runner.h"
#include "image/fetch.h"
#include "image/policy.h"
#include "image/reaper.h"
#include "image/routes.h"
#include "image/state.h"
#include "image/stores/table.h"

namespace welkin::image {

namespace {

constexpr config::Option image_options[] = {
    {"image.store", config::Type::text, "file",
     "Where image data is kept: file, or fake (memory)."},
    {"image.size_cap", config::Type::size_bytes, "1TiB", "The largest image that may be uploaded."},
    {"image.user_storage_quota", config::Type::size_bytes, "0",
     "How many bytes the images of one project may take; 0 means no limit."},
    {"image.concurrent_uploads", config::Type::integer, "64",
     "How many uploads are taken at once; more are answered 503 to come again later."},
    {"image.require_format_match", config::Type::boolean, "true",
     "Whether an upload is refused that does not look like the image's disk_format; data that "
     "is another known disk format is refused in any case."},
};

ImageSummary summary_of(Record image) {
    return {.id = std::move(image.id),
            .name = image.name.value_or(""),
            .status = std::string(to_text(image.status)),
            .disk_format = image.disk_format.value_or(""),
            .container_format = image.container_format.value_or(""),
            .size_bytes = static_cast<uint64_t>(image.size_bytes.value_or(0)),
            .virtual_size_bytes = static_cast<uint64_t>(image.virtual_size_bytes.value_or(0)),
            .min_disk_gb = static_cast<int>(image.min_disk_gb),
            .min_ram_mb = static_cast<int>(image.min_ram_mb),
            .owner = std::move(image.owner),
            .sha512 = image.sha512.value_or(""),
            .properties = std::move(image.properties)};
}

std::optional<ImageSummary> summary_of(std::optional<Record> image) {
    if (!image) {
        return std::nullopt;
    }
    return summary_of(std::move(*image));
}

}  // namespace

std::span<const config::Option> options() { return image_options; }

void note_change(sql::Transaction& tx, const history::Author& author, const Record& image,
                 std::string_view action, json::Value detail) {
    history::append(tx, author,
                    {.service = "image",
                     .resource = "image",
                     .resource_id = image.id.str(),
                     .action = std::string(action),
                     .detail = std::move(detail),
                     .project_id = image.owner});
}

Image::State::State(Core& core_parts)
    : core(core_parts),
      store_id(core.config.text("image.store")),
      store(stores::make_store(store_id, core.env, core.data_dir + "/image")),
      mismatch(core.config.boolean("image.require_format_match") ? formats::Mismatch::refuse
                                                                 : formats::Mismatch::allow),
      limits{.image_bytes = static_cast<uint64_t>(core.config.bytes("image.size_cap")),
             .project_bytes = static_cast<uint64_t>(core.config.bytes("image.user_storage_quota")),
             .uploads = static_cast<int>(core.config.integer("image.concurrent_uploads"))} {}

Image::Image(Core& core) : state_(std::make_unique<State>(core)) {
    constexpr Duration reap_period = 10s;
    core.policy.add(policy_rules());
    mount_routes(core.router, *state_);
    core.runner.every(reap_period, "image.reap",
                      [state = state_.get()] { return reap_expired(*state); });
}

Image::~Image() = default;

std::optional<ImageSummary> Image::find(sql::Transaction& tx, const auth::Caller& caller,
                                        const ImageId& id) {
    const Viewer viewer{
        .project = caller.project_id,
        .admin = state_->core.policy.allows("context_is_admin", caller, auth::Owner{})};
    return summary_of(state_->images.find(tx, viewer, id));
}

std::optional<ImageSummary> Image::find(sql::Transaction& tx, const ImageId& id) {
    return summary_of(state_->images.find(tx, id));
}

Task<void> Image::fetch(ImageId id, std::string destination) {
    const auto image = co_await state_->core.database.read(
        [&](sql::Transaction& tx) { return state_->images.find(tx, id); });
    if (!image || image->location.empty()) {
        throw not_found("Image {} has no data.", id);
    }
    co_await async::blocking([&] { fetch_data(*state_, *image, destination); });
}

}  // namespace welkin::image
