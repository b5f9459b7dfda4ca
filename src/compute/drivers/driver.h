#pragma once
// Driver: the contract of a hypervisor. One per host, chosen by `compute.driver` from table.cpp;
// contract_test.cpp runs against each.
//
// Every call is idempotent and may be repeated after a crash: creating what exists, starting what
// runs and destroying what is gone succeed. Trouble is work::DriverError{retry|fatal}. Guests
// belong to the driver's folder on the host and outlive this process; list() finds them again.
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/async/stream.h"
#include "core/base/id.h"
#include "core/base/task.h"
#include "core/json/json.h"

namespace welkin::compute {

enum class PowerState {
    no_state = 0,
    running = 1,
    paused = 3,
    shut_down = 4,
    crashed = 6,
    suspended = 7
};
std::string_view to_text(PowerState state);

struct GuestDisk {
    ImageId image_id;          ///< base image, or empty for a blank disk
    std::string image_format;  ///< raw, qcow2, ...
    int64_t size_gb = 0;       ///< 0: as large as the image
};

struct GuestNic {
    PortId port_id;
    std::string mac_address;
    std::string tap;
    int mtu = 1500;
    std::string model = "virtio";
};

/// All a driver needs to make a guest; saved with the guest, so that it can be started again.
struct GuestSpec {
    ServerId id;
    std::string name;  ///< for the operator: in process lists and logs
    int64_t vcpus = 1;
    int64_t memory_mb = 128;
    GuestDisk root;
    int64_t ephemeral_gb = 0;
    int64_t swap_mb = 0;
    ImageId kernel_id;  ///< direct boot (aki/ari), or empty
    ImageId ramdisk_id;
    std::string kernel_arguments;
    std::vector<GuestNic> nics;
    std::map<std::string, std::string> config_drive;  ///< path → content; empty: none
    std::map<std::string, std::string>
        properties;  ///< image properties: hw_disk_bus, hw_vif_model ...
};
json::Value to_json(const GuestSpec& spec);
GuestSpec guest_from_json(const json::Value& value);

struct FoundGuest {
    ServerId id;
    PowerState state = PowerState::no_state;
};

/// What a host can offer, reported at start and with each heartbeat.
struct HostFacts {
    std::string hypervisor_type;     ///< "QEMU", "fake"
    int64_t hypervisor_version = 0;  ///< 7002012 for 7.2.12
    std::string architecture;        ///< "x86_64"
    std::string cpu_info;            ///< JSON text as Nova shows it
    std::string host_ip;
    int64_t vcpus = 0;
    int64_t memory_mb = 0;
    int64_t disk_gb = 0;
    int64_t free_disk_gb = 0;
    bool accelerated = false;  ///< KVM works here
};

/// Gets an image's data onto this host: image::Image::fetch.
using FetchImage = std::function<Task<void>(ImageId image, std::string destination)>;

class Driver {
public:
    virtual ~Driver() = default;

    /// Probes the host; adopts nothing yet.
    virtual Task<HostFacts> start() = 0;
    virtual Task<std::vector<FoundGuest>> list() = 0;
    virtual Task<PowerState> state(ServerId id) = 0;

    virtual Task<void> create(GuestSpec spec) = 0;  ///< disks and folder, not running
    virtual Task<void> start_guest(ServerId id, std::vector<GuestNic> nics) = 0;
    virtual Task<void> stop_guest(ServerId id,
                                  Duration grace) = 0;  ///< ACPI, then kill; 0: at once
    virtual Task<void> reboot(ServerId id) = 0;         ///< a soft one: the guest's own reset
    virtual Task<void> pause(ServerId id) = 0;
    virtual Task<void> unpause(ServerId id) = 0;
    virtual Task<void> destroy(ServerId id) = 0;  ///< guest, disks, folder, log

    /// The newest bytes of the serial console, at most `max_bytes`.
    virtual Task<std::string> console_log(ServerId id, uint64_t max_bytes) = 0;
    /// A connection to the guest's VNC display. Throws not_found() if it has none or is not
    /// running.
    virtual Task<std::unique_ptr<async::Stream>> open_vnc(ServerId id) = 0;

    /// Called when a guest changes state by itself (power off inside, crash), from any time after
    /// start(). Set once.
    virtual void on_state_change(std::function<void(ServerId, PowerState)> listener) = 0;
};

}  // namespace welkin::compute
