// The data plane on a real kernel. Run in a network and mount namespace of its own (tests/
// linux_host.sh makes one), since it makes bridges, namespaces and tables; elsewhere it is skipped.
// A guest is a network namespace whose veth takes the place of the port's tap.
#include <csignal>
#include <cstdlib>

#include "core/base/text.h"
#include "network/host/names.h"
#include "network/network_world.h"

namespace welkin::network {
namespace {

constexpr const char* dhcp_script = R"(#!/bin/sh
[ "$1" = bound ] || exit 0
ip address add "$ip/$mask" dev "$interface"
set -- $staticroutes
while [ $# -ge 2 ]; do ip route add "$1" via "$2" dev "$interface"; shift 2; done
echo "$ip $mtu $dns $hostname" > "$LEASE"
)";

struct Guest {
    std::string name;  ///< of its namespace
    std::string port;
    std::string address;
};

class LinuxHost : public NetworkWorld {
protected:
    LinuxHost() : NetworkWorld({"network.driver=linux", "network.dns_servers=192.0.2.53"}) {}

    void SetUp() override {
        if (std::getenv("WELKIN_OWN_NAMESPACE") == nullptr) {
            GTEST_SKIP() << "needs root and a network namespace of its own: tests/linux_host.sh";
        }
        env->files().write_durably(core.data_dir + "/dhcp.sh", dhcp_script, 0755);
        network->serve_metadata([](MetadataRequest asked) -> Task<http::Reply> {
            return answer_metadata(asked.network_id.value, asked.fixed_ip);
        });
        loops.run(network->start_host());
    }
    void TearDown() override {
        if (std::getenv("WELKIN_OWN_NAMESPACE") == nullptr) {
            return;
        }
        loops.run(network->stop_host());
        loops.run(purge_host(*env, core.data_dir));
        for (const auto& guest : guests) {
            run({"ip", "netns", "delete", guest});
        }
        EXPECT_EQ(shell("ip -o link | grep -c ' w\\(br-\\|lan-\\|up-\\|tap\\)'"), "0");
        EXPECT_EQ(shell("ip netns list | grep -c welkin-"), "0");
        EXPECT_EQ(shell("nft list tables | grep -c welkin"), "0");
        EXPECT_EQ(shell("ip route | grep -c wup-"), "0");
        EXPECT_EQ(shell("pgrep -fc '[d]nsmasq.*" + core.data_dir + "'"), "0");
    }

    static Task<http::Reply> answer_metadata(std::string net, std::string address) {
        co_return http::text_reply(200, net + " " + address);
    }
    ProcessOutput run(std::vector<std::string> argv) {
        return loops.get(env->processes().run(std::move(argv)));
    }
    /// Output of a shell command without the last line end.
    std::string shell(const std::string& command) {
        return std::string(text::trim(run({"sh", "-c", command}).out));
    }
    ProcessOutput in(const Guest& guest, const std::string& command) {
        return run({"ip", "netns", "exec", guest.name, "sh", "-c", command});
    }
    bool pings(const Guest& from, const std::string& to, const std::string& more = "") {
        return in(from, fmt::format("busybox ping -c 1 -W 1 {} {}", more, to)).exit_code == 0;
    }
    /// Asked again for a while: changes reach the host a moment after the API has answered.
    bool soon(const std::function<bool()>& happens) {
        for (int i = 0; i < 20; ++i) {
            if (happens()) {
                return true;
            }
            loops.run(async::sleep(50ms));
        }
        return false;
    }

    /// A server's port on this host, plugged, with a guest behind it that has no address yet.
    Guest boot(const std::string& net, const std::string& token = "p1:member",
               std::vector<std::string> groups = {}) {
        const auto port = transact([&](sql::Transaction& tx) {
            return network
                ->attach(tx, PlainTokens::caller(token), {},
                         {.server_id = ServerId(fmt::format("s{}", guests.size())),
                          .project_id = ProjectId(token.substr(0, 2)),
                          .host = HostName("host1"),
                          .availability_zone = "nova",
                          .server_name = fmt::format("guest{}", guests.size()),
                          .nics = {{.network_id = NetworkId(net)}},
                          .security_groups = groups})
                .at(0);
        });
        const auto began = env->steady_now();
        const auto plugged = loops.get(network->plug(HostName("host1"), port.id));
        plug_took =
            std::chrono::duration_cast<std::chrono::milliseconds>(env->steady_now() - began);
        Guest guest{fmt::format("guest{}-{}", guests.size(), ::getpid()), port.id.value,
                    port.fixed_ips.empty() ? "" : port.fixed_ips[0].address};
        guests.push_back(guest.name);
        const auto bridge = bridge_name(NetworkId(net));
        const auto made =
            shell(fmt::format("set -e; ip netns add {0}; ip link del {1}; "
                              "ip link add {1} type veth peer name eth0 address {2} netns {0}; "
                              "ip link set {1} addrgenmode none master {3} up; "
                              "ip -n {0} link set lo up; ip -n {0} link set eth0 up; echo fine",
                              guest.name, plugged.tap, port.mac_address, bridge));
        EXPECT_EQ(made, "fine");
        return guest;
    }
    /// "address mtu dns hostname" of the lease, or nothing.
    std::string lease(const Guest& guest) {
        const auto file = core.data_dir + "/" + guest.name + ".lease";
        in(guest, fmt::format("LEASE={} busybox udhcpc -i eth0 -f -n -q -t 8 -T 1 -s {}/dhcp.sh "
                              "-O mtu -O staticroutes -O hostname",
                              file, core.data_dir));
        return std::string(text::trim(env->files().read(file).value_or("")));
    }
    std::string metadata(const Guest& guest) {
        return in(guest, "curl -s -m 3 http://169.254.169.254/x").out;
    }
    std::string allow(const std::string& group, const std::string& more) {
        return make(
            "/security-group-rules", "security_group_rule",
            fmt::format(R"("security_group_id": "{}", "direction": "ingress", {})", group, more));
    }
    std::string default_group(const std::string& token = "p1:member") {
        return get("/security-groups?name=default", token)["security_groups"].as_array().at(0).text(
            "id");
    }
    std::string dhcp_pid(const std::string& net) {
        return shell("pgrep -f '[d]nsmasq.*" + core.data_dir + "/network/" + net + "'");
    }

    std::vector<std::string> guests;
    std::chrono::milliseconds plug_took{0};
};

TEST_F(LinuxHost, GivesGuestsAddressesMetadataAndEachOther) {
    const auto net = make_net(R"("name": "blue", "mtu": 1400)");
    make_subnet(net);
    const auto a = boot(net);
    EXPECT_EQ(lease(a), a.address + " 1400 10.0.0.3 guest0");
    EXPECT_EQ(metadata(a), net + " " + a.address);
    const auto b = boot(net);
    RecordProperty("plug_ms", static_cast<int>(plug_took.count()));
    std::printf("plugging a second port took %d ms\n", static_cast<int>(plug_took.count()));
    ASSERT_EQ(lease(b).substr(0, b.address.size()), b.address);
    EXPECT_TRUE(pings(a, "10.0.0.1")) << "the gateway";
    EXPECT_TRUE(pings(a, b.address)) << "the same group";
    EXPECT_TRUE(pings(b, a.address));
    EXPECT_EQ(in(a, "busybox nslookup guest1.openstacklocal 10.0.0.1").exit_code, 0);
}

TEST_F(LinuxHost, ReachesOutsideAndIsReachedFromItsHostOnly) {
    const auto outside = fmt::format("outside-{}", ::getpid());
    guests.push_back(outside);
    ASSERT_EQ(shell(fmt::format(
                  "set -e; ip netns add {0}; ip link add wan type veth peer name eth0 netns {0}; "
                  "ip address add 192.0.2.1/24 dev wan; ip link set wan up; "
                  "ip -n {0} address add 192.0.2.2/24 dev eth0; ip -n {0} link set eth0 up; "
                  "ip -n {0} route add 10.0.0.0/8 via 192.0.2.1; echo fine",
                  outside)),
              "fine");
    const auto net = make_net();
    make_subnet(net);
    const auto a = boot(net);
    lease(a);
    EXPECT_TRUE(pings(a, "192.0.2.2")) << "out, with the host's address";
    EXPECT_FALSE(run({"busybox", "ping", "-c", "1", "-W", "1", a.address}).exit_code == 0)
        << "not allowed yet";
    allow(default_group(), R"("protocol": "icmp")");
    EXPECT_TRUE(soon(
        [&] { return run({"busybox", "ping", "-c", "1", "-W", "1", a.address}).exit_code == 0; }));
    EXPECT_FALSE(pings({outside, "", ""}, a.address)) << "others are not let in through the host";
}

TEST_F(LinuxHost, DropsWhatTheGroupsDoNotAllow) {
    const auto net = make_net();
    make_subnet(net);
    const auto web = make("/security-groups", "security_group", R"("name": "web")");
    const auto a = boot(net);
    const auto b = boot(net, "p1:member", {"web"});
    lease(a);
    lease(b);
    EXPECT_FALSE(pings(a, b.address)) << "web lets nothing in";
    EXPECT_FALSE(pings(b, a.address)) << "default lets only itself in";
    const auto rule = allow(web, R"("protocol": "icmp", "remote_ip_prefix": "10.0.0.0/24")");
    EXPECT_TRUE(soon([&] { return pings(a, b.address); }));
    EXPECT_FALSE(pings(b, a.address));
    EXPECT_NE(in(a, fmt::format("busybox nc -w 1 {} 22 </dev/null", b.address)).exit_code, 0);

    // A connection that is known ends when the rule that let it in goes.
    const auto log = core.data_dir + "/ping.log";
    auto pid =
        loops.get(env->processes().spawn({.argv = {"busybox", "ping", "-i", "0.2", b.address},
                                          .log_path = log,
                                          .network_namespace = a.name}));
    EXPECT_TRUE(soon([&] { return shell("grep -c 'bytes from' " + log) != "0"; }));
    EXPECT_EQ(remove("/security-group-rules/" + rule).status, 204);
    EXPECT_TRUE(soon([&] { return !pings(a, b.address); }));
    const auto seen = shell("grep -c 'bytes from' " + log);
    loops.run(async::sleep(1s));
    EXPECT_EQ(shell("grep -c 'bytes from' " + log), seen);
    env->processes().kill(pid, SIGKILL);
}

TEST_F(LinuxHost, DropsForgedSendersAndStrayServers) {
    const auto net = make_net();
    make_subnet(net);
    allow(default_group(), R"("protocol": "icmp")");
    const auto a = boot(net);
    const auto b = boot(net);
    lease(a);
    lease(b);
    ASSERT_TRUE(pings(a, b.address));
    in(a, "ip address add 10.0.0.99/24 dev eth0");
    EXPECT_FALSE(pings(a, b.address, "-I 10.0.0.99")) << "an address that is not the port's";
    EXPECT_EQ(put("/ports/" + a.port,
                  R"({"port": {"allowed_address_pairs": [{"ip_address": "10.0.0.99"}]}})")
                  .status,
              200);
    EXPECT_TRUE(soon([&] { return pings(a, b.address, "-I 10.0.0.99"); })) << "now it is";
    in(a, "ip link set eth0 down; ip link set eth0 address 02:00:00:00:00:05; ip link set eth0 up");
    EXPECT_FALSE(pings(a, b.address)) << "a MAC that is not the port's";
    EXPECT_EQ(put("/ports/" + a.port,
                  R"({"port": {"allowed_address_pairs": [], "security_groups": [],
                      "port_security_enabled": false}})")
                  .status,
              200);
    EXPECT_TRUE(soon([&] { return pings(a, b.address); })) << "without guard anything goes";
}

TEST_F(LinuxHost, KeepsNetworksWithTheSameAddressesApart) {
    const auto blue = make_net(R"("name": "blue")");
    const auto red = make_net(R"("name": "red")");
    make_subnet(blue);
    make_subnet(red);
    allow(default_group(), R"("protocol": "icmp")");
    const auto a = boot(blue);
    const auto b = boot(red);
    const auto c = boot(red);
    EXPECT_EQ(a.address, b.address);
    for (const auto& guest : {a, b, c}) {
        EXPECT_EQ(lease(guest).substr(0, guest.address.size()), guest.address);
    }
    EXPECT_EQ(metadata(a), blue + " " + a.address);
    EXPECT_EQ(metadata(b), red + " " + b.address);
    EXPECT_TRUE(pings(b, c.address));
    EXPECT_FALSE(pings(a, c.address)) << "that one is on another network";
    EXPECT_EQ(shell("ip route | grep -c '^10.0.0.0/24'"), "1") << "the host reaches one of them";
}

TEST_F(LinuxHost, AdoptsEverythingAfterARestart) {
    const auto net = make_net();
    make_subnet(net);
    const auto a = boot(net);
    const auto b = boot(net);
    lease(a);
    lease(b);
    const auto log = core.data_dir + "/ping.log";
    const auto ping =
        loops.get(env->processes().spawn({.argv = {"busybox", "ping", "-i", "0.2", b.address},
                                          .log_path = log,
                                          .network_namespace = a.name}));
    const auto server = dhcp_pid(net);
    ASSERT_FALSE(server.empty());
    loops.run(network->stop_host());
    EXPECT_TRUE(pings(a, b.address)) << "it goes on without us";
    loops.run(network->start_host());
    EXPECT_EQ(dhcp_pid(net), server) << "the same process serves on";
    EXPECT_EQ(metadata(a), net + " " + a.address);
    env->processes().kill(ping, SIGINT);
    EXPECT_TRUE(soon([&] { return shell("grep -c ' 0% packet loss' " + log) == "1"; }))
        << *env->files().read(log);

    // What was broken meanwhile is mended, and what nobody owns any more goes.
    loops.run(network->stop_host());
    shell("kill -9 " + server);
    run({"ip", "link", "delete", uplink_name(NetworkId(net))});
    transact([&](sql::Transaction& tx) { network->detach_port(tx, {}, PortId(b.port)); });
    loops.run(network->start_host());
    EXPECT_NE(dhcp_pid(net), server);
    EXPECT_EQ(shell("ip -o link | grep -c " + tap_name(PortId(b.port))), "0");
    EXPECT_TRUE(pings(a, "10.0.0.1"));
    EXPECT_EQ(shell("ip route | grep -c '^10.0.0.0/24'"), "1");
}

TEST_F(LinuxHost, GivesAnAddressToItsNextOwner) {
    const auto net = make_net();
    make_subnet(net, "10.0.0.0/24",
                R"("allocation_pools": [{"start": "10.0.0.10", "end": "10.0.0.11"}])");
    const auto a = boot(net);
    EXPECT_EQ(lease(a).substr(0, 9), a.address);
    loops.run(network->unplug(HostName("host1"), PortId(a.port)));
    EXPECT_EQ(shell("ip -o link | grep -c " + tap_name(PortId(a.port))), "0");
    transact([&](sql::Transaction& tx) { network->detach_port(tx, {}, PortId(a.port)); });
    const auto b = boot(net);
    EXPECT_EQ(b.address, a.address);
    EXPECT_EQ(lease(b).substr(0, 9), a.address) << "though the old lease still ran";
}

TEST_F(LinuxHost, CarriesIpv6) {
    const auto net = make_net();
    make_subnet(net, "fd00:77::/64", R"("ipv6_address_mode": "slaac", "ipv6_ra_mode": "slaac")");
    const auto a = boot(net);
    const auto b = boot(net);
    const auto has_address = [&](const Guest& guest) {
        return in(guest, "ip -6 address show dev eth0 | grep 'inet6 " + guest.address +
                             "/64' | "
                             "grep -qv tentative")
                   .exit_code == 0;
    };
    for (int i = 0; i < 15 && !(has_address(a) && has_address(b)); ++i) {
        loops.run(async::sleep(1s));
    }
    EXPECT_TRUE(has_address(a)) << in(a, "ip -6 address").out;
    EXPECT_TRUE(pings(a, b.address));
    in(a, "ip -6 address add fd00:77::99/64 dev eth0 nodad");
    EXPECT_FALSE(pings(a, b.address, "-I fd00:77::99"));
}

}  // namespace
}  // namespace welkin::network
