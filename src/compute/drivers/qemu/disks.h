#pragma once
// Disks: a guest's files. The root disk is a qcow2 overlay on an image that is fetched once per
// host.
#include <map>
#include <memory>
#include <string>

#include "compute/drivers/driver.h"
#include "compute/drivers/qemu/guest_folder.h"
#include "core/async/async.h"
#include "core/base/env.h"

namespace welkin::compute::qemu {

class Disks {
public:
    Disks(Env& env, GuestFolders& folders, FetchImage fetch_image);

    /// Makes every file the spec asks for in the guest's folder; all of them are durable when it
    /// returns. Throws DriverError{fatal} when the flavor's disk is smaller than the image.
    Task<void> make(GuestSpec spec);
    /// Removes cached images that no guest stands on and nobody took for `unused`, at least a
    /// minute: a guest whose disks are being made has no spec yet that would say what it needs.
    void trim_cache(Duration unused);

private:
    bool being_fetched(std::string_view path) const;
    Task<std::string> cached_image(ImageId id, std::string format);
    Task<void> make_root(const GuestSpec& spec);
    Task<void> make_config_drive(const GuestSpec& spec);
    Task<void> sync(std::string folder, std::vector<std::string> names);
    Task<uint64_t> virtual_size(std::string path, std::string format);

    Env& env_;
    GuestFolders& folders_;
    FetchImage fetch_image_;
    std::map<std::string, std::shared_ptr<async::Mutex>, std::less<>> fetching_;
    std::map<std::string, Time> last_used_;
};

}  // namespace welkin::compute::qemu
