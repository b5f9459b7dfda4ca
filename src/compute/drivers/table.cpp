#include "compute/drivers/table.h"

#include "compute/drivers/fake/fake_driver.h"
#include "compute/drivers/qemu/qemu_driver.h"
#include "core/base/error.h"

namespace welkin::compute {
namespace {

std::unique_ptr<Driver> make_fake(Core& core, FetchImage) {
    return std::make_unique<FakeDriver>(FakeDriver::Options{
        .vcpus = core.config.integer("compute.fake_vcpus"),
        .memory_mb = core.config.integer("compute.fake_memory_mb"),
        .disk_gb = core.config.integer("compute.fake_disk_gb"),
        .delay = std::chrono::milliseconds(core.config.milliseconds("compute.fake_delay"))});
}

std::unique_ptr<Driver> make_qemu(Core& core, FetchImage fetch_image) {
    return std::make_unique<qemu::QemuDriver>(core, std::move(fetch_image));
}

struct Entry {
    const char* name;
    std::unique_ptr<Driver> (*make)(Core& core, FetchImage fetch_image);
};
constexpr Entry drivers[] = {
    {"qemu", make_qemu},
    {"fake", make_fake},
};

}  // namespace

std::unique_ptr<Driver> make_driver(std::string_view name, Core& core, FetchImage fetch_image) {
    std::string names;
    for (const auto& entry : drivers) {
        if (entry.name == name) {
            return entry.make(core, std::move(fetch_image));
        }
        names += (names.empty() ? "" : ", ") + std::string(entry.name);
    }
    throw bad_request("compute.driver is '{}', but there is {}.", name, names);
}

std::vector<config::Option> driver_options() {
    std::vector<config::Option> all(std::begin(fake_driver_options), std::end(fake_driver_options));
    all.insert(all.end(), std::begin(qemu::qemu_driver_options),
               std::end(qemu::qemu_driver_options));
    return all;
}

}  // namespace welkin::compute
