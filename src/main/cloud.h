#pragma once
// Cloud: the composition root. Makes every part in order and passes references; nothing is looked
// up by name elsewhere. `welkin up` wraps it in an HTTP server, tests and the simulation drive it
// directly with an Env of their own.
#include <functional>
#include <memory>
#include <string>

#include "core/auth/policy.h"
#include "core/base/env.h"
#include "core/bus/bus.h"
#include "core/config/config.h"
#include "core/core.h"
#include "core/http/pipeline/pipeline.h"
#include "core/http/router.h"
#include "core/http/server.h"
#include "core/sql/database.h"
#include "core/work/runner.h"

namespace welkin::identity {
class Identity;
}
namespace welkin::image {
class Image;
}
namespace welkin::placement {
class Placement;
}
namespace welkin::network {
class HostDriver;
class Network;
}  // namespace welkin::network
namespace welkin::compute {
class Compute;
class Driver;
}  // namespace welkin::compute

namespace welkin {

/// Declares the options of every module.
void declare_options(config::Config& config);

/// What drives this host, where it is not what the configuration names.
struct HostDrivers {
    std::function<std::unique_ptr<compute::Driver>()> hypervisor;
    std::function<std::unique_ptr<network::HostDriver>()> data_plane;
};

class Cloud {
public:
    /// Opens the database and applies migrations; throws Error if that is not possible.
    Cloud(Env& env, config::Config& config, std::string data_dir, HostDrivers drivers = {});
    ~Cloud();

    /// Bootstraps identity, starts this host's side, then the workflow runner. Then requests may
    /// come.
    Task<void> start();
    /// Lets running steps end; guests go on.
    Task<void> stop();

    Task<http::Reply> handle(http::Request& request);
    Core& core() { return core_; }
    const std::string& admin_password() const { return admin_password_; }

private:
    void mount_operations();
    std::string load_admin_password();

    Env& env_;
    HostDrivers drivers_;
    std::unique_ptr<sql::Database> database_;
    std::unique_ptr<bus::Bus> bus_;
    std::unique_ptr<work::Runner> runner_;
    http::Router router_;
    auth::Policy policy_;
    Core core_;
    http::Api operations_;
    std::unique_ptr<identity::Identity> identity_;
    std::unique_ptr<image::Image> image_;
    std::unique_ptr<placement::Placement> placement_;
    std::unique_ptr<network::Network> network_;
    std::unique_ptr<compute::Compute> compute_;
    std::unique_ptr<http::Pipeline> pipeline_;
    std::string admin_password_;
    bool ready_ = false;
};

}  // namespace welkin
