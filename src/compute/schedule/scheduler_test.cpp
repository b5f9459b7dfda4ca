#include "compute/schedule/scheduler.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace welkin::compute {
namespace {

Candidate candidate(const char* name, int64_t vcpus, int64_t memory_mb) {
    Candidate made;
    made.host.name = HostName(name);
    made.host.architecture = "x86_64";
    made.host.hypervisor_type = "QEMU";
    made.up = true;
    made.zone = "nova";
    made.capacity.inventory = {.total = {vcpus, memory_mb, 100}, .vcpu_ratio = 1.0};
    return made;
}

Demand demand(int64_t vcpus, int64_t memory_mb) {
    Demand made;
    made.resources = {vcpus, memory_mb, 1};
    return made;
}

const Scheduler& scheduler() {
    static const Scheduler made(filter_names(), weigher_names());
    return made;
}

TEST(Scheduler, TheHostWithMostRoomIsChosen) {
    const auto choice = scheduler().choose(
        {candidate("small", 4, 1000), candidate("large", 8, 9000)}, demand(1, 100));
    EXPECT_EQ(choice.host.value, "large");
}

TEST(Scheduler, ARefusalTellsForEachHostWhichFilterSaidNoAndWhy) {
    auto down = candidate("b-down", 4, 1000);
    down.up = false;
    auto disabled = candidate("c-disabled", 4, 9000);
    disabled.host.disabled = true;
    disabled.host.disabled_reason = "new disks";
    const auto choice =
        scheduler().choose({candidate("a-small", 4, 1000), down, disabled}, demand(1, 4096));
    EXPECT_TRUE(choice.host.empty());
    EXPECT_EQ(no_valid_host(choice.refusals),
              "No valid host was found. "
              "a-small: RamFilter 1000 of 1000 MB of memory are free, 4096 needed; "
              "b-down: ComputeFilter it is down: no heartbeat; "
              "c-disabled: ComputeFilter it is disabled: new disks.");
    EXPECT_EQ(no_valid_host({}), "No valid host was found. There is no compute host.");
}

TEST(Scheduler, ZonesHostsAndImagesAreRespected) {
    auto wanted = demand(1, 1);
    wanted.zone = "east";
    EXPECT_EQ(scheduler().choose({candidate("h", 4, 100)}, wanted).refusals.front().filter,
              "AvailabilityZoneFilter");
    wanted = demand(1, 1);
    wanted.host = HostName("other");
    EXPECT_EQ(scheduler().choose({candidate("h", 4, 100)}, wanted).refusals.front().filter,
              "RequestedHostFilter");
    wanted = demand(1, 1);
    wanted.image_properties["hw_architecture"] = "aarch64";
    EXPECT_EQ(scheduler().choose({candidate("h", 4, 100)}, wanted).refusals.front().filter,
              "ImagePropertiesFilter");
    wanted.image_properties = {{"img_hv_type", "kvm"}};
    EXPECT_EQ(scheduler().choose({candidate("h", 4, 100)}, wanted).host.value, "h");
}

TEST(Scheduler, GroupsKeepTogetherOrApart) {
    auto wanted = demand(1, 1);
    wanted.group = ServerGroup{.name = "g", .policy = "anti-affinity"};
    wanted.group_hosts = {HostName("b")};
    EXPECT_EQ(
        scheduler().choose({candidate("a", 4, 100), candidate("b", 8, 200)}, wanted).host.value,
        "a");
    wanted.group->policy = "affinity";
    EXPECT_EQ(
        scheduler().choose({candidate("a", 8, 200), candidate("b", 4, 100)}, wanted).host.value,
        "b");
    wanted.group->policy = "anti-affinity";
    EXPECT_TRUE(scheduler().choose({candidate("b", 4, 100)}, wanted).host.empty());
}

TEST(Scheduler, UnknownFiltersAreRefusedByName) {
    EXPECT_THROW(Scheduler({"NoSuchFilter"}, {}), Error);
    EXPECT_THROW(Scheduler({}, {"NoSuchWeigher"}), Error);
}

}  // namespace
}  // namespace welkin::compute
