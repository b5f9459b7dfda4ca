#pragma once
// GuestProcess: the QEMU of one guest: started, found again after a restart, spoken to, ended.
//
// Belongs to one loop. Whoever calls holds a reference for as long as the call takes; callers that
// change something take turns.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "compute/drivers/driver.h"
#include "compute/drivers/qemu/guest_folder.h"
#include "compute/drivers/qemu/qmp.h"
#include "core/async/async.h"
#include "core/base/env.h"

namespace welkin::compute::qemu {

class GuestProcess : public std::enable_shared_from_this<GuestProcess> {
public:
    /// Called when the guest ended by itself.
    using OnEnd = std::function<void(const ServerId&, PowerState)>;

    GuestProcess(Env& env, GuestFolders& folders, ServerId id, OnEnd on_end);
    ~GuestProcess();  ///< QEMU goes on

    /// One change at a time: held until the guard goes.
    Task<async::Mutex::Guard> turn() { return turn_.lock(); }

    /// True if a QEMU of this guest runs and answers.
    Task<bool> connect();
    /// How the guest is now.
    Task<PowerState> look();
    /// Starts QEMU with this command line and waits until it answers. The guest does not run yet.
    /// Throws DriverError{fatal} with QEMU's last words when it ends instead.
    Task<void> launch(std::vector<std::string> argv);
    /// Makes the guest run, paused or just launched. Throws like Qmp::command().
    Task<void> resume();
    /// Any other command that leaves the guest in state `after`.
    Task<void> command(std::string name, PowerState after);
    /// Presses the power button, then end() if that has no effect within `grace`.
    Task<void> power_off(Duration grace);
    /// Ends QEMU whatever it is doing. Nothing if there is none. Throws DriverError{retry} if it
    /// does not go away.
    Task<void> end();

private:
    void handle_event(const std::string& event, const json::Value& data);
    void handle_close();
    static Task<void> settle_end(std::shared_ptr<GuestProcess> self, std::shared_ptr<Qmp> lost);
    Task<bool> gone(ProcessId process, Duration limit);
    std::string last_words() const;

    Env& env_;
    GuestFolders& folders_;
    ServerId id_;
    OnEnd on_end_;
    std::shared_ptr<Qmp> qmp_;  ///< null: no process that we speak to
    PowerState state_ = PowerState::shut_down;
    bool expected_to_end_ = false;  ///< we stop it: its end is no news
    bool powered_off_ = false;      ///< the guest itself asked for its end
    async::Event ended_;
    async::Mutex connecting_;
    async::Mutex turn_;
};

}  // namespace welkin::compute::qemu
