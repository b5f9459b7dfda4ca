#include "network/address.h"

#include <gtest/gtest.h>

namespace welkin::network {
namespace {

TEST(Ip, ReadsAndWritesBothVersionsCanonically) {
    EXPECT_EQ(Ip::parse("10.0.0.1")->text(), "10.0.0.1");
    EXPECT_EQ(Ip::parse("FD00:0:0::1")->text(), "fd00::1");
    for (const auto* wrong : {"", "10.0.0", "10.0.0.256", "10.0.0.1/24", "fd00:::1", "host"}) {
        EXPECT_FALSE(Ip::parse(wrong)) << wrong;
    }
}

TEST(Ip, KeysSortAsTheAddressesDoAndComeBack) {
    EXPECT_LT(Ip::parse("9.255.255.255")->key(), Ip::parse("10.0.0.0")->key());
    for (const auto* text : {"10.0.0.200", "0.0.0.0", "fd00::ffff:0:1", "::"}) {
        EXPECT_EQ(Ip::from_key(Ip::parse(text)->key()), *Ip::parse(text)) << text;
    }
}

TEST(Cidr, CutsHostBitsAndKnowsItsEnds) {
    const auto cidr = *Cidr::parse("10.0.0.77/26");
    EXPECT_EQ(cidr.text(), "10.0.0.64/26");
    EXPECT_EQ(cidr.last().text(), "10.0.0.127");
    EXPECT_TRUE(cidr.contains(*Ip::parse("10.0.0.64")));
    EXPECT_FALSE(cidr.contains(*Ip::parse("10.0.0.128")));
    EXPECT_FALSE(cidr.contains(*Ip::parse("::")));
    EXPECT_EQ(Cidr::parse("fd00::5")->prefix, 128);
    EXPECT_FALSE(Cidr::parse("10.0.0.0/33"));
    EXPECT_FALSE(Cidr::parse("10.0.0.0/x"));
    EXPECT_EQ(Cidr::parse("0.0.0.0/0")->last().text(), "255.255.255.255");
}

TEST(Cidr, OverlapsWhatItContainsAndWhatContainsIt) {
    const auto wide = *Cidr::parse("10.0.0.0/8");
    const auto narrow = *Cidr::parse("10.9.0.0/16");
    EXPECT_TRUE(wide.overlaps(narrow));
    EXPECT_TRUE(narrow.overlaps(wide));
    EXPECT_FALSE(narrow.overlaps(*Cidr::parse("10.8.0.0/16")));
    EXPECT_FALSE(wide.overlaps(*Cidr::parse("::/0")));
}

TEST(Mac, IsUnicastAndLowerCase) {
    EXPECT_EQ(parse_mac("FA:16:3E:00:00:01"), "fa:16:3e:00:00:01");
    EXPECT_EQ(parse_mac("fa-16-3e-00-00-01"), "fa:16:3e:00:00:01");
    for (const auto* wrong :
         {"", "fa:16:3e:00:00", "01:00:5e:00:00:01", "00:00:00:00:00:00", "fa:16:3e:00:00:0g"}) {
        EXPECT_FALSE(parse_mac(wrong)) << wrong;
    }
}

TEST(Eui64, IsWhatHostsMakeOfTheirMac) {
    EXPECT_EQ(eui64(*Cidr::parse("fe80::/64"), "fa:16:3e:12:34:56").text(),
              "fe80::f816:3eff:fe12:3456");
}

TEST(Netmask, IsThePrefixInDots) {
    EXPECT_EQ(netmask(24), "255.255.255.0");
    EXPECT_EQ(netmask(32), "255.255.255.255");
    EXPECT_EQ(netmask(9), "255.128.0.0");
}

}  // namespace
}  // namespace welkin::network
