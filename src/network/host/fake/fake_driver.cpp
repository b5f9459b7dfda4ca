#include "network/host/fake/fake_driver.h"

#include "network/host/names.h"

namespace welkin::network {

namespace {

class FakeDriver : public HostDriver {
public:
    std::string name() const override { return "fake"; }
    bool makes_things() const override { return false; }
    Task<void> start() override { co_return; }
    Task<void> apply(HostDocument) override { co_return; }
    Task<void> stop() override { co_return; }
    std::optional<Plugged> plugged(const PortId& port) const override {
        return Plugged{.tap = tap_name(port)};
    }
};

}  // namespace

std::unique_ptr<HostDriver> make_fake_driver(DriverEnvironment) {
    return std::make_unique<FakeDriver>();
}

}  // namespace welkin::network
