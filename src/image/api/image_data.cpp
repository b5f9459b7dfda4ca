#include "image/api/image_data.h"

#include "core/async/async.h"
#include "core/base/text.h"
#include "core/observe/log.h"
#include "image/api/access.h"
#include "image/api/byte_range.h"
#include "image/reaper.h"
#include "image/upload.h"

namespace welkin::image {

namespace {

using http::Reply;
using http::Request;

void need_octet_stream(const Request& request) {
    const auto header = request.headers.get("Content-Type");
    const auto type = text::lower(text::trim(header.substr(0, header.find(';'))));
    if (type != "application/octet-stream") {
        throw unsupported_media("Image data is application/octet-stream, not '{}'.", header);
    }
}

Transfer received_as(const Upload& upload, const transfer::Received& received) {
    auto transfer = upload.transfer;
    transfer.size_bytes = received.size_bytes;
    transfer.virtual_size_bytes = received.virtual_size_bytes;
    transfer.md5 = received.md5;
    transfer.sha512 = received.sha512;
    return transfer;
}

Task<std::shared_ptr<File>> open_data(const State& state, const Record& image) {
    try {
        co_return co_await async::blocking([&] { return state.store->open(image.location); });
    } catch (const Error& error) {
        log::error("the data of an active image cannot be read",
                   {{"image", image.id}, {"location", image.location}, {"why", error.what()}});
        throw unavailable("The data of image {} cannot be read now.", image.id);
    }
}

}  // namespace

Task<Reply> upload_image(Request& request, State& state) {
    need_octet_stream(request);
    const auto upload = co_await begin_upload(request, state, Status::saving);
    const auto transfer = received_as(upload, co_await receive_upload(request, state, upload));
    co_await finish_upload(request, state, transfer, [&](sql::Transaction& tx, Record& image) {
        if (!state.transfers.settle(tx, transfer.location, Stage::receiving)) {
            throw upload_is_gone(image.id);
        }
        activate(tx, state, request.author(), image, transfer);
    });
    co_return http::no_content();
}

Task<Reply> stage_image(Request& request, State& state) {
    constexpr Duration kept_staged = 24h;
    need_octet_stream(request);
    const auto upload = co_await begin_upload(request, state, Status::uploading);
    auto transfer = received_as(upload, co_await receive_upload(request, state, upload));
    transfer.stage = Stage::staged;
    co_await finish_upload(request, state, upload.transfer,
                           [&](sql::Transaction& tx, Record& image) {
                               transfer.expires_at = tx.now() + kept_staged;
                               if (!state.transfers.stage(tx, transfer)) {
                                   throw upload_is_gone(image.id);
                               }
                               note_change(tx, request.author(), image, "stage");
                           });
    co_return http::no_content();
}

Task<Reply> download_image(Request& request, State& state) {
    const ImageId id(request.path_part("image_id"));
    const auto image = co_await state.core.database.read(
        [&](sql::Transaction& tx) { return state.images.get(tx, viewer_of(request), id); });
    request.authorize(owner_of(image, request));
    if (image.status == Status::deactivated && !request.is_admin()) {
        throw forbidden(
            "The requested image has been deactivated. Image data download is forbidden.");
    }
    if (image.location.empty()) {
        co_return http::no_content();
    }
    auto file = co_await open_data(state, image);
    const auto size = static_cast<uint64_t>(image.size_bytes.value_or(0));
    const auto range = parse_byte_range(request.headers.get("Range"), size);

    Reply reply{.body = http::FileBody{std::move(file), 0, size}};
    reply.headers.add("Content-Type", "application/octet-stream");
    reply.headers.add("Accept-Ranges", "bytes");
    if (range) {
        reply.status = 206;
        reply.headers.add("Content-Range", fmt::format("bytes {}-{}/{}", range->first,
                                                       range->first + range->length - 1, size));
        auto& part = std::get<http::FileBody>(reply.body);
        part.offset = range->first;
        part.length = range->length;
    } else {
        // Hex, not base64: what image clients compare it with.
        reply.headers.add("Content-MD5", image.md5.value_or(""));
    }
    co_return reply;
}

}  // namespace welkin::image
