#include "image/transfer/receive.h"

#include "core/async/async.h"
#include "core/base/text.h"
#include "core/crypto/digest.h"
#include "image/transfer/pump.h"

namespace welkin::image::transfer {

namespace {

/// What the consumers work on; shared with them, since they may outlive a cancelled request.
struct Work {
    explicit Work(Receiving& how)
        : sink(std::move(how.sink)), inspection(std::move(how.inspection)) {}

    std::unique_ptr<stores::Sink> sink;
    formats::Inspection inspection;
    crypto::Digest md5{crypto::Algorithm::md5};
    crypto::Digest sha512{crypto::Algorithm::sha512};
};

Task<int64_t> read_all(http::BodyReader& body, Pump& pump, const Receiving& how) {
    uint64_t size = 0;
    while (true) {
        const auto space = co_await pump.space();
        const auto count = co_await body.read_into(space);
        if (count == 0) {
            co_return static_cast<int64_t>(size);
        }
        size += count;
        if (size > how.most_bytes) {
            throw too_large("The image data is larger than the {} bytes allowed.", how.most_bytes);
        }
        pump.filled(count);
        if (how.keep_alive) {
            co_await how.keep_alive();
        }
    }
}

}  // namespace

Task<Received> receive(http::BodyReader& body, Receiving how) {
    auto work = std::make_shared<Work>(how);
    // Inspecting is next to nothing, so it goes along with the writing: refused data is not kept.
    Pump pump({[work](std::string_view bytes) {
                   work->inspection.feed(bytes);
                   work->sink->write(bytes);
               },
               [work](std::string_view bytes) { work->md5.update(bytes); },
               [work](std::string_view bytes) { work->sha512.update(bytes); }});
    Received received;
    std::exception_ptr failed;
    try {
        received.size_bytes = co_await read_all(body, pump, how);
        co_await pump.finish();
        if (how.before_sync) {
            co_await how.before_sync();
        }
    } catch (...) {
        failed = std::current_exception();
    }
    if (failed) {
        co_await pump.settle();
        std::rethrow_exception(failed);
    }
    co_await async::blocking([&] {
        received.virtual_size_bytes = static_cast<int64_t>(work->inspection.finish());
        work->sink->finish();
    });
    received.md5 = text::to_hex(work->md5.finish());
    received.sha512 = text::to_hex(work->sha512.finish());
    co_return received;
}

}  // namespace welkin::image::transfer
