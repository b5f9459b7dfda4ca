#include "compute/host_services.h"

#include "compute/agent/agent.h"
#include "compute/compute.h"
#include "compute/console/console.h"
#include "compute/drivers/table.h"
#include "compute/metadata/metadata.h"
#include "compute/state.h"
#include "core/config/config.h"
#include "image/image.h"

namespace welkin::compute {

namespace {

std::unique_ptr<Driver> configured_driver(State& state) {
    return make_driver(state.core.config.text("compute.driver"), state.core,
                       [&image = state.image](ImageId id, std::string destination) {
                           return image.fetch(std::move(id), std::move(destination));
                       });
}

}  // namespace

void mount_host_services(State& state) {
    serve_metadata(state);
    mount_console(state);
}

Task<void> Compute::start_host(DriverMaker make) {
    state_->agent = std::make_shared<Agent>(state_->core, state_->hosts,
                                            make ? make() : configured_driver(*state_));
    co_await state_->agent->start();
}

Task<void> Compute::stop_host() {
    if (state_->agent) {
        co_await state_->agent->stop();
    }
}

}  // namespace welkin::compute
