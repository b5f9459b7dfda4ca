#pragma once
// How a guest becomes a QEMU command line.
#include <string>
#include <vector>

#include "compute/drivers/driver.h"

namespace welkin::compute::qemu {

enum class Accelerator { tcg, kvm };

/// What there is beside the spec when a guest starts.
struct Placement {
    std::string folder;  ///< files are named relative to it: QEMU runs in it
    std::string qmp_socket;
    std::string vnc_socket;
    std::vector<GuestNic> nics;
    Accelerator accelerator = Accelerator::tcg;
};

/// Throws DriverError{fatal} for an image property with a value that QEMU cannot satisfy.
std::vector<std::string> command_line(const GuestSpec& spec, const Placement& placement);

}  // namespace welkin::compute::qemu
