#include "image/reaper.h"

#include "core/async/async.h"
#include "core/observe/log.h"

namespace welkin::image {

void give_up(sql::Transaction& tx, State& state, const Transfer& transfer,
             const history::Author& author) {
    if (!state.transfers.leave(tx, transfer.location, transfer.stage)) {
        return;
    }
    auto image = state.images.find(tx, transfer.image_id);
    if (image && (image->status == Status::saving || image->status == Status::uploading)) {
        image->status = Status::queued;
        state.images.update(tx, *image);
        note_change(tx, author, *image, "upload_failed");
    }
}

Task<void> reap(State& state, std::string location) {
    try {
        co_await async::blocking([&] { state.store->remove(location); });
        co_await state.core.database.write(
            [&](sql::Transaction& tx) { state.transfers.erase(tx, location); });
    } catch (const Error& error) {
        log::warning("image data could not be removed, will try again",
                     {{"location", location}, {"why", error.what()}});
    }
}

Task<void> reap_expired(State& state) {
    auto& database = state.core.database;
    const auto expired =
        co_await database.read([&](sql::Transaction& tx) { return state.transfers.expired(tx); });
    for (const auto& transfer : expired) {
        if (transfer.stage != Stage::leaving) {
            log::warning("an upload was abandoned",
                         {{"image", transfer.image_id}, {"location", transfer.location}});
            co_await database.write(
                [&](sql::Transaction& tx) { give_up(tx, state, transfer, {}); });
        }
        co_await reap(state, transfer.location);
    }
}

}  // namespace welkin::image
