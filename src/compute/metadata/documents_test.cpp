#include "compute/metadata/documents.h"

#include <gtest/gtest.h>

#include "core/base/text.h"
#include "core/json/json.h"

namespace welkin::compute::metadata {
namespace {

Subject example() {
    Subject subject;
    auto& server = subject.server;
    server.id = ServerId("f81d4fae-7dec-41d0-a765-00a0c91e6bf6");
    server.name = "Web 1";
    server.hostname = "web-1";
    server.key_name = "mine";
    server.key_type = "ssh";
    server.public_key = "ssh-ed25519 AAAA me";
    server.user_data = text::to_base64("#!/bin/sh\necho hello\n");
    server.metadata = {{"role", "web"}};
    network::PortView port;
    port.id = PortId("0a1b2c3d-0000-4000-8000-000000000000");
    port.mac_address = "fa:16:3e:00:00:01";
    port.security_groups = {"default"};
    port.fixed_ips.push_back({.address = "10.0.0.5",
                              .prefix_length = 20,
                              .gateway = "10.0.0.1",
                              .dns_nameservers = {"9.9.9.9"},
                              .dhcp = false});
    subject.ports = {port};
    return subject;
}

TEST(MetadataDocuments, TellTheGuestItsNameKeyAndMetadata) {
    const auto documents = openstack_documents(example(), "latest");
    const auto meta = json::parse(documents.at("meta_data.json"));
    EXPECT_EQ(meta.text("hostname"), "web-1");
    EXPECT_EQ(meta["public_keys"].text("mine"), "ssh-ed25519 AAAA me");
    EXPECT_EQ(meta["meta"].text("role"), "web");
    EXPECT_EQ(documents.at("user_data"), "#!/bin/sh\necho hello\n");
}

TEST(MetadataDocuments, TellTheAdministratorsPasswordWhereItIsKnown) {
    auto subject = example();
    const auto path = "openstack/latest/meta_data.json";
    EXPECT_EQ(json::parse(config_drive_documents(subject).at(path)).find("admin_pass"), nullptr);
    subject.admin_pass = "secret";
    EXPECT_EQ(json::parse(config_drive_documents(subject).at(path)).text("admin_pass"), "secret");
}

TEST(MetadataDocuments, GiveStaticAddressesWithTheirMaskAndRoutes) {
    const auto documents = openstack_documents(example(), "2018-08-27");
    const auto data = json::parse(documents.at("network_data.json"));
    const auto& network = data["networks"].as_array().at(0);
    EXPECT_EQ(network.text("type"), "ipv4");
    EXPECT_EQ(network.text("netmask"), "255.255.240.0");
    EXPECT_EQ(network["routes"].as_array().at(0).text("gateway"), "10.0.0.1");
    EXPECT_EQ(data["services"].as_array().at(0).text("address"), "9.9.9.9");
}

TEST(MetadataDocuments, AppearInTheVersionsThatKnowThem) {
    EXPECT_FALSE(openstack_documents(example(), "2012-08-10").contains("network_data.json"));
    EXPECT_FALSE(openstack_documents(example(), "2012-08-10").contains("vendor_data.json"));
    EXPECT_TRUE(openstack_documents(example(), "latest").contains("vendor_data2.json"));
}

TEST(MetadataDocuments, ListFoldersAndFindLeaves) {
    const auto documents = ec2_documents(example());
    EXPECT_EQ(look_up(documents, ""), "meta-data/\nuser-data");
    EXPECT_EQ(look_up(documents, "meta-data/placement/"), "availability-zone");
    EXPECT_EQ(look_up(documents, "meta-data/instance-id"), "i-f81d4fae");
    EXPECT_EQ(look_up(documents, "meta-data/security-groups"), "default");
    EXPECT_EQ(look_up(documents, "meta-data/nothing"), std::nullopt);
    EXPECT_EQ(look_up(documents, "meta-data/public-keys/0/openssh-key"), "ssh-ed25519 AAAA me");
}

TEST(MetadataDocuments, FillAConfigDriveWithEveryVersion) {
    const auto documents = config_drive_documents(example());
    EXPECT_TRUE(documents.contains("openstack/latest/meta_data.json"));
    EXPECT_TRUE(documents.contains("openstack/2012-08-10/meta_data.json"));
    EXPECT_TRUE(documents.contains("ec2/latest/meta-data.json"));
}

}  // namespace
}  // namespace welkin::compute::metadata
