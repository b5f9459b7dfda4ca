#include "compute/drivers/qemu/command_line.h"

#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/work/workflow.h"

namespace welkin::compute::qemu {
namespace {

GuestSpec example() {
    GuestSpec spec;
    spec.id = ServerId("f81d4fae-7dec-41d0-a765-00a0c91e6bf6");
    spec.name = "web,id=evil";
    spec.vcpus = 2;
    spec.memory_mb = 256;
    spec.root = {.image_id = ImageId("0a1b2c3d-0000-4000-8000-000000000000"),
                 .image_format = "qcow2",
                 .size_gb = 1};
    return spec;
}

/// The whole line as one text, so that order and neighbours can be looked for.
std::string line_of(const GuestSpec& spec, const Launch& launch = {}) {
    return text::join(command_line(spec, launch), " ") + " ";
}

bool contains(const std::string& line, std::string_view part) {
    return line.find(part) != std::string::npos;
}

std::string refusal_of(const GuestSpec& spec, const Launch& launch = {}) {
    try {
        command_line(spec, launch);
    } catch (const work::DriverError& error) {
        EXPECT_EQ(error.kind, work::DriverError::Kind::fatal);
        return error.message;
    }
    return "";
}

TEST(QemuCommandLine, GivesTheGuestWhatItsFlavorSays) {
    const auto line = line_of(example(), {.qmp_socket = "/run/x.qmp", .vnc_socket = "/run/x.vnc"});
    EXPECT_TRUE(contains(line, "-smp 2 -m 256M "));
    EXPECT_TRUE(contains(line, "-qmp unix:/run/x.qmp,server=on,wait=off "));
    EXPECT_TRUE(contains(line, "-vnc unix:/run/x.vnc "));
    EXPECT_TRUE(contains(line, "-sandbox on,"));
    EXPECT_TRUE(contains(line, " -S "));
}

TEST(QemuCommandLine, HoldsNothingThatAUserNamed) {
    EXPECT_FALSE(contains(line_of(example()), "evil"));
}

TEST(QemuCommandLine, RunsOnTheProcessorOnlyUnderKvm) {
    EXPECT_TRUE(contains(line_of(example()), "accel=tcg,usb=off -cpu max "));
    EXPECT_TRUE(contains(line_of(example(), {.accelerator = Accelerator::kvm}),
                         "accel=kvm,usb=off -cpu host "));
}

TEST(QemuCommandLine, NamesTheFormatOfEveryDisk) {
    const auto line = line_of(example());
    EXPECT_TRUE(contains(line, "driver=file,filename=disk.qcow2,node-name=root-file "));
    EXPECT_TRUE(contains(line, "driver=qcow2,file=root-file,node-name=root,"));
}

TEST(QemuCommandLine, PutsDisksOnTheBusOfTheImage) {
    auto spec = example();
    EXPECT_TRUE(contains(line_of(spec), "virtio-blk-pci,drive=root,"));
    spec.properties["hw_disk_bus"] = "scsi";
    EXPECT_TRUE(contains(line_of(spec), "virtio-scsi-pci,id=scsi0 "));
    EXPECT_TRUE(contains(line_of(spec), "scsi-hd,bus=scsi0.0,drive=root,"));
    spec.properties["hw_disk_bus"] = "sata";
    spec.swap_mb = 64;
    EXPECT_TRUE(contains(line_of(spec), "ide-hd,bus=ahci0.0,drive=root,"));
    EXPECT_TRUE(contains(line_of(spec), "ide-hd,bus=ahci0.1,drive=swap,"));
    spec.properties["hw_disk_bus"] = "ide";
    EXPECT_TRUE(contains(line_of(spec), "ide-hd,bus=ide.0,unit=0,drive=root,"));
    EXPECT_TRUE(contains(line_of(spec), "ide-hd,bus=ide.0,unit=1,drive=swap,"));
}

TEST(QemuCommandLine, RefusesWhatItCannotGive) {
    auto spec = example();
    spec.properties["hw_disk_bus"] = "xen";
    EXPECT_EQ(refusal_of(spec),
              "The image property hw_disk_bus is 'xen', but this host offers "
              "virtio, scsi, ide and sata.");
    spec = example();
    spec.properties["hw_vif_model"] = "ne2k_pci";
    EXPECT_TRUE(contains(refusal_of(spec), "hw_vif_model is 'ne2k_pci'"));
}

TEST(QemuCommandLine, RefusesMoreDisksThanIdeTakes) {
    auto spec = example();
    spec.root.image_format = "iso";
    spec.properties["hw_disk_bus"] = "ide";
    spec.ephemeral_gb = 1;
    spec.swap_mb = 64;
    EXPECT_EQ(refusal_of(spec), "");
    spec.config_drive["openstack/latest/meta_data.json"] = "{}";
    EXPECT_TRUE(contains(refusal_of(spec), "room for four disks"));
}

TEST(QemuCommandLine, AttachesTheConfigDriveBehindTheDisks) {
    auto spec = example();
    EXPECT_FALSE(contains(line_of(spec), "config.iso"));
    spec.config_drive["openstack/latest/meta_data.json"] = "{}";
    const auto line = line_of(spec);
    EXPECT_TRUE(contains(line,
                         "driver=file,filename=config.iso,node-name=config-file,"
                         "read-only=on "));
    EXPECT_TRUE(contains(line, "ide-cd,bus=ide.0,unit=0,drive=config,id=cd-config "));
}

TEST(QemuCommandLine, BootsAnInstallationFromItsIsoFirst) {
    auto spec = example();
    spec.root.image_format = "iso";
    const auto line = line_of(spec);
    EXPECT_TRUE(contains(line, "drive=install,id=cd-install,bootindex=1 "));
    EXPECT_TRUE(contains(line, "drive=root,id=disk-root,serial=root,bootindex=2 "));
}

TEST(QemuCommandLine, BootsAKernelDirectly) {
    auto spec = example();
    EXPECT_FALSE(contains(line_of(spec), "-kernel"));
    spec.kernel_id = ImageId("11111111-0000-4000-8000-000000000000");
    EXPECT_TRUE(contains(line_of(spec),
                         "-kernel kernel -append root=/dev/vda console=tty0 "
                         "console=ttyS0 "));
    spec.ramdisk_id = ImageId("22222222-0000-4000-8000-000000000000");
    spec.kernel_arguments = "quiet -monitor stdio";
    const auto line = command_line(spec, {});
    EXPECT_EQ(line[line.size() - 3], "ramdisk");
    EXPECT_EQ(line.back(), "quiet -monitor stdio");  // one argument, whatever is in it
}

TEST(QemuCommandLine, ConnectsEveryInterfaceInOrder) {
    auto spec = example();
    const Launch launch{.nics = {{.mac_address = "fa:16:3e:00:00:01", .tap = "wtap1", .mtu = 1450},
                                 {.mac_address = "fa:16:3e:00:00:02", .tap = "wtap2"}}};
    const auto line = line_of(spec, launch);
    EXPECT_TRUE(contains(line, "tap,id=net0,ifname=wtap1,script=no,downscript=no "));
    EXPECT_TRUE(contains(line,
                         "virtio-net-pci,netdev=net0,id=nic0,mac=fa:16:3e:00:00:01,"
                         "host_mtu=1450 "));
    EXPECT_TRUE(contains(line, "netdev=net1,id=nic1,mac=fa:16:3e:00:00:02,host_mtu=1500 "));
    spec.properties["hw_vif_model"] = "e1000";
    EXPECT_TRUE(contains(line_of(spec, launch),
                         "-device e1000,netdev=net0,id=nic0,mac=fa:16:3e:00:00:01 "));
}

}  // namespace
}  // namespace welkin::compute::qemu
