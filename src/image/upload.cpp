#include "image/upload.h"

#include "core/async/async.h"
#include "core/base/text.h"
#include "core/base/uuid.h"
#include "image/api/access.h"
#include "image/reaper.h"

namespace welkin::image {

namespace {

/// How long an upload lives without a sign of life; longer than a client may stall.
constexpr Duration lease = 120s;
constexpr Duration renewal = 20s;
/// The last step has no sign of life: it waits for the disk.
constexpr Duration last_lease = 1h;

void check_formats(const Record& image) {
    std::vector<std::string> missing;
    if (!image.disk_format) {
        missing.emplace_back("disk_format");
    }
    if (!image.container_format) {
        missing.emplace_back("container_format");
    }
    if (!missing.empty()) {
        throw bad_request("{} must be set prior to saving data.", text::join(missing, " and "));
    }
}

/// Moves the transfer's end forward as long as bytes arrive.
class LeaseKeeper {
public:
    LeaseKeeper(State& state, const Transfer& transfer)
        : state_(&state), transfer_(transfer), next_(state.core.env.steady_now() + renewal) {}

    Task<void> operator()() {
        if (state_->core.env.steady_now() < next_) {
            co_return;
        }
        co_await renew(lease);
    }

    Task<void> renew(Duration how_long) {
        next_ = state_->core.env.steady_now() + renewal;
        const bool renewed = co_await state_->core.database.write([&](sql::Transaction& tx) {
            return state_->transfers.renew(tx, transfer_.location, tx.now() + how_long);
        });
        if (!renewed) {
            throw upload_is_gone(transfer_.image_id);
        }
    }

private:
    State* state_;
    Transfer transfer_;
    std::chrono::steady_clock::time_point next_;
};

/// One of the uploads that may be under way at once.
class UploadPlace {
public:
    explicit UploadPlace(State& state) : uploads_(state.uploads) {
        if (++uploads_ > state.limits.uploads) {
            --uploads_;
            throw unavailable("{} image uploads are under way, and more are not taken now.",
                              state.limits.uploads)
                .with_header("Retry-After", "10");
        }
    }
    UploadPlace(const UploadPlace&) = delete;
    UploadPlace& operator=(const UploadPlace&) = delete;
    ~UploadPlace() { --uploads_; }

private:
    std::atomic<int>& uploads_;
};

Task<transfer::Received> store_body(http::Request& request, State& state, const Upload& upload) {
    const UploadPlace place(state);
    auto& body = request.body();
    auto sink = co_await async::blocking([&] {
        if (body.length().value_or(0) > state.store->free_bytes()) {
            throw over_limit("The image store has no room for {} bytes.", *body.length());
        }
        return state.store->create(upload.transfer.location);
    });
    LeaseKeeper keeper(state, upload.transfer);
    co_return co_await transfer::receive(
        body,
        {.sink = std::move(sink),
         .inspection = {*upload.image.disk_format, *upload.image.container_format, state.mismatch},
         .most_bytes = upload.most_bytes,
         .keep_alive = keeper,
         .before_sync = [&keeper] { return keeper.renew(last_lease); }});
}

/// After a failure: the image is queued again and the data is gone. Throws upload_is_gone() if
/// somebody else has seen to that.
Task<void> release_upload(http::Request& request, State& state, const Transfer& transfer) {
    const bool ours = co_await state.core.database.write([&](sql::Transaction& tx) {
        const bool receiving = state.transfers.renew(tx, transfer.location, tx.now());
        give_up(tx, state, transfer, request.author());
        return receiving;
    });
    co_await reap(state, transfer.location);
    if (!ours) {
        throw upload_is_gone(transfer.image_id);
    }
}

}  // namespace

Error upload_is_gone(const ImageId& id) {
    return Error(Fault::gone, fmt::format("Image {} was deleted or its upload was given up while "
                                          "the data was being received.",
                                          id));
}

void check_quota(sql::Transaction& tx, const State& state, const ProjectId& owner,
                 int64_t more_bytes) {
    const auto most = state.limits.project_bytes;
    if (most == 0) {
        return;
    }
    const auto used = static_cast<uint64_t>(state.images.total_bytes(tx, owner));
    if (used + static_cast<uint64_t>(more_bytes) > most) {
        throw over_limit("The images of project {} take {} bytes, and may take {}.", owner, used,
                         most);
    }
}

Task<Upload> begin_upload(http::Request& request, State& state, Status during) {
    const auto store = request.headers.get("X-Image-Meta-Store", state.store_id);
    if (store != state.store_id) {
        throw bad_request("There is no image store '{}'; there is '{}'.", store, state.store_id);
    }
    const ImageId id(request.path_part("image_id"));
    const auto location = new_uuid(state.core.env);
    co_return co_await state.core.database.write([&](sql::Transaction& tx) {
        auto image = state.images.get(tx, viewer_of(request), id);
        request.authorize(owner_of(image, request));
        if (image.status != Status::queued) {
            throw conflict("Image status transition from {} to {} is not allowed",
                           to_text(image.status), to_text(during));
        }
        check_formats(image);
        check_quota(tx, state, image.owner, 0);
        image.status = during;
        state.images.update(tx, image);
        Upload upload{
            .transfer = {.location = location, .image_id = id, .expires_at = tx.now() + lease},
            .image = image,
            .most_bytes = state.limits.image_bytes};
        state.transfers.insert(tx, upload.transfer);
        note_change(tx, request.author(), image, "upload");
        return upload;
    });
}

Task<transfer::Received> receive_upload(http::Request& request, State& state,
                                        const Upload& upload) {
    std::exception_ptr failure;
    try {
        co_return co_await store_body(request, state, upload);
    } catch (const Error& error) {
        failure = error.fault == Fault::insufficient_storage
                      ? std::make_exception_ptr(
                            over_limit("The image store is full.").because(error.message))
                      : std::current_exception();
    } catch (...) {
        failure = std::current_exception();
    }
    co_await release_upload(request, state, upload.transfer);
    std::rethrow_exception(failure);
}

Task<void> finish_upload(http::Request& request, State& state, const Transfer& transfer,
                         std::function<void(sql::Transaction&, Record& image)> take) {
    std::exception_ptr failure;
    try {
        co_await state.core.database.write([&](sql::Transaction& tx) {
            auto image = state.images.find(tx, transfer.image_id);
            if (!image) {
                throw upload_is_gone(transfer.image_id);
            }
            take(tx, *image);
        });
        co_return;
    } catch (...) {
        failure = std::current_exception();
    }
    co_await release_upload(request, state, transfer);
    std::rethrow_exception(failure);
}

void activate(sql::Transaction& tx, State& state, const history::Author& author, Record& image,
              const Transfer& transfer) {
    check_quota(tx, state, image.owner, transfer.size_bytes);
    image.status = Status::active;
    image.location = transfer.location;
    image.size_bytes = transfer.size_bytes;
    image.virtual_size_bytes = transfer.virtual_size_bytes;
    image.md5 = transfer.md5;
    image.sha512 = transfer.sha512;
    state.images.update(tx, image);
    note_change(tx, author, image, "activate",
                json::Object{{"size", transfer.size_bytes}, {"sha512", transfer.sha512}});
}

}  // namespace welkin::image
