#include "network/host/linux/dhcp_server.h"

#include <csignal>

#include "core/async/async.h"
#include "core/base/text.h"
#include "core/observe/log.h"
#include "network/host/names.h"

namespace welkin::network {

namespace {

/// "MAC address" of each line of a hosts file, by address.
std::map<std::string, std::string> reservations(const std::string& hosts) {
    std::map<std::string, std::string> found;
    for (const auto& line : text::split(hosts, '\n')) {
        const auto parts = text::split(line, ',');
        if (parts.size() >= 3) {
            found[text::replace_all(text::replace_all(parts.back(), "[", ""), "]", "")] =
                parts.front();
        }
    }
    return found;
}

}  // namespace

DhcpServer::DhcpServer(Env& env, const NetworkId& network, std::string folder)
    : env_(env), network_(network), folder_(std::move(folder)) {}

bool DhcpServer::write_if_changed(const std::string& name, const std::string& content) {
    auto known = written_.find(name);
    if (known == written_.end()) {
        known = written_.emplace(name, env_.files().read(folder_ + "/" + name).value_or("")).first;
        if (!env_.files().exists(folder_ + "/" + name)) {
            known->second = "\n";  // unlike anything that is wanted
        }
    }
    if (known->second == content) {
        return false;
    }
    env_.files().write_durably(folder_ + "/" + name, content);
    known->second = content;
    return true;
}

/// An address that somebody else had is not given out while the old lease runs, so such leases have
/// to go. True if there are any; they are dropped only if `really` (the server must not run then).
bool DhcpServer::drop_stale_leases(const std::string& hosts, bool really) {
    const auto leases = env_.files().read(folder_ + "/leases");
    if (!leases) {
        return false;
    }
    const auto reserved = reservations(hosts);
    bool stale = false;
    std::string kept;
    for (const auto& line : text::split(*leases, '\n')) {
        const auto parts = text::split(line, ' ');
        // expiry, MAC (v4), address, name, client id
        const auto known = parts.size() >= 4 ? reserved.find(parts[2]) : reserved.end();
        if (known != reserved.end() && parts[2].find(':') == std::string::npos &&
            known->second != parts[1]) {
            stale = true;
        } else if (!line.empty()) {
            kept += line + "\n";
        }
    }
    if (stale && really) {
        env_.files().write_durably(folder_ + "/leases", kept);
    }
    return stale;
}

Task<void> DhcpServer::ensure(const DhcpPlan& plan, NetRecord& record) {
    if (plan.command.empty()) {
        co_await stop(record);
        co_return;
    }
    env_.files().make_directories(folder_);
    bool changed = write_if_changed("hosts", plan.hosts);
    changed |= write_if_changed("options", plan.options);
    const auto command = text::join(plan.command, " ");
    auto& processes = env_.processes();
    const bool runs = processes.alive(record.dhcp);
    if (runs && record.dhcp_command == command && !drop_stale_leases(plan.hosts, false)) {
        if (changed) {
            processes.kill(record.dhcp, SIGHUP);
        }
        co_return;
    }
    co_await stop(record);
    drop_stale_leases(plan.hosts, true);
    record.dhcp = co_await processes.spawn({.argv = plan.command,
                                            .working_directory = "/",
                                            .log_path = folder_ + "/dnsmasq.log",
                                            .network_namespace = namespace_name(network_)});
    record.dhcp_command = command;
}

Task<void> DhcpServer::stop(NetRecord& record) {
    auto& processes = env_.processes();
    for (const int signal : {SIGTERM, SIGKILL}) {
        if (record.dhcp.pid == 0 || !processes.alive(record.dhcp)) {
            break;
        }
        processes.kill(record.dhcp, signal);
        for (int i = 0; i < 200 && processes.alive(record.dhcp); ++i) {
            co_await async::sleep(5ms);
        }
    }
    record.dhcp = {};
    record.dhcp_command.clear();
}

}  // namespace welkin::network
