#pragma once
// Every hypervisor driver by the name that `compute.driver` gives it.
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "compute/drivers/driver.h"
#include "core/config/config.h"
#include "core/core.h"

namespace welkin::compute {

/// Throws bad_request() listing the names there are.
std::unique_ptr<Driver> make_driver(std::string_view name, Core& core, FetchImage fetch_image);

/// The options of all drivers.
std::vector<config::Option> driver_options();

}  // namespace welkin::compute
