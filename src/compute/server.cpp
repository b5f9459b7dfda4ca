#include "compute/server.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace welkin::compute {

namespace {

constexpr std::pair<VmState, std::string_view> vm_names[] = {
    {VmState::building, "building"}, {VmState::active, "active"}, {VmState::stopped, "stopped"},
    {VmState::paused, "paused"},     {VmState::error, "error"},
};

constexpr std::pair<TaskState, std::string_view> task_names[] = {
    {TaskState::none, ""},
    {TaskState::scheduling, "scheduling"},
    {TaskState::networking, "networking"},
    {TaskState::spawning, "spawning"},
    {TaskState::powering_off, "powering-off"},
    {TaskState::powering_on, "powering-on"},
    {TaskState::rebooting, "rebooting"},
    {TaskState::rebooting_hard, "rebooting_hard"},
    {TaskState::pausing, "pausing"},
    {TaskState::unpausing, "unpausing"},
    {TaskState::rebuilding, "rebuilding"},
    {TaskState::rebuild_spawning, "rebuild_spawning"},
    {TaskState::deleting, "deleting"},
};

constexpr PowerState power_states[] = {PowerState::no_state, PowerState::running,
                                       PowerState::paused,   PowerState::shut_down,
                                       PowerState::crashed,  PowerState::suspended};

template <class E, size_t N>
std::string_view name_in(const std::pair<E, std::string_view> (&names)[N], E value) {
    for (const auto& [each, name] : names) {
        if (each == value) {
            return name;
        }
    }
    CHECK(false);
}

template <class E, size_t N>
std::optional<E> value_in(const std::pair<E, std::string_view> (&names)[N], std::string_view text) {
    for (const auto& [each, name] : names) {
        if (name == text) {
            return each;
        }
    }
    return std::nullopt;
}

/// Where an action is allowed. `any_task`: also while something else is being done.
struct Rule {
    Action action;
    std::string_view name;  ///< in error messages
    std::vector<VmState> vm_states;
    std::vector<TaskState> task_states;
    bool any_task = false;
    TaskState becomes = TaskState::none;
};

const std::vector<Rule>& rules() {
    using enum VmState;
    using enum TaskState;
    static const std::vector<Rule> all = {
        {Action::start, "start", {stopped}, {none}, false, powering_on},
        {Action::stop, "stop", {active, VmState::error}, {none}, false, powering_off},
        {Action::soft_reboot, "reboot", {active}, {none}, false, rebooting},
        {Action::hard_reboot,
         "reboot",
         {active, stopped, paused, VmState::error},
         {none, rebooting, rebooting_hard, pausing, unpausing},
         false,
         rebooting_hard},
        {Action::pause, "pause", {active}, {none}, false, pausing},
        {Action::unpause, "unpause", {paused}, {none}, false, unpausing},
        {Action::rebuild,
         "rebuild",
         {active, stopped, paused, VmState::error},
         {none},
         false,
         rebuilding},
        {Action::update_metadata, "update metadata", {active, paused, stopped}, {}, true},
        {Action::console_output,
         "get_console_output",
         {active, stopped, paused, VmState::error},
         {},
         true},
        {Action::console, "get_vnc_console", {active, paused}, {}, true},
        {Action::attach, "attach_interface", {active, paused, stopped}, {none}},
        {Action::remove,
         "delete",
         {building, active, stopped, paused, VmState::error},
         {},
         true,
         deleting},
    };
    return all;
}

const Rule& rule_of(Action action) {
    for (const auto& rule : rules()) {
        if (rule.action == action) {
            return rule;
        }
    }
    CHECK(false);
}

template <class E>
bool contains(const std::vector<E>& all, E one) {
    return std::ranges::find(all, one) != all.end();
}

}  // namespace

std::string_view to_text(VmState state) { return name_in(vm_names, state); }

std::optional<VmState> enum_from_text(std::string_view text, std::type_identity<VmState>) {
    return value_in(vm_names, text);
}

std::string_view to_text(TaskState state) { return name_in(task_names, state); }

std::optional<TaskState> enum_from_text(std::string_view text, std::type_identity<TaskState>) {
    return value_in(task_names, text);
}

std::optional<PowerState> enum_from_text(std::string_view text, std::type_identity<PowerState>) {
    for (auto state : power_states) {
        if (to_text(state) == text) {
            return state;
        }
    }
    return std::nullopt;
}

std::string_view status_of(VmState vm_state, TaskState task_state) {
    const bool rebuilt =
        task_state == TaskState::rebuilding || task_state == TaskState::rebuild_spawning;
    if (rebuilt && vm_state != VmState::paused && vm_state != VmState::building) {
        return "REBUILD";
    }
    switch (vm_state) {
        case VmState::building:
            return "BUILD";
        case VmState::stopped:
            return "SHUTOFF";
        case VmState::paused:
            return "PAUSED";
        case VmState::error:
            return "ERROR";
        case VmState::active:
            break;
    }
    switch (task_state) {
        case TaskState::rebooting:
            return "REBOOT";
        case TaskState::rebooting_hard:
            return "HARD_REBOOT";
        default:
            return "ACTIVE";
    }
}

std::vector<std::pair<VmState, TaskState>> states_with_status(std::string_view status) {
    std::vector<std::pair<VmState, TaskState>> found;
    for (const auto& vm : vm_names) {
        for (const auto& task : task_names) {
            if (text::equal_ignoring_case(status_of(vm.first, task.first), status)) {
                found.emplace_back(vm.first, task.first);
            }
        }
    }
    return found;
}

std::string workflow_object(const ServerId& id) { return "server:" + id.value; }

void require_state(const Server& server, Action action) {
    const auto& rule = rule_of(action);
    if (!contains(rule.vm_states, server.vm_state)) {
        throw conflict("Cannot '{}' instance {} while it is in vm_state {}", rule.name, server.id,
                       to_text(server.vm_state));
    }
    if (!rule.any_task && !contains(rule.task_states, server.task_state)) {
        throw conflict("Cannot '{}' instance {} while it is in task_state {}", rule.name, server.id,
                       to_text(server.task_state));
    }
}

TaskState task_of(Action action) { return rule_of(action).becomes; }

}  // namespace welkin::compute
