#pragma once
// Receiving image data: one pass over the stream that stores, digests and inspects it.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/http/request.h"
#include "image/formats/inspection.h"
#include "image/stores/store.h"

namespace welkin::image::transfer {

/// What became of a stream.
struct Received {
    int64_t size_bytes = 0;
    int64_t virtual_size_bytes = 0;
    std::string md5;     ///< hex
    std::string sha512;  ///< hex
};

struct Receiving {
    std::unique_ptr<stores::Sink> sink;
    formats::Inspection inspection;
    uint64_t most_bytes = 0;                  ///< beyond it too_large() is thrown
    std::function<Task<void>()> keep_alive;   ///< awaited with each piece that arrives
    std::function<Task<void>()> before_sync;  ///< awaited before the wait for the disk
};

/// Reads `body` to its end. When it returns, the data is durable and visible in the store; when it
/// throws (bad data, a full store, a client that went away), nothing of it is.
Task<Received> receive(http::BodyReader& body, Receiving how);

}  // namespace welkin::image::transfer
