#pragma once
// Image: the image catalogue and its data; Glance's v2 API.
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/auth/caller.h"
#include "core/config/config.h"
#include "core/core.h"
#include "core/sql/database.h"

namespace welkin::image {

std::span<const config::Option> options();

/// What compute needs to know of an image.
struct ImageSummary {
    ImageId id;
    std::string name;
    std::string status;       ///< "active" is the only one that boots
    std::string disk_format;  ///< raw qcow2 iso vmdk vdi vhd vhdx aki ari ami
    std::string container_format;
    uint64_t size_bytes = 0;
    uint64_t virtual_size_bytes = 0;
    int min_disk_gb = 0;
    int min_ram_mb = 0;
    ProjectId owner;
    std::string sha512;                             ///< of the data
    std::map<std::string, std::string> properties;  ///< hw_*, os_*, kernel_id, ramdisk_id, ...
};

class Image {
public:
    explicit Image(Core& core);
    ~Image();

    /// The image if this caller may see it, else nothing.
    std::optional<ImageSummary> find(sql::Transaction& tx, const auth::Caller& caller,
                                     const ImageId& id);
    /// Regardless of who asks: for work that goes on after the request.
    std::optional<ImageSummary> find(sql::Transaction& tx, const ImageId& id);

    /// Puts the data at `destination` on this host: a hard link where the store is on the same file
    /// system, else a copy whose checksum is verified. Throws not_found() or unavailable().
    Task<void> fetch(ImageId id, std::string destination);

    struct State;

private:
    std::unique_ptr<State> state_;
};

}  // namespace welkin::image
