#pragma once
// Store: where image data lives. A store keeps pieces of data by name; the names are the
// catalogue's (transfer ids), so a store knows nothing of images.
//
// Every call blocks: callers use async::blocking(). Objects may be used on any thread, by one at a
// time. Failures throw: insufficient_storage when it is full, internal or unavailable otherwise.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/env.h"
#include "core/base/error.h"

namespace welkin::image::stores {

/// Data on its way in. Destroyed before finish(), it leaves at most what remove() takes away.
class Sink {
public:
    virtual ~Sink() = default;
    /// Appends.
    virtual void write(std::string_view bytes) = 0;
    /// Makes the data durable, then visible under its name: all of it or nothing.
    virtual void finish() = 0;
};

class Store {
public:
    virtual ~Store() = default;

    virtual std::unique_ptr<Sink> create(const std::string& name) = 0;
    /// Finished data. Throws not_found().
    virtual std::shared_ptr<File> open(const std::string& name) = 0;
    /// Data of that name, finished or not; missing is fine.
    virtual void remove(const std::string& name) = 0;
    /// A file with the data on this host's file system, if there is one.
    virtual std::optional<std::string> local_path(const std::string& name) = 0;
    /// How much more would fit, as far as it can be told.
    virtual uint64_t free_bytes() = 0;
};

}  // namespace welkin::image::stores
