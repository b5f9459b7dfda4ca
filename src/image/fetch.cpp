#include "image/fetch.h"

#include "core/base/text.h"
#include "core/crypto/digest.h"
#include "core/observe/log.h"

namespace welkin::image {

namespace {

/// Copies to a neighbour of the destination first, so that half a copy is never taken for whole.
void copy_data(Files& files, File& from, const Record& image, const std::string& destination) {
    const auto partial = destination + ".partial";
    files.remove(partial);
    crypto::Digest sha512(crypto::Algorithm::sha512);
    {
        const auto to = files.open(partial, Open::create_new);
        std::string buffer(1 << 20, '\0');
        uint64_t offset = 0;
        while (const auto count = from.read_at(offset, buffer)) {
            const auto bytes = std::string_view(buffer).substr(0, count);
            sha512.update(bytes);
            to->write_at(offset, bytes);
            offset += count;
        }
        to->sync();
    }
    if (text::to_hex(sha512.finish()) != image.sha512) {
        files.remove(partial);
        log::error("image data is damaged", {{"image", image.id}, {"location", image.location}});
        throw unavailable("The data of image {} is damaged: its checksum is wrong.", image.id);
    }
    files.rename(partial, destination);
}

}  // namespace

void fetch_data(const State& state, const Record& image, const std::string& destination) {
    auto& files = state.core.env.files();
    files.remove(destination);
    const auto path = state.store->local_path(image.location);
    if (path && files.link(*path, destination)) {
        return;
    }
    std::shared_ptr<File> data;
    try {
        data = state.store->open(image.location);
    } catch (const Error& error) {
        throw unavailable("The data of image {} cannot be read now.", image.id)
            .because(error.message);
    }
    copy_data(files, *data, image, destination);
}

}  // namespace welkin::image
