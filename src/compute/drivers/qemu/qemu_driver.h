#pragma once
// The qemu driver: one QEMU process per guest, driven over QMP. Processes run in sessions of their
// own and outlive us; after a restart they are found by their folders and their sockets.
//
// All state belongs to the loop that start() ran on; calls from other loops are carried there.
#include <map>
#include <memory>

#include "compute/drivers/driver.h"
#include "compute/drivers/qemu/command_line.h"
#include "compute/drivers/qemu/disks.h"
#include "compute/drivers/qemu/guest_folder.h"
#include "compute/drivers/qemu/qmp.h"
#include "core/async/async.h"
#include "core/core.h"

namespace welkin::compute::qemu {

class QemuDriver : public Driver {
public:
    QemuDriver(Core& core, FetchImage fetch_image);
    ~QemuDriver() override;

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
    struct Guest;
    Guest& guest(const ServerId& id);
    Task<bool> reconnect(ServerId id);
    Task<void> launch(ServerId id, std::vector<GuestNic> nics);
    Task<void> wait_for_qmp(ServerId id, ProcessId process);
    Task<void> start_here(ServerId id, std::vector<GuestNic> nics);
    Task<void> stop_here(ServerId id, Duration grace);
    Task<void> command_here(ServerId id, std::string command, PowerState after);
    Task<void> end_process(ServerId id);
    Task<std::vector<FoundGuest>> list_here();
    void handle_event(const ServerId& id, const std::string& event, const json::Value& data);
    void handle_close(const ServerId& id);
    std::string last_words(const ServerId& id);

    Core& core_;
    GuestFolders folders_;
    Disks disks_;
    async::Loop* loop_ = nullptr;
    std::map<ServerId, std::unique_ptr<Guest>> guests_;
    std::function<void(ServerId, PowerState)> listener_;
};

}  // namespace welkin::compute::qemu
