#pragma once
// How a guest becomes a QEMU command line.
#include <string>
#include <vector>

#include "compute/drivers/driver.h"
#include "compute/drivers/qemu/accelerator.h"

namespace welkin::compute::qemu {

/// What there is beside the spec when a guest is started.
struct Launch {
    std::string qmp_socket;
    std::string vnc_socket;
    std::vector<GuestNic> nics;
    Accelerator accelerator = Accelerator::tcg;
};

/// Files are named relative to the guest's folder: QEMU runs in it. Throws DriverError{fatal} for
/// an image property with a value that QEMU cannot satisfy.
std::vector<std::string> command_line(const GuestSpec& spec, const Launch& launch);

}  // namespace welkin::compute::qemu
