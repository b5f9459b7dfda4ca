#include "network/address.h"

#include <arpa/inet.h>

#include "core/base/error.h"
#include "core/base/text.h"

namespace welkin::network {

namespace {

unsigned __int128 low_mask(int bits) {
    return bits >= 128 ? ~static_cast<unsigned __int128>(0)
                       : (static_cast<unsigned __int128>(1) << bits) - 1;
}

}  // namespace

std::optional<Ip> Ip::parse(std::string_view text) {
    if (text.size() > 45) {
        return std::nullopt;
    }
    const std::string copy(text);
    uint8_t raw[16];
    if (inet_pton(AF_INET, copy.c_str(), raw) == 1) {
        Ip ip{4, 0};
        for (int i = 0; i < 4; ++i) {
            ip.bits = ip.bits << 8 | raw[i];
        }
        return ip;
    }
    if (inet_pton(AF_INET6, copy.c_str(), raw) == 1) {
        Ip ip{6, 0};
        for (uint8_t byte : raw) {
            ip.bits = ip.bits << 8 | byte;
        }
        return ip;
    }
    return std::nullopt;
}

std::string Ip::text() const {
    uint8_t raw[16] = {};
    const int count = width() / 8;
    for (int i = 0; i < count; ++i) {
        raw[i] = static_cast<uint8_t>(bits >> (8 * (count - 1 - i)));
    }
    char out[INET6_ADDRSTRLEN];
    CHECK(inet_ntop(version == 4 ? AF_INET : AF_INET6, raw, out, sizeof out) != nullptr);
    return out;
}

std::string Ip::key() const {
    if (version == 4) {
        return fmt::format("{:08x}", static_cast<uint32_t>(bits));
    }
    return fmt::format("{:016x}{:016x}", static_cast<uint64_t>(bits >> 64),
                       static_cast<uint64_t>(bits));
}

Ip Ip::from_key(std::string_view key) {
    Ip ip{key.size() == 8 ? 4 : 6, 0};
    for (char c : key) {
        ip.bits = ip.bits << 4 | static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return ip;
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto ip = Ip::parse(text.substr(0, slash));
    if (!ip) {
        return std::nullopt;
    }
    int prefix = ip->width();
    if (slash != std::string_view::npos) {
        const auto number = text::to_integer(text.substr(slash + 1));
        if (!number || *number < 0 || *number > ip->width()) {
            return std::nullopt;
        }
        prefix = static_cast<int>(*number);
    }
    Cidr cidr{*ip, prefix};
    cidr.base.bits &= ~low_mask(ip->width() - prefix);
    return cidr;
}

std::string Cidr::text() const { return fmt::format("{}/{}", base.text(), prefix); }

Ip Cidr::last() const { return {base.version, base.bits | low_mask(base.width() - prefix)}; }

bool Cidr::contains(const Ip& ip) const {
    return ip.version == base.version && first() <= ip && ip <= last();
}

bool Cidr::overlaps(const Cidr& other) const {
    return contains(other.base) || other.contains(base);
}

std::string netmask(int prefix) {
    const Ip mask{4, static_cast<uint32_t>(~low_mask(32 - prefix))};
    return mask.text();
}

std::optional<std::string> parse_mac(std::string_view text) {
    if (text.size() != 17) {
        return std::nullopt;
    }
    std::string mac = text::lower(text);
    for (size_t i = 0; i < mac.size(); ++i) {
        if (i % 3 == 2) {
            if (mac[i] != ':' && mac[i] != '-') {
                return std::nullopt;
            }
            mac[i] = ':';
        } else if (!((mac[i] >= '0' && mac[i] <= '9') || (mac[i] >= 'a' && mac[i] <= 'f'))) {
            return std::nullopt;
        }
    }
    const auto first = text::from_hex(mac.substr(0, 2));
    if ((static_cast<uint8_t>((*first)[0]) & 1) != 0 || mac == "00:00:00:00:00:00") {
        return std::nullopt;
    }
    return mac;
}

Ip eui64(const Cidr& prefix, std::string_view mac) {
    const auto bytes = text::from_hex(text::replace_all(std::string(mac), ":", ""));
    CHECK(bytes && bytes->size() == 6);
    unsigned __int128 low = 0;
    for (int i = 0; i < 6; ++i) {
        auto byte = static_cast<uint8_t>((*bytes)[static_cast<size_t>(i)]);
        if (i == 0) {
            byte ^= 2;
        }
        low = low << 8 | byte;
        if (i == 2) {
            low = low << 16 | 0xfffe;
        }
    }
    return {6, prefix.base.bits | low};
}

}  // namespace welkin::network
