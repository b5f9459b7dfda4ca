#pragma once
// The inspectors there are, one file each.
#include "image/formats/inspector.h"

namespace welkin::image::formats {

/// QEMU's qcow2, versions 2 and 3. Source: docs/interop/qcow2.txt of QEMU.
std::unique_ptr<Inspector> make_qcow2_inspector();
/// VMware's monolithicSparse and streamOptimized. Source: VMware Virtual Disk Format 5.0.
std::unique_ptr<Inspector> make_vmdk_inspector();
/// VirtualBox's dynamic and fixed disks.
std::unique_ptr<Inspector> make_vdi_inspector();
/// Virtual PC's fixed and dynamic disks. Source: Virtual Hard Disk Image Format Specification 1.0.
std::unique_ptr<Inspector> make_vhd_inspector();
/// Hyper-V's VHDX. Source: [MS-VHDX].
std::unique_ptr<Inspector> make_vhdx_inspector();
/// ISO 9660 and UDF. Source: ECMA-119, ECMA-167.
std::unique_ptr<Inspector> make_iso_inspector();

}  // namespace welkin::image::formats
