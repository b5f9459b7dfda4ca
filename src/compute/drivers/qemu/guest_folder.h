#pragma once
// GuestFolder: everything one guest has on its host, and where.
//
//   <data>/servers/<id>/spec.json      what it is made of; written last by create, so that a folder
//                                      without it is half-made and may be thrown away
//                       disk.qcow2     root disk: an overlay on the image cache
//                       ephemeral.qcow2, swap.qcow2, config.iso, kernel, ramdisk   as needed
//                       console.log    serial output
//                       qemu.log       what QEMU itself says
//                       process.json   the running QEMU, written by us
//                       qemu.pid       the same by itself, in case we end before we write ours
//   /run/welkin-<hash>/<id>.qmp|.vnc   sockets: their paths have to be short (unix(7): 107 bytes)
#include <optional>
#include <string>
#include <vector>

#include "compute/drivers/driver.h"
#include "core/base/env.h"

namespace welkin::compute::qemu {

class GuestFolders {
public:
    GuestFolders(Env& env, std::string data_dir);

    std::string path(const ServerId& id, std::string_view name = "") const;
    std::string qmp_socket(const ServerId& id) const;
    std::string vnc_socket(const ServerId& id) const;
    const std::string& socket_directory() const { return sockets_; }
    std::string image_cache() const { return data_dir_ + "/images-cache"; }

    std::vector<ServerId> list() const;
    std::optional<GuestSpec> load_spec(const ServerId& id) const;
    void save_spec(const GuestSpec& spec);
    /// The QEMU that was started last and has not been forgotten; it may have ended.
    std::optional<ProcessId> find_process(const ServerId& id) const;
    void save_process(const ServerId& id, ProcessId process);
    void forget_process(const ServerId& id);
    void make(const ServerId& id);
    void remove(const ServerId& id);

private:
    Env& env_;
    std::string data_dir_;
    std::string sockets_;
};

}  // namespace welkin::compute::qemu
