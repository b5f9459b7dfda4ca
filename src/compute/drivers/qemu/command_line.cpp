#include "compute/drivers/qemu/command_line.h"

#include "core/work/workflow.h"

namespace welkin::compute::qemu {
namespace {

using Line = std::vector<std::string>;

work::DriverError bad_property(std::string_view name, std::string_view value,
                               std::string_view choices) {
    return {work::DriverError::Kind::fatal,
            fmt::format("The image property {} is '{}', but this host offers {}.", name, value,
                        choices)};
}

std::string property(const GuestSpec& spec, const std::string& name, std::string_view otherwise) {
    const auto found = spec.properties.find(name);
    return found == spec.properties.end() ? std::string(otherwise) : found->second;
}

void append(Line& line, std::initializer_list<std::string> more) { line.insert(line.end(), more); }

/// Disks in the order the guest should see them: the first is the one it boots from.
class DiskArguments {
public:
    DiskArguments(Line& line, const GuestSpec& spec)
        : line_(line), bus_(property(spec, "hw_disk_bus", "virtio")) {
        if (bus_ == "scsi") {
            append(line_, {"-device", "virtio-scsi-pci,id=scsi0"});
        } else if (bus_ == "sata") {
            append(line_, {"-device", "ahci,id=ahci0"});
        } else if (bus_ != "virtio" && bus_ != "ide") {
            throw bad_property("hw_disk_bus", bus_, "virtio, scsi, ide and sata");
        }
    }

    void disk(const std::string& name, const std::string& file, const std::string& serial) {
        blockdev(name, "qcow2", file, "unmap");
        std::string device;
        if (bus_ == "virtio") {
            device = "virtio-blk-pci";
        } else if (bus_ == "scsi") {
            device = "scsi-hd,bus=scsi0.0";
        } else if (bus_ == "sata") {
            device = fmt::format("ide-hd,bus=ahci0.{}", sata_used_++);
        } else {
            device = "ide-hd," + ide_slot();
        }
        append(line_, {"-device", fmt::format("{},drive={},id=disk-{},serial={}{}", device, name,
                                              name, serial, boot_index())});
    }

    void cdrom(const std::string& name, const std::string& file, bool bootable) {
        blockdev(name, "raw", file, "ignore", ",read-only=on");
        append(line_, {"-device", fmt::format("ide-cd,{},drive={},id=cd-{}{}", ide_slot(), name,
                                              name, bootable ? boot_index() : "")});
    }

private:
    void blockdev(const std::string& name, std::string_view format, const std::string& file,
                  std::string_view discard, std::string_view more = "") {
        append(line_, {"-blockdev",
                       fmt::format("driver=file,filename={},node-name={}-file{}", file, name, more),
                       "-blockdev",
                       fmt::format("driver={},file={}-file,node-name={},discard={}{}", format, name,
                                   name, discard, more)});
    }
    std::string ide_slot() {
        if (ide_used_ == 4) {
            throw work::DriverError(work::DriverError::Kind::fatal,
                                    "The image property hw_disk_bus is 'ide', which has room for "
                                    "four disks, but the server has more.");
        }
        const int slot = ide_used_++;
        return fmt::format("bus=ide.{},unit={}", slot / 2, slot % 2);
    }
    std::string boot_index() { return fmt::format(",bootindex={}", ++boot_); }

    Line& line_;
    std::string bus_;
    int sata_used_ = 0;
    int ide_used_ = 0;
    int boot_ = 0;
};

void add_disks(Line& line, const GuestSpec& spec) {
    DiskArguments disks(line, spec);
    if (spec.root.image_format == "iso") {
        disks.cdrom("install", "install.iso", true);
    }
    disks.disk("root", "disk.qcow2", "root");
    if (spec.ephemeral_gb > 0) {
        disks.disk("ephemeral", "ephemeral.qcow2", "ephemeral0");
    }
    if (spec.swap_mb > 0) {
        disks.disk("swap", "swap.qcow2", "swap");
    }
    if (!spec.config_drive.empty()) {
        disks.cdrom("config", "config.iso", false);
    }
}

void add_nics(Line& line, const GuestSpec& spec, const std::vector<GuestNic>& nics) {
    const auto model = property(spec, "hw_vif_model", "virtio");
    std::string device;
    if (model == "virtio") {
        device = "virtio-net-pci";
    } else if (model == "e1000" || model == "e1000e" || model == "rtl8139" || model == "vmxnet3") {
        device = model;
    } else {
        throw bad_property("hw_vif_model", model, "virtio, e1000, e1000e, rtl8139 and vmxnet3");
    }
    for (size_t i = 0; i < nics.size(); ++i) {
        const auto& nic = nics[i];
        append(
            line,
            {"-netdev", fmt::format("tap,id=net{},ifname={},script=no,downscript=no", i, nic.tap),
             "-device",
             fmt::format("{},netdev=net{},id=nic{},mac={}{}", device, i, i, nic.mac_address,
                         model == "virtio" ? fmt::format(",host_mtu={}", nic.mtu) : "")});
    }
}

void add_direct_boot(Line& line, const GuestSpec& spec) {
    if (spec.kernel_id.empty()) {
        return;
    }
    append(line, {"-kernel", "kernel"});
    if (!spec.ramdisk_id.empty()) {
        append(line, {"-initrd", "ramdisk"});
    }
    const auto arguments = spec.kernel_arguments.empty()
                               ? "root=/dev/vda console=tty0 console=ttyS0"
                               : spec.kernel_arguments;
    append(line, {"-append", arguments});
}

}  // namespace

std::vector<std::string> command_line(const GuestSpec& spec, const Launch& launch) {
    const bool kvm = launch.accelerator == Accelerator::kvm;
    Line line = {"qemu-system-x86_64",
                 "-name",
                 fmt::format("guest={},process=welkin-{}", spec.id, spec.id.value.substr(0, 8)),
                 "-uuid",
                 spec.id.value,
                 "-machine",
                 fmt::format("pc,accel={},usb=off", kvm ? "kvm" : "tcg"),
                 "-cpu",
                 kvm ? "host" : "max",
                 "-smp",
                 std::to_string(spec.vcpus),
                 "-m",
                 fmt::format("{}M", spec.memory_mb),
                 "-nodefaults",
                 "-no-user-config",
                 "-display",
                 "none",
                 "-sandbox",
                 "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
                 "-S",
                 "-pidfile",
                 "qemu.pid",
                 "-qmp",
                 fmt::format("unix:{},server=on,wait=off", launch.qmp_socket),
                 "-chardev",
                 "null,id=serial0,logfile=console.log,logappend=on",
                 "-serial",
                 "chardev:serial0",
                 "-device",
                 "VGA,vgamem_mb=16",
                 "-vnc",
                 fmt::format("unix:{}", launch.vnc_socket),
                 "-object",
                 "rng-random,id=rng0,filename=/dev/urandom",
                 "-device",
                 "virtio-rng-pci,rng=rng0"};
    add_disks(line, spec);
    add_nics(line, spec, launch.nics);
    add_direct_boot(line, spec);
    return line;
}

}  // namespace welkin::compute::qemu
