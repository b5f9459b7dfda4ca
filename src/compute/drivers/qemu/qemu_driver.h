#pragma once
// The qemu driver: one QEMU process per guest, driven over QMP. Processes run in sessions of their
// own and outlive us; after a restart they are found by their folders and their sockets.
//
// All state belongs to the loop that start() ran on; calls from other loops are carried there.
#include <map>
#include <memory>

#include "compute/drivers/driver.h"
#include "compute/drivers/qemu/accelerator.h"
#include "compute/drivers/qemu/disks.h"
#include "compute/drivers/qemu/guest_folder.h"
#include "compute/drivers/qemu/guest_process.h"
#include "core/async/async.h"
#include "core/config/config.h"
#include "core/core.h"

namespace welkin::compute::qemu {

inline constexpr config::Option qemu_driver_options[] = {
    {"compute.qemu_image_cache_age", config::Type::duration_ms, "1h",
     "How long a host keeps the copy of an image that no guest stands on any more."},
};

class QemuDriver : public Driver {
public:
    QemuDriver(Core& core, FetchImage fetch_image);

    Task<HostFacts> start() override;
    Task<std::vector<FoundGuest>> list() override;
    Task<PowerState> state(ServerId id) override;
    Task<void> create(GuestSpec spec) override;
    Task<void> start_guest(ServerId id, std::vector<GuestNic> nics) override;
    Task<void> stop_guest(ServerId id, Duration grace) override;
    Task<void> reboot(ServerId id) override;
    Task<void> pause(ServerId id) override;
    Task<void> unpause(ServerId id) override;
    Task<void> destroy(ServerId id) override;
    Task<std::string> console_log(ServerId id, uint64_t max_bytes) override;
    Task<std::unique_ptr<async::Stream>> open_vnc(ServerId id) override;
    void on_state_change(std::function<void(ServerId, PowerState)> listener) override;

private:
    // The same on the loop that owns the state.
    Task<std::vector<FoundGuest>> list_here();
    Task<PowerState> state_here(ServerId id);
    Task<void> create_here(GuestSpec spec);
    Task<void> start_here(ServerId id, std::vector<GuestNic> nics);
    Task<void> stop_here(ServerId id, Duration grace);
    Task<void> command_here(ServerId id, std::string command, PowerState after);
    Task<void> destroy_here(ServerId id);
    Task<void> bound_logs();
    Task<void> trim_images();

    std::shared_ptr<GuestProcess> guest(const ServerId& id);

    Core& core_;
    GuestFolders folders_;
    Disks disks_;
    AcceleratorProbe accelerator_;
    async::Loop* loop_ = nullptr;
    std::map<ServerId, std::shared_ptr<GuestProcess>> guests_;
    std::function<void(ServerId, PowerState)> listener_;
};

}  // namespace welkin::compute::qemu
