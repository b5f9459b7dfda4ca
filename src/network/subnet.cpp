#include "network/subnet.h"

#include "network/errors.h"

namespace welkin::network {

namespace {

constexpr size_t max_nameservers = 5;
constexpr size_t max_host_routes = 20;
constexpr size_t max_pools = 64;

/// Leaves what is no address for the checks to refuse.
void canonical(std::string& address) {
    if (const auto ip = Ip::parse(address)) {
        address = ip->text();
    }
}

/// What hosts may have: without network and broadcast address where there are such.
IpRange usable(const Cidr& cidr) {
    if (cidr.base.width() - cidr.prefix <= 1) {
        return {cidr.first(), cidr.last()};
    }
    return {cidr.first().plus(1), cidr.base.version == 4 ? cidr.last().minus(1) : cidr.last()};
}

std::vector<AllocationPool> default_pools(const Cidr& cidr, const std::optional<Ip>& gateway) {
    const auto all = usable(cidr);
    std::vector<AllocationPool> pools;
    const auto add = [&](const Ip& first, const Ip& last) {
        if (first <= last) {
            pools.push_back({first.text(), last.text()});
        }
    };
    if (!gateway || !all.contains(*gateway)) {
        add(all.first, all.last);
        return pools;
    }
    if (all.first < *gateway) {
        add(all.first, gateway->minus(1));
    }
    if (*gateway < all.last) {
        add(gateway->plus(1), all.last);
    }
    return pools;
}

void check_pools(const Subnet& subnet, const Cidr& cidr) {
    if (subnet.allocation_pools.size() > max_pools) {
        throw invalid_input("at most {} allocation pools are allowed.", max_pools);
    }
    const auto all = usable(cidr);
    std::vector<IpRange> seen;
    for (const auto& pool : subnet.allocation_pools) {
        const auto start = Ip::parse(pool.start);
        const auto end = Ip::parse(pool.end);
        if (!start || !end || start->version != cidr.base.version ||
            end->version != cidr.base.version || *end < *start) {
            throw bad_request(
                "The allocation pool {}-{} is not valid: it needs a first and a last IPv{} "
                "address, in this order.",
                pool.start, pool.end, cidr.base.version)
                .named("InvalidAllocationPool");
        }
        const IpRange range{*start, *end};
        if (!all.contains(range.first) || !all.contains(range.last)) {
            throw bad_request("The allocation pool {}-{} spans beyond the subnet cidr {}.",
                              pool.start, pool.end, cidr.text())
                .named("OutOfBoundsAllocationPool");
        }
        for (const auto& other : seen) {
            if (range.overlaps(other)) {
                throw conflict("The allocation pool {}-{} overlaps {}-{} in {}.", pool.start,
                               pool.end, other.first.text(), other.last.text(), cidr.text())
                    .named("OverlappingAllocationPools");
            }
        }
        seen.push_back(range);
    }
}

void check_gateway(const Subnet& subnet, const Cidr& cidr) {
    if (!subnet.gateway_ip) {
        return;
    }
    const auto gateway = Ip::parse(*subnet.gateway_ip);
    if (!gateway || gateway->version != subnet.ip_version) {
        throw invalid_input("'{}' is not an IPv{} address for gateway_ip.", *subnet.gateway_ip,
                            subnet.ip_version);
    }
    if (cidr.contains(*gateway) && !usable(cidr).contains(*gateway)) {
        throw invalid_input("gateway {} is not a usable address of {}.", *subnet.gateway_ip,
                            cidr.text());
    }
    for (const auto& pool : subnet.pools()) {
        if (pool.contains(*gateway)) {
            throw conflict("Gateway ip {} conflicts with allocation pool {}-{}.",
                           *subnet.gateway_ip, pool.first.text(), pool.last.text())
                .named("GatewayConflictWithAllocationPools");
        }
    }
}

void check_ipv6_modes(const Subnet& subnet, const Cidr& cidr) {
    if (!subnet.ipv6_ra_mode && !subnet.ipv6_address_mode) {
        return;
    }
    if (subnet.ip_version == 4) {
        throw invalid_input("ipv6_ra_mode and ipv6_address_mode need ip_version 6.");
    }
    if (!subnet.enable_dhcp) {
        throw invalid_input(
            "ipv6_ra_mode and ipv6_address_mode cannot be set while enable_dhcp is false.");
    }
    if (subnet.ipv6_ra_mode && subnet.ipv6_address_mode &&
        *subnet.ipv6_ra_mode != *subnet.ipv6_address_mode) {
        throw invalid_input("ipv6_ra_mode '{}' and ipv6_address_mode '{}' must be the same.",
                            *subnet.ipv6_ra_mode, *subnet.ipv6_address_mode);
    }
    if (subnet.automatic_addresses() && cidr.prefix != 64) {
        throw invalid_input("stateless address configuration needs a /64, not {}.", cidr.text());
    }
}

void check_lists(const Subnet& subnet) {
    if (subnet.dns_nameservers.size() > max_nameservers) {
        throw bad_request("At most {} DNS name servers are allowed.", max_nameservers)
            .named("DNSNameServersExhausted");
    }
    std::set<std::string> seen;
    for (const auto& server : subnet.dns_nameservers) {
        if (!Ip::parse(server)) {
            throw invalid_input("'{}' is not an address for dns_nameservers.", server);
        }
        if (!seen.insert(server).second) {
            throw invalid_input("the name server {} is given twice.", server);
        }
    }
    if (subnet.host_routes.size() > max_host_routes) {
        throw bad_request("At most {} host routes are allowed.", max_host_routes)
            .named("HostRoutesExhausted");
    }
    for (const auto& route : subnet.host_routes) {
        const auto destination = Cidr::parse(route.destination);
        const auto nexthop = Ip::parse(route.nexthop);
        if (!destination || !nexthop || destination->base.version != subnet.ip_version ||
            nexthop->version != subnet.ip_version) {
            throw invalid_input("the host route {} via {} needs an IPv{} prefix and address.",
                                route.destination, route.nexthop, subnet.ip_version);
        }
    }
}

std::string text_of(const json::Value& value, std::string_view key, std::string_view name) {
    const auto& member = value[key];
    if (!member.is_string()) {
        throw bad_request("Invalid input for {}. Each entry needs a text '{}'.", name, key);
    }
    return member.as_string();
}

template <class T>
std::vector<T> list_from_text(const sql::Value& value, std::string_view name) {
    std::vector<T> list;
    const auto parsed = json::parse(sql::as_text(value));
    for (const auto& each : parsed.as_array()) {
        read_json(list.emplace_back(), each, name);
    }
    return list;
}

template <class T>
std::string list_to_text(const std::vector<T>& list) {
    std::string text;
    json::Writer writer(text);
    writer.begin_array();
    for (const auto& each : list) {
        write_json(writer, each);
    }
    writer.end_array();
    return text;
}

}  // namespace

void read_json(AllocationPool& pool, const json::Value& value, std::string_view name) {
    pool = {text_of(value, "start", name), text_of(value, "end", name)};
}
void write_json(json::Writer& writer, const AllocationPool& pool) {
    writer.begin_object().member("start", pool.start).member("end", pool.end).end_object();
}
void read_json(HostRoute& route, const json::Value& value, std::string_view name) {
    route = {text_of(value, "destination", name), text_of(value, "nexthop", name)};
}
void write_json(json::Writer& writer, const HostRoute& route) {
    writer.begin_object();
    writer.member("destination", route.destination).member("nexthop", route.nexthop);
    writer.end_object();
}

Cidr Subnet::range() const {
    auto parsed = Cidr::parse(cidr);
    CHECK(parsed.has_value());
    return *parsed;
}

std::vector<IpRange> Subnet::pools() const {
    std::vector<IpRange> ranges;
    for (const auto& pool : allocation_pools) {
        const auto start = Ip::parse(pool.start);
        const auto end = Ip::parse(pool.end);
        CHECK(start && end);
        ranges.push_back({*start, *end});
    }
    return ranges;
}

bool Subnet::automatic_addresses() const {
    return ipv6_address_mode == "slaac" || ipv6_address_mode == "dhcpv6-stateless";
}

void complete(Subnet& subnet, bool gateway_given, bool pools_given) {
    if (subnet.ip_version != 4 && subnet.ip_version != 6) {
        throw invalid_input("ip_version must be 4 or 6, not {}.", subnet.ip_version);
    }
    const auto cidr = Cidr::parse(subnet.cidr);
    if (!cidr || cidr->base.version != subnet.ip_version || cidr->prefix == 0) {
        throw invalid_input("'{}' is not an IPv{} prefix for cidr.", subnet.cidr,
                            subnet.ip_version);
    }
    subnet.cidr = cidr->text();
    if (!gateway_given) {
        subnet.gateway_ip.reset();
        if (cidr->base.width() - cidr->prefix >= 2) {
            subnet.gateway_ip = cidr->first().plus(1).text();
        }
    }
    if (!pools_given) {
        const auto gateway =
            subnet.gateway_ip ? Ip::parse(*subnet.gateway_ip) : std::optional<Ip>{};
        subnet.allocation_pools = default_pools(*cidr, gateway);
    }
    check(subnet);
}

void check(Subnet& subnet) {
    if (subnet.gateway_ip) {
        canonical(*subnet.gateway_ip);
    }
    for (auto& pool : subnet.allocation_pools) {
        canonical(pool.start);
        canonical(pool.end);
    }
    const auto cidr = subnet.range();
    check_ipv6_modes(subnet, cidr);
    check_pools(subnet, cidr);
    check_gateway(subnet, cidr);
    check_lists(subnet);
}

}  // namespace welkin::network

namespace welkin::sql {

using network::AllocationPool;
using network::HostRoute;

Value Convert<std::vector<AllocationPool>>::to(const std::vector<AllocationPool>& pools) {
    return network::list_to_text(pools);
}
std::vector<AllocationPool> Convert<std::vector<AllocationPool>>::from(const Value& value) {
    return network::list_from_text<AllocationPool>(value, "allocation_pools");
}
Value Convert<std::vector<HostRoute>>::to(const std::vector<HostRoute>& routes) {
    return network::list_to_text(routes);
}
std::vector<HostRoute> Convert<std::vector<HostRoute>>::from(const Value& value) {
    return network::list_from_text<HostRoute>(value, "host_routes");
}

}  // namespace welkin::sql
