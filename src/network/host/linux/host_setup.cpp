#include "network/host/linux/host_setup.h"

#include "core/base/error.h"
#include "core/base/text.h"

namespace welkin::network {

namespace {

constexpr const char* forwarding = "/proc/sys/net/ipv4/ip_forward";
constexpr const char* bridge_filtering = "/proc/sys/net/bridge/bridge-nf-call-iptables";

/// Interface match of each rule that lets our packets pass.
constexpr std::pair<const char*, const char*> openings[] = {
    {"-i", "wbr-+"}, {"-i", "wup-+"}, {"-o", "wup-+"}};

std::vector<std::string> rule(const char* program, const char* action,
                              const std::pair<const char*, const char*>& match) {
    return {program, "-w", "5", action, "FORWARD", match.first, match.second, "-j", "ACCEPT"};
}

}  // namespace

Task<bool> prepare_host(Commands& commands) {
    auto& files = commands.env().files();
    if (!files.exists(bridge_filtering)) {
        co_await commands.try_run({"modprobe", "br_netfilter"});
    }
    if (!files.exists(bridge_filtering)) {
        throw unavailable(
            "This host cannot carry networks: its kernel lacks br_netfilter. Load "
            "that module, or set network.driver to fake.");
    }
    for (const char* program : {"nft", "dnsmasq", "ip"}) {
        if (!co_await commands.try_run({program, program[0] == 'i' ? "-V" : "--version"})) {
            throw unavailable(
                "This host cannot carry networks: it lacks the program {}. Install "
                "nftables, dnsmasq-base, iproute2 and conntrack.",
                program);
        }
    }
    const bool was_off = text::trim(files.read(forwarding).value_or("1")) == "0";
    if (was_off) {
        co_await commands.run({"sysctl", "-qw", "net.ipv4.ip_forward=1"});
    }
    co_return was_off;
}

Task<void> turn_off_forwarding(Commands& commands) {
    co_await commands.try_run({"sysctl", "-qw", "net.ipv4.ip_forward=0"});
}

Task<void> open_host_firewall(Commands& commands) {
    for (const char* program : {"iptables", "ip6tables"}) {
        if (!commands.env().files().exists(std::string("/usr/sbin/") + program)) {
            continue;
        }
        std::string listed;
        try {
            listed = co_await commands.run({program, "-w", "5", "-S", "FORWARD"});
        } catch (const Error&) {
            continue;  // no such table in this kernel: nothing that could drop anything
        }
        if (!listed.starts_with("-P FORWARD DROP")) {
            continue;
        }
        for (const auto& opening : openings) {
            if (!co_await commands.try_run(rule(program, "-C", opening))) {
                co_await commands.run(rule(program, "-I", opening));
            }
        }
    }
}

Task<void> close_host_firewall(Commands& commands) {
    for (const char* program : {"iptables", "ip6tables"}) {
        for (const auto& opening : openings) {
            co_await commands.try_run(rule(program, "-D", opening));
        }
    }
}

std::vector<std::string> host_dns_servers(Env& env) {
    std::vector<std::string> servers;
    const auto content = env.files().read("/etc/resolv.conf").value_or("");
    for (const auto& line : text::split(content, '\n')) {
        const auto trimmed = text::trim(line);
        if (!trimmed.starts_with("nameserver")) {
            continue;
        }
        const std::string server(text::trim(trimmed.substr(10)));
        const bool usable =
            Ip::parse(server) && Ip::parse(server)->version == 4 && !server.starts_with("127.");
        if (usable) {
            servers.push_back(server);
        }
    }
    return servers;
}

}  // namespace welkin::network
