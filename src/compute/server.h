#pragma once
// Server: a virtual machine as its owner knows it, and the states it goes through.
//
// A server has a stable state (VmState), what is being done to it (TaskState) and what its
// hypervisor last said (PowerState). Whoever changes the task state from none has the server until
// it is none again; only a delete may come in between. `status` is derived from the two. All
// spellings are Nova's: https://docs.openstack.org/nova/latest/reference/vm-states.html
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "compute/drivers/driver.h"
#include "core/base/id.h"
#include "core/base/time.h"
#include "core/json/json.h"

namespace welkin::compute {

enum class VmState { building, active, stopped, paused, error };
std::string_view to_text(VmState state);
std::optional<VmState> enum_from_text(std::string_view text, std::type_identity<VmState>);

enum class TaskState {
    none,  ///< "" in the database, null on the wire
    scheduling,
    networking,
    spawning,
    powering_off,
    powering_on,
    rebooting,
    rebooting_hard,
    pausing,
    unpausing,
    rebuilding,
    rebuild_spawning,
    deleting,
};
std::string_view to_text(TaskState state);
std::optional<TaskState> enum_from_text(std::string_view text, std::type_identity<TaskState>);

std::optional<PowerState> enum_from_text(std::string_view text, std::type_identity<PowerState>);

struct Server {
    ServerId id;
    ProjectId project_id;
    UserId user_id;
    std::string name;
    std::optional<std::string> description;
    std::string hostname;  ///< what the guest should call itself
    ImageId image_id;
    // The flavor as it was when the server was made: later changes of it do not touch the server.
    std::string flavor_id;
    std::string flavor_name;
    int64_t vcpus = 0;
    int64_t memory_mb = 0;
    int64_t disk_gb = 0;
    int64_t ephemeral_gb = 0;
    int64_t swap_mb = 0;
    std::map<std::string, std::string> extra_specs;
    std::string key_name;    ///< empty: none
    std::string key_type;    ///< of that key when the server was made: "ssh" or "x509"
    std::string public_key;  ///< of that key when the server was made
    std::string user_data;   ///< base64, as given
    bool config_drive = false;
    std::string disk_config = "MANUAL";  ///< OS-DCF:diskConfig: AUTO or MANUAL
    std::map<std::string, std::string> metadata;
    std::vector<std::string> tags;
    std::string access_ipv4;
    std::string access_ipv6;

    HostName host;                  ///< empty until scheduled, and again when building failed
    std::string availability_zone;  ///< asked for, or that of the host
    int64_t launch_index = 0;       ///< among the servers of one request
    std::string reservation_id;
    std::string root_device = "/dev/vda";

    VmState vm_state = VmState::building;
    TaskState task_state = TaskState::none;
    PowerState power_state = PowerState::no_state;
    int64_t progress = 0;
    std::string locked_by;  ///< "", "owner" or "admin"
    std::optional<std::string> locked_reason;

    int64_t fault_code = 0;  ///< 0: none
    std::string fault_message;
    std::string fault_details;  ///< for admins
    std::optional<Time> fault_at;

    Time created_at{};
    Time updated_at{};
    std::optional<Time> launched_at;

    bool locked() const { return !locked_by.empty(); }
};

/// Nova's status word: "ACTIVE", "BUILD", "HARD_REBOOT", ...
std::string_view status_of(VmState vm_state, TaskState task_state);

/// The (vm_state, task_state) pairs that have this status (any case); empty for an unknown one.
std::vector<std::pair<VmState, TaskState>> states_with_status(std::string_view status);

/// The key of a server's workflows: "server:<id>".
std::string workflow_object(const ServerId& id);

/// What a user may ask of a server, and in which states.
enum class Action {
    start,
    stop,
    soft_reboot,
    hard_reboot,
    pause,
    unpause,
    rebuild,
    update_metadata,
    console_output,
    console,
    attach,  ///< interfaces
    remove,  ///< delete, in any state
};

/// Throws conflict() in Nova's words if the action does not fit the server's present state.
void require_state(const Server& server, Action action);

/// The task state that an action's workflow holds; none for actions that start no workflow.
TaskState task_of(Action action);

}  // namespace welkin::compute
