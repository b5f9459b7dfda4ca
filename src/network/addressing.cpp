#include "network/addressing.h"

#include "network/errors.h"

namespace welkin::network {

namespace {

constexpr size_t max_addresses = 5;
constexpr size_t max_cursors = 100'000;

Error none_left(const NetworkId& network) {
    return conflict("No more IP addresses available on network {}.", network)
        .named("IpAddressGenerationFailure");
}

const Subnet& subnet_of(const std::vector<Subnet>& subnets, const SubnetId& id,
                        const NetworkId& network) {
    for (const auto& subnet : subnets) {
        if (subnet.id == id) {
            return subnet;
        }
    }
    throw invalid_input(
        "Failed to create port on network {}, because fixed_ips included invalid "
        "subnet {}.",
        network, id);
}

const Subnet& subnet_around(const std::vector<Subnet>& subnets, const Ip& ip) {
    for (const auto& subnet : subnets) {
        if (subnet.range().contains(ip)) {
            return subnet;
        }
    }
    throw bad_request(
        "IP address {} is not a valid IP for any of the subnets on the specified "
        "network.",
        ip.text())
        .named("InvalidIpForNetwork");
}

bool is_host_address(const Cidr& cidr, const Ip& ip) {
    if (!cidr.contains(ip)) {
        return false;
    }
    const int host_bits = cidr.base.width() - cidr.prefix;
    if (host_bits <= 1) {
        return true;
    }
    return ip != cidr.first() && (ip.version == 6 || ip != cidr.last());
}

}  // namespace

std::vector<FixedAddress> Addressing::choose(sql::Transaction& tx, const NetworkId& network,
                                             const std::vector<Subnet>& subnets,
                                             const std::optional<std::vector<FixedAddress>>& wanted,
                                             std::string_view mac,
                                             const std::vector<FixedAddress>& keep) {
    std::vector<FixedAddress> chosen;
    std::set<Ip> taken;
    const auto add = [&](FixedAddress address) {
        taken.insert(*Ip::parse(address.ip_address));
        chosen.push_back(std::move(address));
    };
    if (wanted) {
        if (wanted->size() > max_addresses) {
            throw invalid_input("Exceeded maximum amount of fixed ips per port: at most {}.",
                                max_addresses);
        }
        for (const auto& each : *wanted) {
            add(asked(tx, network, subnets, each, mac, keep, taken));
        }
    } else {
        for (const int version : {4, 6}) {
            bool candidates = false;
            std::optional<FixedAddress> found;
            for (const auto& subnet : subnets) {
                if (found || subnet.ip_version != version || subnet.automatic_addresses()) {
                    continue;
                }
                candidates = true;
                if (const auto ip = next_free(tx, subnet, taken)) {
                    found = FixedAddress{subnet.id, ip->text()};
                }
            }
            if (candidates && !found) {
                throw none_left(network);
            }
            if (found) {
                add(std::move(*found));
            }
        }
    }
    for (const auto& subnet : subnets) {
        const bool listed = std::any_of(chosen.begin(), chosen.end(), [&](const auto& address) {
            return address.subnet_id == subnet.id;
        });
        if (subnet.automatic_addresses() && !listed) {
            add({subnet.id, eui64(subnet.range(), mac).text()});
        }
    }
    return chosen;
}

FixedAddress Addressing::asked(sql::Transaction& tx, const NetworkId& network,
                               const std::vector<Subnet>& subnets, const FixedAddress& wanted,
                               std::string_view mac, const std::vector<FixedAddress>& keep,
                               const std::set<Ip>& taken) {
    if (wanted.subnet_id.empty() && wanted.ip_address.empty()) {
        throw invalid_input("IP allocation requires subnet_id or ip_address.");
    }
    if (wanted.ip_address.empty()) {
        const auto& subnet = subnet_of(subnets, wanted.subnet_id, network);
        if (subnet.automatic_addresses()) {
            return {subnet.id, eui64(subnet.range(), mac).text()};
        }
        for (const auto& kept : keep) {
            if (kept.subnet_id == subnet.id && !taken.contains(*Ip::parse(kept.ip_address))) {
                return kept;
            }
        }
        const auto ip = next_free(tx, subnet, taken);
        if (!ip) {
            throw none_left(network);
        }
        return {subnet.id, ip->text()};
    }
    const auto ip = Ip::parse(wanted.ip_address);
    CHECK(ip.has_value());
    const auto& subnet = wanted.subnet_id.empty() ? subnet_around(subnets, *ip)
                                                  : subnet_of(subnets, wanted.subnet_id, network);
    if (!is_host_address(subnet.range(), *ip)) {
        throw bad_request("IP address {} is not a valid IP for the specified subnet.", ip->text())
            .named("InvalidIpForSubnet");
    }
    if (taken.contains(*ip)) {
        throw invalid_input("Duplicate IP address '{}' specified.", ip->text());
    }
    if (subnet.automatic_addresses() && *ip != eui64(subnet.range(), mac)) {
        throw bad_request(
            "IPv6 address {} can not be directly assigned to a port on subnet {} "
            "since the subnet is configured for automatic addresses",
            ip->text(), subnet.id)
            .named("AllocationOnAutoAddressSubnet");
    }
    return {subnet.id, ip->text()};
}

std::optional<Ip> Addressing::next_free(sql::Transaction& tx, const Subnet& subnet,
                                        const std::set<Ip>& taken) {
    const auto pools = subnet.pools();
    if (pools.empty()) {
        return std::nullopt;
    }
    const Ip from = start(tx, subnet, pools);
    // From the hint to the end, then everything once more from the beginning.
    std::vector<IpRange> ranges;
    for (const auto& pool : pools) {
        if (from <= pool.last) {
            ranges.push_back({std::max(from, pool.first), pool.last});
        }
    }
    ranges.insert(ranges.end(), pools.begin(), pools.end());
    for (const auto& range : ranges) {
        if (const auto ip = scan(tx, subnet.id, range, taken)) {
            const std::lock_guard lock(mutex_);
            if (cursors_.size() > max_cursors) {
                cursors_.clear();
            }
            cursors_[subnet.id] = ip->plus(1);
            return ip;
        }
    }
    return std::nullopt;
}

Ip Addressing::start(sql::Transaction& tx, const Subnet& subnet,
                     const std::vector<IpRange>& pools) {
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = cursors_.find(subnet.id); known != cursors_.end()) {
            return known->second;
        }
    }
    for (const auto& pool : pools) {
        const auto highest = ports_.highest_used(tx, subnet.id, pool.first, pool.last);
        if (!highest) {
            return pool.first;
        }
        if (*highest < pool.last) {
            return highest->plus(1);
        }
    }
    return pools.front().first;
}

std::optional<Ip> Addressing::scan(sql::Transaction& tx, const SubnetId& subnet,
                                   const IpRange& range, const std::set<Ip>& taken) {
    constexpr int batch = 64;
    Ip candidate = range.first;
    while (true) {
        const auto used = ports_.used(tx, subnet, candidate, range.last, batch);
        for (const auto& ip : used) {
            while (candidate < ip && taken.contains(candidate)) {
                candidate = candidate.plus(1);
            }
            if (candidate < ip) {
                return candidate;
            }
            if (candidate == range.last) {
                return std::nullopt;
            }
            candidate = ip.plus(1);
        }
        if (used.size() == batch) {
            continue;
        }
        while (taken.contains(candidate)) {
            if (candidate == range.last) {
                return std::nullopt;
            }
            candidate = candidate.plus(1);
        }
        return candidate;
    }
}

}  // namespace welkin::network
