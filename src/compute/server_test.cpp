#include "compute/server.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace welkin::compute {
namespace {

Server in(VmState vm_state, TaskState task_state = TaskState::none) {
    Server server;
    server.id = ServerId("s1");
    server.vm_state = vm_state;
    server.task_state = task_state;
    return server;
}

TEST(Server, EveryStateIsSpelledAndReadBack) {
    using enum VmState;
    for (auto state : {building, active, stopped, paused, VmState::error}) {
        EXPECT_EQ(enum_from_text(to_text(state), std::type_identity<VmState>{}), state);
    }
    for (int i = 0; i <= static_cast<int>(TaskState::deleting); ++i) {
        const auto state = static_cast<TaskState>(i);
        EXPECT_EQ(enum_from_text(to_text(state), std::type_identity<TaskState>{}), state);
    }
    EXPECT_FALSE(enum_from_text("resized", std::type_identity<VmState>{}));
}

TEST(Server, TheStatusFollowsFromBothStates) {
    EXPECT_EQ(status_of(VmState::building, TaskState::spawning), "BUILD");
    EXPECT_EQ(status_of(VmState::active, TaskState::none), "ACTIVE");
    EXPECT_EQ(status_of(VmState::active, TaskState::powering_off), "ACTIVE");
    EXPECT_EQ(status_of(VmState::active, TaskState::rebooting_hard), "HARD_REBOOT");
    EXPECT_EQ(status_of(VmState::stopped, TaskState::rebooting_hard), "SHUTOFF");
    EXPECT_TRUE(states_with_status("nonsense").empty());
    EXPECT_FALSE(states_with_status("active").empty());
}

TEST(Server, ActionsAreRefusedInStatesTheyDoNotFit) {
    EXPECT_NO_THROW(require_state(in(VmState::stopped), Action::start));
    EXPECT_NO_THROW(require_state(in(VmState::error), Action::stop));
    EXPECT_NO_THROW(require_state(in(VmState::building, TaskState::spawning), Action::remove));
    EXPECT_NO_THROW(require_state(in(VmState::active, TaskState::rebooting), Action::hard_reboot));
    EXPECT_THROW(require_state(in(VmState::active, TaskState::rebooting), Action::soft_reboot),
                 Error);
    try {
        require_state(in(VmState::active), Action::start);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.fault, Fault::conflict);
        EXPECT_EQ(error.message, "Cannot 'start' instance s1 while it is in vm_state active");
    }
}

}  // namespace
}  // namespace welkin::compute
