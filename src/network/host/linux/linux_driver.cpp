#include "network/host/linux/linux_driver.h"

#include <set>

#include "core/base/text.h"
#include "core/observe/log.h"
#include "core/work/workflow.h"
#include "network/host/linux/commands.h"
#include "network/host/linux/connections.h"
#include "network/host/linux/dhcp_server.h"
#include "network/host/linux/guard.h"
#include "network/host/linux/host_setup.h"
#include "network/host/linux/ledger.h"
#include "network/host/linux/link_plan.h"
#include "network/host/linux/metadata_listener.h"
#include "network/host/names.h"

namespace welkin::network {

namespace {

// How often what is on the host is looked at anew, rather than remembered.
constexpr auto look_period = 50s;

/// What of a network is in this process only.
struct LiveNet {
    std::unique_ptr<MetadataListener> metadata;
    std::unique_ptr<DhcpServer> dhcp;
    std::string inside;  ///< lines last run in its namespace
};

class LinuxDriver : public HostDriver {
public:
    explicit LinuxDriver(DriverEnvironment around)
        : around_(std::move(around)),
          commands_(around_.env),
          ledger_(around_.env, around_.folder + "/host.json") {}

    std::string name() const override { return "linux"; }
    Task<void> start() override;
    Task<void> apply(HostDocument wanted) override;
    std::optional<Plugged> plugged(const PortId& port) const override;
    Task<void> stop() override {
        live_.clear();
        co_return;
    }

private:
    void note(const HostDocument& wanted);
    Task<void> look();
    Task<void> choose_uplinks(const HostDocument& wanted);
    Task<void> remove_unwanted(const HostDocument& wanted);
    Task<void> forget_network(NetworkId id, std::string& lines);
    Task<void> make_links(const HostDocument& wanted);
    Task<void> settle_inside(const HostNet& net);
    Task<void> load_guard(const HostDocument& wanted);
    Task<void> serve_addresses(const HostDocument& wanted);
    Task<void> set_routes(const HostDocument& wanted);
    PlannedNet planned(const HostNet& net) const;

    DriverEnvironment around_;
    Commands commands_;
    Ledger ledger_;
    Cidr uplink_range_;
    std::vector<std::string> dns_servers_;
    HostDocument current_;
    std::map<PortId, int> mtus_;  ///< of the ports that are there
    std::map<PortId, int> numbers_;
    std::map<NetworkId, LiveNet> live_;
    std::map<std::string, Link> links_;
    std::set<std::string> namespaces_;
    std::optional<GuardTables> loaded_;  ///< nothing: what the kernel has is not known
    std::optional<std::chrono::steady_clock::time_point> looked_;
};

bool has_way_out(const HostNet& net) {
    return std::any_of(net.subnets.begin(), net.subnets.end(), [&](const Subnet& subnet) {
        return subnet.ip_version == 4 && own_gateway(net, subnet);
    });
}

Task<void> LinuxDriver::start() {
    around_.env.files().make_directories(around_.folder);
    ledger_.load();
    const auto configured = around_.config.text("network.uplink_range");
    if (ledger_.networks.empty() || ledger_.uplink_range.empty()) {
        ledger_.uplink_range = configured;
    }
    const auto range = Cidr::parse(ledger_.uplink_range);
    if (!range || range->base.version != 4 || range->prefix > 30) {
        throw bad_request(
            "network.uplink_range is '{}', but it takes an IPv4 prefix of at most "
            "/30, as in 100.64.0.0/16.",
            configured);
    }
    uplink_range_ = *range;
    dns_servers_ = around_.config.list("network.dns_servers");
    if (dns_servers_.empty()) {
        dns_servers_ = host_dns_servers(around_.env);
    }
    ledger_.turned_on_forwarding |= co_await prepare_host(commands_);
    ledger_.save();
}

std::optional<Plugged> LinuxDriver::plugged(const PortId& port) const {
    const auto known = mtus_.find(port);
    if (known == mtus_.end()) {
        return std::nullopt;
    }
    return Plugged{.tap = tap_name(port), .mtu = known->second};
}

PlannedNet LinuxDriver::planned(const HostNet& net) const {
    const auto& record = ledger_.networks.at(net.id);
    PlannedNet planned{.net = &net, .uplink = std::nullopt};
    if (record.uplink >= 0) {
        planned.uplink = uplink_pair(uplink_range_, record.uplink);
    }
    return planned;
}

Task<void> LinuxDriver::apply(HostDocument wanted) {
    const auto now = around_.env.steady_now();
    if (!looked_ || now - *looked_ > look_period) {
        co_await look();
        looked_ = now;
    }
    std::exception_ptr failure;
    try {
        note(wanted);
        co_await choose_uplinks(wanted);
        ledger_.save();
        co_await remove_unwanted(wanted);
        co_await make_links(wanted);
        co_await load_guard(wanted);
        co_await serve_addresses(wanted);
        co_await set_routes(wanted);
    } catch (...) {
        failure = std::current_exception();
    }
    ledger_.save();
    if (failure) {
        // Half of it may be done: the next round looks at everything.
        looked_.reset();
        std::rethrow_exception(failure);
    }
    mtus_.clear();
    for (const auto& net : wanted.networks) {
        for (const auto& port : net.ports) {
            mtus_[port.id] = net.mtu;
        }
    }
    current_ = std::move(wanted);
}

/// Everything that will be made is in the ledger before it is.
void LinuxDriver::note(const HostDocument& wanted) {
    int number = 1;
    std::set<int> used;
    for (const auto& [id, taken] : numbers_) {
        used.insert(taken);
    }
    for (const auto& net : wanted.networks) {
        ledger_.ensure(net.id);
        for (const auto& port : net.ports) {
            ledger_.taps.insert(port.id);
            if (numbers_.contains(port.id)) {
                continue;
            }
            while (used.contains(number)) {
                ++number;
            }
            if (number > 0xffff) {
                throw unavailable("This host carries {} ports already.", numbers_.size());
            }
            used.insert(number);
            numbers_[port.id] = number;
        }
    }
}

Task<void> LinuxDriver::look() {
    links_ = co_await commands_.links();
    namespaces_ = commands_.namespaces();
    for (auto& [id, live] : live_) {
        live.inside.clear();
    }
    for (auto& [id, record] : ledger_.networks) {
        if (!links_.contains(uplink_name(id))) {
            record.routes.clear();  // they went with it
        }
    }
    loaded_.reset();
    co_await open_host_firewall(commands_);
}

Task<void> LinuxDriver::choose_uplinks(const HostDocument& wanted) {
    std::optional<std::set<int>> taken;
    for (const auto& net : wanted.networks) {
        auto& record = ledger_.networks.at(net.id);
        if (record.uplink >= 0 || !has_way_out(net)) {
            continue;
        }
        if (!taken) {
            taken.emplace();
            for (const auto& route : co_await commands_.routes()) {
                if (uplink_range_.contains(route.destination.base)) {
                    const auto offset = route.destination.base.bits - uplink_range_.base.bits;
                    taken->insert(static_cast<int>(offset / 2));
                }
            }
        }
        record.uplink = ledger_.free_uplink(uplink_count(uplink_range_), *taken);
    }
}

Task<void> LinuxDriver::forget_network(NetworkId id, std::string& lines) {
    auto& record = ledger_.networks.at(id);
    DhcpServer server(around_.env, id, around_.folder + "/" + id.value);
    co_await server.stop(record);
    live_.erase(id);
    for (const auto& name : {lan_name(id), uplink_name(id), bridge_name(id)}) {
        if (links_.contains(name)) {
            lines += "link del dev " + name + "\n";
        }
    }
    around_.env.files().remove_all(around_.folder + "/" + id.value);
}

Task<void> LinuxDriver::remove_unwanted(const HostDocument& wanted) {
    std::set<PortId> ports;
    std::set<NetworkId> nets;
    for (const auto& net : wanted.networks) {
        nets.insert(net.id);
        for (const auto& port : net.ports) {
            ports.insert(port.id);
        }
    }
    std::string lines;
    std::vector<PortId> gone_ports;
    for (const auto& port : ledger_.taps) {
        if (ports.contains(port)) {
            continue;
        }
        gone_ports.push_back(port);
        if (links_.contains(tap_name(port))) {
            lines += "link del dev " + tap_name(port) + "\n";
        }
    }
    std::vector<NetworkId> gone_nets;
    for (const auto& [id, record] : ledger_.networks) {
        if (!nets.contains(id)) {
            gone_nets.push_back(id);
        }
    }
    for (const auto& id : gone_nets) {
        co_await forget_network(id, lines);
    }
    co_await commands_.ip(lines);
    for (const auto& id : gone_nets) {
        if (namespaces_.contains(namespace_name(id))) {
            co_await commands_.run({"ip", "netns", "delete", namespace_name(id)});
            namespaces_.erase(namespace_name(id));
        }
        for (const auto& name : {lan_name(id), uplink_name(id), bridge_name(id)}) {
            links_.erase(name);
        }
        co_await flush_zone(commands_, ledger_.networks.at(id).zone);
        ledger_.networks.erase(id);
    }
    for (const auto& port : gone_ports) {
        links_.erase(tap_name(port));
        ledger_.taps.erase(port);
        numbers_.erase(port);
    }
}

Task<void> LinuxDriver::make_links(const HostDocument& wanted) {
    std::string lines;
    for (const auto& net : wanted.networks) {
        const auto ns = namespace_name(net.id);
        if (!namespaces_.contains(ns)) {
            co_await commands_.run({"ip", "netns", "add", ns});
            namespaces_.insert(ns);
        }
        lines += host_lines(planned(net), links_);
    }
    try {
        co_await commands_.ip(lines);
    } catch (const Error&) {
        looked_.reset();
        throw;
    }
    for (const auto& net : wanted.networks) {
        const auto bridge = bridge_name(net.id);
        links_[bridge] = {bridge, "", net.mtu, true};
        links_[lan_name(net.id)] = {lan_name(net.id), bridge, net.mtu, true};
        if (ledger_.networks.at(net.id).uplink >= 0) {
            links_[uplink_name(net.id)] = {uplink_name(net.id), "", 1500, true};
        }
        for (const auto& port : net.ports) {
            links_[tap_name(port.id)] = {tap_name(port.id), bridge, net.mtu, port.admin_state_up};
        }
        co_await settle_inside(net);
    }
}

Task<void> LinuxDriver::settle_inside(const HostNet& net) {
    auto& live = live_[net.id];
    const auto ns = namespace_name(net.id);
    const auto plain = inside_lines(planned(net), {});
    if (live.inside != plain) {
        const auto present = co_await commands_.addresses(ns, "lan0");
        co_await commands_.ip(inside_lines(planned(net), present), ns);
        co_await commands_.run({"ip", "netns", "exec", ns, "sh", "-c",
                                "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 "
                                "&& exec nft -f -"},
                               inside_rules());
        live.inside = plain;
    }
    if (!live.metadata) {
        live.metadata = std::make_unique<MetadataListener>(net.id, around_.metadata);
    }
}

Task<void> LinuxDriver::load_guard(const HostDocument& wanted) {
    GuardNames names{.table = ledger_.table,
                     .zones = {},
                     .numbers = numbers_,
                     .uplink_range = uplink_range_.text()};
    for (const auto& [id, record] : ledger_.networks) {
        names.zones[id] = record.zone;
    }
    auto tables = guard_tables(wanted, names);
    const auto script = loaded_ ? change_script(loaded_->bridge, tables.bridge) +
                                      change_script(loaded_->inet, tables.inet)
                                : load_script(tables.bridge) + load_script(tables.inet);
    try {
        co_await commands_.nft(script);
    } catch (const Error&) {
        loaded_.reset();
        throw;
    }
    loaded_ = std::move(tables);
    co_await cut_connections(commands_, addresses_to_cut(current_, wanted, names.zones));
}

Task<void> LinuxDriver::serve_addresses(const HostDocument& wanted) {
    for (const auto& net : wanted.networks) {
        auto& live = live_[net.id];
        if (!live.dhcp) {
            live.dhcp = std::make_unique<DhcpServer>(around_.env, net.id,
                                                     around_.folder + "/" + net.id.value);
        }
        const auto plan = dhcp_plan(net, live.dhcp->folder(), wanted.dns_domain, dns_servers_);
        co_await live.dhcp->ensure(plan, ledger_.networks.at(net.id));
    }
}

/// The host reaches the servers of a network unless it reaches something else there already.
Task<void> LinuxDriver::set_routes(const HostDocument& wanted) {
    std::optional<std::vector<Commands::Route>> routes;
    std::string lines;
    for (const auto& net : wanted.networks) {
        auto& record = ledger_.networks.at(net.id);
        std::set<std::string> prefixes;
        for (const auto& subnet : net.subnets) {
            if (subnet.ip_version == 4 && own_gateway(net, subnet)) {
                prefixes.insert(subnet.range().text());
            }
        }
        if (prefixes == record.routes) {
            continue;
        }
        if (!routes) {
            routes = co_await commands_.routes();
        }
        const auto device = uplink_name(net.id);
        for (const auto& old : record.routes) {
            if (!prefixes.contains(old)) {
                lines += fmt::format("route del {} dev {}\n", old, device);
            }
        }
        std::erase_if(record.routes, [&](const auto& old) { return !prefixes.contains(old); });
        for (const auto& prefix : prefixes) {
            const auto cidr = *Cidr::parse(prefix);
            const bool elsewhere =
                std::any_of(routes->begin(), routes->end(), [&](const auto& route) {
                    return route.device != device && route.destination.overlaps(cidr);
                });
            if (!elsewhere && planned(net).uplink) {
                lines += fmt::format("route replace {} via {} dev {}\n", prefix,
                                     planned(net).uplink->inside.text(), device);
                record.routes.insert(prefix);
                routes->push_back({cidr, device});
            }
        }
    }
    co_await commands_.ip(lines);
}

}  // namespace

std::unique_ptr<HostDriver> make_linux_driver(DriverEnvironment around) {
    return std::make_unique<LinuxDriver>(std::move(around));
}

}  // namespace welkin::network
