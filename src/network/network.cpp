#include "network/network.h"

#include "core/auth/policy.h"
#include "core/bus/bus.h"
#include "core/config/config.h"
#include "core/http/error_styles.h"
#include "core/http/router.h"
#include "core/work/workflow.h"
#include "network/attach.h"
#include "network/control.h"
#include "network/host/host_side.h"
#include "network/host/linux/linux_driver.h"
#include "network/policy.h"
#include "network/routes.h"
#include "network/state.h"

namespace welkin::network {

namespace {

using config::Type;

constexpr config::Option all_options[] = {
    {"network.driver", Type::text, "linux",
     "How this host carries networks: linux (bridges, namespaces, nftables, dnsmasq) or fake."},
    {"network.mtu", Type::integer, "1500", "MTU of networks that are made without saying one."},
    {"network.dns_domain", Type::text, "openstacklocal", "Domain of servers' names in DHCP."},
    {"network.dns_servers", Type::list, "",
     "Name servers that networks without their own ask; empty: this host's."},
    {"network.uplink_range", Type::text, "100.64.0.0/16",
     "Addresses between this host and its networks, two for each network."},
    {"network.agent_down", Type::duration_ms, "75s",
     "A host not heard of for so long is shown as dead."},
    {"network.quota_network", Type::integer, "100", "Networks of a project; -1: any number."},
    {"network.quota_subnet", Type::integer, "100", "Subnets of a project; -1: any number."},
    {"network.quota_port", Type::integer, "500", "Ports of a project; -1: any number."},
    {"network.quota_security_group", Type::integer, "10",
     "Security groups of a project; -1: any number."},
    {"network.quota_security_group_rule", Type::integer, "100",
     "Security group rules of a project; -1: any number."},
};

Settings settings_of(const config::Config& config) {
    return {.mtu = static_cast<int>(config.integer("network.mtu")),
            .dns_domain = config.text("network.dns_domain"),
            .agent_down = std::chrono::milliseconds(config.milliseconds("network.agent_down"))};
}

Limits default_limits(const config::Config& config) {
    Limits limits;
    for (const auto& resource : quota_resources) {
        limits[resource.name] = config.integer(resource.option);
    }
    return limits;
}

/// The data plane that the configuration names.
std::unique_ptr<HostDriver> configured_driver(Network::State& network) {
    auto& core = network.core;
    DriverEnvironment around{
        .env = core.env,
        .config = core.config,
        .folder = core.data_dir + "/network",
        .metadata = [&network](NetworkId id, std::string address, http::Request& request) {
            if (!network.metadata) {
                throw unavailable("The metadata service is starting.");
            }
            return network.metadata({std::move(id), std::move(address), request});
        }};
    return make_host_driver(core.config.text("network.driver"), std::move(around));
}

/// What goes wrong on the way to the host or back may pass; what the host says stays as it is.
Task<json::Value> ask_host(Core& core, HostName host, json::Value message) {
    constexpr auto timeout = 60s;
    try {
        co_return co_await core.bus.call(host_topic(host), std::move(message), timeout);
    } catch (const Error& error) {
        if (error.fault != Fault::unavailable && error.fault != Fault::request_timeout) {
            throw;
        }
        work::DriverError passing(work::DriverError::Kind::retry,
                                  fmt::format("Network of host {}: {}", host, error.message));
        passing.cause = error.cause;
        throw passing;
    }
}

}  // namespace

std::span<const config::Option> options() { return all_options; }

Network::State::State(Core& services, Settings wanted, Limits limits)
    : core(services),
      settings(std::move(wanted)),
      networks(tags),
      subnets(tags),
      ports(tags),
      groups(services.env, tags),
      quotas(std::move(limits)),
      addressing(ports) {}

Network::State::~State() = default;

Network::Network(Core& core)
    : state_(std::make_unique<State>(core, settings_of(core.config), default_limits(core.config))) {
    core.policy.add(policy_rules());
    const http::Api versions{
        .name = "network", .prefix = "/network", .render_error = http::network_error};
    core.router.mount(versions, version_routes(), *state_);
    const http::Api api{
        .name = "network", .prefix = "/network/v2.0", .render_error = http::network_error};
    core.router.mount(api, routes(), *state_);
}

Network::~Network() = default;

Task<void> Network::start_host(HostDriverMaker make) {
    serve_hosts(*state_);
    auto driver = make ? make() : configured_driver(*state_);
    state_->host = std::make_unique<HostSide>(state_->core, std::move(driver));
    co_await state_->host->start();
}

Task<void> Network::stop_host() {
    if (state_->host) {
        co_await state_->host->stop();
        state_->host.reset();
    }
    state_->core.bus.stop_serving(control_topic);
}

std::vector<PortView> Network::attach(sql::Transaction& tx, const auth::Caller& caller,
                                      const history::Author& author, const AttachRequest& wanted) {
    return attach_server(tx, *state_, caller, author, wanted);
}

void Network::detach(sql::Transaction& tx, const history::Author& author, const ServerId& server) {
    detach_server(tx, *state_, author, server);
}

void Network::detach_port(sql::Transaction& tx, const history::Author& author, const PortId& port) {
    network::detach_port(tx, *state_, author, port);
}

std::vector<PortView> Network::ports_of(sql::Transaction& tx, const ServerId& server) {
    const ServerId one[] = {server};
    return port_views(tx, *state_, server_ports(tx, *state_, one));
}

std::map<ServerId, std::vector<PortView>> Network::ports_of(sql::Transaction& tx,
                                                            std::span<const ServerId> servers) {
    std::map<ServerId, std::vector<PortView>> grouped;
    if (!servers.empty()) {
        for (auto& view : port_views(tx, *state_, server_ports(tx, *state_, servers))) {
            grouped[view.server_id].push_back(std::move(view));
        }
    }
    return grouped;
}

void Network::add_security_group(sql::Transaction& tx, const history::Author& author,
                                 const auth::Caller& caller, const ServerId& server,
                                 std::string_view group) {
    add_server_group(tx, *state_, author, caller, server, group);
}

void Network::remove_security_group(sql::Transaction& tx, const history::Author& author,
                                    const auth::Caller& caller, const ServerId& server,
                                    std::string_view group) {
    remove_server_group(tx, *state_, author, caller, server, group);
}

void Network::set_port_status(sql::Transaction& tx, const PortId& port, std::string_view status) {
    state_->ports.set_status(tx, {}, port, status);
}

Task<Plugged> Network::plug(HostName host, PortId port) {
    const auto answer =
        co_await ask_host(state_->core, std::move(host), json::Object{{"plug", port.value}});
    co_return Plugged{.tap = answer.text("tap"),
                      .mtu = static_cast<int>(answer.integer("mtu", 1500))};
}

Task<void> Network::unplug(HostName host, PortId port) {
    co_await ask_host(state_->core, std::move(host), json::Object{{"unplug", port.value}});
}

void Network::serve_metadata(MetadataHandler handler) { state_->metadata = std::move(handler); }

std::optional<ServerId> Network::server_at(sql::Transaction& tx, const NetworkId& network,
                                           std::string_view fixed_ip) {
    const auto port = state_->ports.find_by_address(tx, network, fixed_ip);
    if (!port || !port->bound_to_server()) {
        return std::nullopt;
    }
    return ServerId(port->device_id);
}

Task<void> purge_host(Env& env, std::string data_dir) {
    co_await purge_linux(env, data_dir + "/network");
}

}  // namespace welkin::network
