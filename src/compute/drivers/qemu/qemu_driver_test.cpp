// What is left of a guest on a machine that goes down at any change of its files.
#include "compute/drivers/qemu/qemu_driver.h"

#include <gtest/gtest.h>

#include "compute/drivers/qemu/crashing_env.h"
#include "compute/drivers/table.h"
#include "core/async/simulated.h"
#include "core/auth/policy.h"
#include "core/bus/bus.h"
#include "core/config/config.h"
#include "core/http/router.h"
#include "core/sql/database.h"
#include "core/work/runner.h"
#include "core/work/workflow.h"

namespace welkin::compute::qemu {
namespace {

const ServerId guest_id("f81d4fae-7dec-41d0-a765-00a0c91e6bf6");
const ImageId image_id("0a1b2c3d-0000-4000-8000-000000000000");

GuestSpec example() {
    GuestSpec spec;
    spec.id = guest_id;
    spec.root = {.image_id = image_id, .image_format = "qcow2", .size_gb = 1};
    spec.swap_mb = 64;
    spec.config_drive["openstack/latest/meta_data.json"] = "{}";
    return spec;
}

class QemuFiles : public testing::Test {
protected:
    QemuFiles() {
        config.declare(driver_options());
        machine.files().make_directories("/data");
        machine.processes().set_program("qemu-system-x86_64", [](const auto&, const auto&) {
            return ProcessOutput{.out = "QEMU emulator version 7.2.22 (Debian)"};
        });
        machine.processes().set_program("qemu-img", [this](const auto& argv, const auto&) {
            if (argv[1] == "info") {
                return ProcessOutput{.out = R"({"virtual-size": 1000000})"};
            }
            write(argv[argv.size() - 2], "disk");
            return ProcessOutput{};
        });
        machine.processes().set_program("genisoimage", [this](const auto& argv, const auto&) {
            write(argv[3], "iso");
            return ProcessOutput{};
        });
    }

    /// As a program does it: nothing is durable, and the machine may go down half-way.
    void write(const std::string& path, std::string_view content) {
        env.count_change();
        machine.files().remove(path);
        const auto file = machine.files().open(path, Open::create_new);
        file->write_at(0, content.substr(0, 1));
        env.count_change();
        file->write_at(0, content);
    }
    static Task<void> fetch(QemuFiles* self, std::string destination) {
        self->write(destination, "image");
        co_return;
    }

    void start() {
        driver = std::make_unique<QemuDriver>(
            core, [this](ImageId, std::string destination) { return fetch(this, destination); });
        loop.get(driver->start());
        loop.run_until_idle();
    }
    /// True if the machine went down at the given change, and then it is up again.
    bool crashed(int at_change, Task<void> task) {
        env.crash_at(at_change);
        bool down = false;
        try {
            loop.run(std::move(task));
        } catch (const CrashingEnv::Crash&) {
            down = true;
        }
        env.crash_at(0);
        if (down) {
            machine.power_cut();
            start();
        }
        return down;
    }
    std::string content(const std::string& name) {
        return machine.files()
            .read("/data/servers/" + guest_id.value + "/" + name)
            .value_or("missing");
    }
    void expect_whole() {
        EXPECT_EQ(content("disk.qcow2"), "disk");
        EXPECT_EQ(content("swap.qcow2"), "disk");
        EXPECT_EQ(content("config.iso"), "iso");
        EXPECT_EQ(machine.files().read("/data/images-cache/" + image_id.value + ".qcow2"), "image");
    }
    size_t listed() { return loop.get(driver->list()).size(); }
    std::vector<std::string> folders() { return machine.files().list("/data/servers"); }

    SimulatedEnv machine{7};
    CrashingEnv env{machine};
    async::SimulatedLoop loop{machine};
    config::Config config;
    std::unique_ptr<Env> outside = make_real_env();
    std::unique_ptr<sql::Database> database =
        sql::open(*outside, {.url = "sqlite::memory:", .synchronous = false});
    std::unique_ptr<bus::Bus> bus = bus::make_in_process_bus();
    work::Runner runner{*database, {.owner = "test"}};
    http::Router router;
    auth::Policy policy;
    Core core{env, *database, config, *bus, runner, router, policy, "/data", "host1"};
    std::unique_ptr<QemuDriver> driver;
};

TEST_F(QemuFiles, AreWholeOrGoneAfterACrashAtAnyChangeWhileTheyAreMade) {
    for (int change = 1;; ++change) {
        SCOPED_TRACE(change);
        machine.files().remove_all("/data/images-cache");
        start();
        const bool down = crashed(change, driver->create(example()));
        if (listed() == 1) {
            expect_whole();
        } else {
            EXPECT_TRUE(folders().empty());
        }
        loop.run(driver->create(example()));
        EXPECT_EQ(listed(), 1U);
        expect_whole();
        loop.run(driver->destroy(guest_id));
        EXPECT_TRUE(folders().empty());
        if (!down) {
            EXPECT_GT(change, 10);
            break;
        }
    }
}

TEST_F(QemuFiles, AreWholeOrGoneAfterACrashAtAnyChangeWhileTheyAreRemoved) {
    for (int change = 1;; ++change) {
        SCOPED_TRACE(change);
        start();
        loop.run(driver->create(example()));
        const bool down = crashed(change, driver->destroy(guest_id));
        if (listed() == 1) {
            expect_whole();
        }
        loop.run(driver->destroy(guest_id));
        EXPECT_EQ(listed(), 0U);
        EXPECT_TRUE(folders().empty());
        if (!down) {
            break;
        }
    }
}

TEST_F(QemuFiles, OfAnImageAreFetchedOnceForAllGuests) {
    start();
    int fetches = 0;
    driver = std::make_unique<QemuDriver>(core, [&](ImageId, std::string destination) {
        ++fetches;
        return fetch(this, destination);
    });
    loop.get(driver->start());
    auto other = example();
    other.id = ServerId("11111111-7dec-41d0-a765-00a0c91e6bf6");
    std::vector<Task<void>> both;
    both.push_back(driver->create(example()));
    both.push_back(driver->create(other));
    loop.run(async::all(std::move(both)));
    EXPECT_EQ(fetches, 1);
    EXPECT_EQ(listed(), 2U);
}

TEST_F(QemuFiles, OfAnImageStayForAsLongAsAGuestStandsOnThem) {
    GuestFolders guests(env, "/data");
    Disks disks(env, guests,
                [this](ImageId, std::string destination) { return fetch(this, destination); });
    loop.run(disks.make(example()));
    guests.save_spec(example());
    machine.advance(2h);
    disks.trim_cache(1h);
    EXPECT_EQ(machine.files().list("/data/images-cache").size(), 1U);
    guests.remove(guest_id);
    disks.trim_cache(3h);
    EXPECT_EQ(machine.files().list("/data/images-cache").size(), 1U);
    disks.trim_cache(1h);
    EXPECT_TRUE(machine.files().list("/data/images-cache").empty());
}

TEST_F(QemuFiles, RefuseADiskThatIsSmallerThanItsImage) {
    start();
    machine.processes().set_program("qemu-img", [](const auto&, const auto&) {
        return ProcessOutput{.out = R"({"virtual-size": 2147483648})"};
    });
    try {
        loop.run(driver->create(example()));
        FAIL();
    } catch (const work::DriverError& error) {
        EXPECT_EQ(error.kind, work::DriverError::Kind::fatal);
        EXPECT_EQ(error.message,
                  "The flavor's disk of 1 GiB is smaller than the image, which takes 2.0 GiB.");
    }
}

}  // namespace
}  // namespace welkin::compute::qemu
