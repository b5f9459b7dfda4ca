#include "compute/host_services.h"

#include "compute/agent/agent.h"
#include "compute/compute.h"
#include "compute/console/console.h"
#include "compute/metadata/metadata.h"
#include "compute/state.h"

namespace welkin::compute {

void mount_host_services(State& state) {
    serve_metadata(state);
    mount_console(state);
}

Task<void> Compute::start_host() {
    state_->agent = std::make_shared<Agent>(state_->core, state_->image, state_->hosts);
    co_await state_->agent->start();
}

Task<void> Compute::stop_host() {
    if (state_->agent) {
        co_await state_->agent->stop();
    }
}

}  // namespace welkin::compute
