#include "compute/drivers/qemu/accelerator.h"

#include <gtest/gtest.h>

#include "core/async/simulated.h"
#include "core/base/error.h"
#include "core/base/simulated_env.h"

namespace welkin::compute::qemu {
namespace {

class AcceleratorProbeTest : public testing::Test {
protected:
    AcceleratorProbeTest() {
        for (const auto* folder : {"/data", "/dev", "/proc/sys/kernel/random"}) {
            env.files().make_directories(folder);
        }
        boot("first");
        trial_ends_with({.exit_code = 43});
    }
    void boot(const std::string& id) {
        env.files().write_durably("/proc/sys/kernel/random/boot_id", id + "\n");
    }
    void make_device() { env.files().write_durably("/dev/kvm", ""); }
    void trial_ends_with(ProcessOutput output) {
        env.processes().set_program("timeout", [this, output](const auto&, const auto&) {
            ++trials;
            return output;
        });
    }
    Accelerator probe() {
        AcceleratorProbe probe(env, "/data");
        probe.start();
        return loop.get(probe.result());
    }

    SimulatedEnv env{1};
    async::SimulatedLoop loop{env};
    int trials = 0;
};

TEST_F(AcceleratorProbeTest, NeedsADevice) {
    EXPECT_EQ(probe(), Accelerator::tcg);
    EXPECT_EQ(trials, 0);
}

TEST_F(AcceleratorProbeTest, BelievesAGuestThatRan) {
    make_device();
    EXPECT_EQ(probe(), Accelerator::kvm);
    EXPECT_EQ(env.files().list("/data"), std::vector<std::string>{"accelerator.json"});
}

TEST_F(AcceleratorProbeTest, DoesNotBelieveAGuestThatFailed) {
    make_device();
    trial_ends_with({.exit_code = 1, .err = "failed to initialize kvm"});
    EXPECT_EQ(probe(), Accelerator::tcg);
}

TEST_F(AcceleratorProbeTest, DoesNotBelieveAGuestThatHung) {
    make_device();
    trial_ends_with({.exit_code = 137});
    EXPECT_EQ(probe(), Accelerator::tcg);
}

TEST_F(AcceleratorProbeTest, TriesAgainAfterATrialThatWasCutShort) {
    make_device();
    env.processes().set_program("timeout", [](const auto&, const auto&) -> ProcessOutput {
        throw unavailable("timeout was killed because this process is ending.");
    });
    EXPECT_EQ(probe(), Accelerator::tcg);
    trial_ends_with({.exit_code = 43});
    EXPECT_EQ(probe(), Accelerator::kvm);
}

TEST_F(AcceleratorProbeTest, TriesOncePerBootOfTheHost) {
    make_device();
    EXPECT_EQ(probe(), Accelerator::kvm);
    EXPECT_EQ(probe(), Accelerator::kvm);
    EXPECT_EQ(trials, 1);
    boot("second");
    trial_ends_with({.exit_code = 1});
    EXPECT_EQ(probe(), Accelerator::tcg);
    EXPECT_EQ(trials, 2);
}

TEST_F(AcceleratorProbeTest, TriesAgainWhenItsNotesAreUnreadable) {
    make_device();
    env.files().write_durably("/data/accelerator.json", "{");
    EXPECT_EQ(probe(), Accelerator::kvm);
    EXPECT_EQ(trials, 1);
}

TEST_F(AcceleratorProbeTest, LetsNobodyWaitWhoNeedsNoGuestYet) {
    make_device();
    AcceleratorProbe probe(env, "/data");
    probe.start();
    EXPECT_EQ(probe.known(), std::nullopt);
    loop.run_until_idle();
    EXPECT_EQ(probe.known(), Accelerator::kvm);
}

}  // namespace
}  // namespace welkin::compute::qemu
