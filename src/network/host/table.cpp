#include "core/base/text.h"
#include "network/host/fake/fake_driver.h"
#include "network/host/host_network.h"
#include "network/host/linux/linux_driver.h"

namespace welkin::network {

namespace {

struct Entry {
    const char* name;
    std::unique_ptr<HostDriver> (*make)(DriverEnvironment around);
};

constexpr Entry drivers[] = {{"linux", make_linux_driver}, {"fake", make_fake_driver}};

}  // namespace

std::unique_ptr<HostDriver> make_host_driver(std::string_view name, DriverEnvironment around) {
    std::vector<std::string> names;
    for (const auto& entry : drivers) {
        if (name == entry.name) {
            return entry.make(std::move(around));
        }
        names.emplace_back(entry.name);
    }
    throw bad_request("network.driver is '{}', but there are only: {}.", name,
                      text::join(names, ", "));
}

}  // namespace welkin::network
