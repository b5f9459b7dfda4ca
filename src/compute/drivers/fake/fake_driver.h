#pragma once
// The fake hypervisor: guests are entries in memory that write a console log and have a display of
// one pixel. For API, scale and failure tests; its capacity
// and the time each operation takes are options.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compute/drivers/driver.h"
#include "core/config/config.h"
#include "core/core.h"

namespace welkin::compute {

inline constexpr config::Option fake_driver_options[] = {
    {"compute.fake_vcpus", config::Type::integer, "4000", "Processors the fake hypervisor has."},
    {"compute.fake_memory_mb", config::Type::integer, "8000000",
     "Memory in MiB that the fake hypervisor has."},
    {"compute.fake_disk_gb", config::Type::integer, "600000",
     "Disk in GiB that the fake hypervisor has."},
    {"compute.fake_delay", config::Type::duration_ms, "0ms",
     "Time each operation of the fake hypervisor takes."},
};

class FakeDriver : public Driver {
public:
    struct Options {
        int64_t vcpus = 4000;
        int64_t memory_mb = 8'000'000;
        int64_t disk_gb = 600'000;
        Duration delay{0};
    };
    explicit FakeDriver(Options options);
    ~FakeDriver() override;

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

    /// As if the guest had done it by itself.
    void change_by_itself(const ServerId& id, PowerState state);
    /// Called before each operation with its name; what it throws is the operation's failure.
    std::function<void(std::string_view operation, const ServerId& id)> before;

private:
    Task<void> operate(std::string operation, ServerId id);
    Task<void> set_state(std::string operation, ServerId id, PowerState state);
    /// With the interfaces it had if none are given.
    Task<void> boot(std::string operation, ServerId id, std::optional<std::vector<GuestNic>> nics);

    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace welkin::compute
