#pragma once
// Ip, Cidr and MAC addresses: parsing, canonical text, arithmetic. No I/O.
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace welkin::network {

/// An IPv4 or IPv6 address. Addresses of one version compare by value; all v4 are before all v6.
struct Ip {
    int version = 4;
    unsigned __int128 bits = 0;

    static std::optional<Ip> parse(std::string_view text);
    std::string text() const;  ///< canonical: "10.0.0.1", "fd00::1"
    /// Fixed-width hex: sorts as the address does, so that SQL can find gaps and ranges.
    std::string key() const;
    static Ip from_key(std::string_view key);
    int width() const { return version == 4 ? 32 : 128; }
    Ip plus(unsigned __int128 n) const { return {version, bits + n}; }
    Ip minus(unsigned __int128 n) const { return {version, bits - n}; }
    bool operator==(const Ip&) const = default;
    auto operator<=>(const Ip&) const = default;
};

/// A prefix. `base` has no host bits set.
struct Cidr {
    Ip base;
    int prefix = 0;

    /// Nothing if it is none. A bare address is a whole-width prefix; host bits are cut off.
    static std::optional<Cidr> parse(std::string_view text);
    std::string text() const;
    Ip first() const { return base; }
    Ip last() const;
    bool contains(const Ip& ip) const;
    bool overlaps(const Cidr& other) const;
    bool operator==(const Cidr&) const = default;
};

/// Both ends belong to it.
struct IpRange {
    Ip first;
    Ip last;
    bool contains(const Ip& ip) const { return first <= ip && ip <= last; }
    bool overlaps(const IpRange& other) const {
        return first.version == other.first.version && first <= other.last && other.first <= last;
    }
};

/// The prefix 255.255.255.0 of /24.
std::string netmask(int prefix);

/// "fa:16:3e:00:00:01" in lower case; nothing if it is no unicast MAC address.
std::optional<std::string> parse_mac(std::string_view text);

/// The address that stateless autoconfiguration makes of a /64 and a MAC (RFC 4291, appendix A).
Ip eui64(const Cidr& prefix, std::string_view mac);

}  // namespace welkin::network
