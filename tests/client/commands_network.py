"""Networks, subnets, ports, security groups."""
from client_program import expect, expect_in, expect_not_in


def networks(cloud):
    os = cloud.member
    made = os.json("network", "create", "n-one", "--description", "mine")
    expect((made["status"], made["description"]), ("ACTIVE", "mine"), "the new network")
    expect_in("n-one", os.names("network", "list"), "network list")
    expect_in("n-one", os.names("network", "list", "--internal", "--long"), "network list --long")
    os.run("network", "set", "n-one", "--name", "n-1", "--disable")
    shown = os.json("network", "show", "n-1")
    expect((shown["id"], shown["admin_state_up"]), (made["id"], False), "network show")
    os.run("network", "delete", "n-1")
    expect_not_in("n-1", os.names("network", "list"), "network list")
    cloud.admin.run("network", "create", "n-shared", "--share")
    expect_in("n-shared", os.names("network", "list", "--share"), "network list --share")
    os.refused("network", "delete", "n-shared")
    cloud.admin.run("network", "delete", "n-shared")


def subnets(cloud):
    os = cloud.member
    os.run("network", "create", "s-net")
    made = os.json("subnet", "create", "s-four", "--network", "s-net", "--subnet-range", "10.20.0.0/24",
                   "--dns-nameserver", "10.20.0.53", "--allocation-pool", "start=10.20.0.10,end=10.20.0.99",
                   "--host-route", "destination=10.99.0.0/16,gateway=10.20.0.3")
    expect(made["gateway_ip"], "10.20.0.1", "gateway")
    expect(made["allocation_pools"], [{"start": "10.20.0.10", "end": "10.20.0.99"}], "pools")
    expect(made["host_routes"], [{"destination": "10.99.0.0/16", "nexthop": "10.20.0.3"}], "routes")
    six = os.json("subnet", "create", "s-six", "--network", "s-net", "--ip-version", 6, "--subnet-range",
                  "fd00:20::/64", "--ipv6-ra-mode", "slaac", "--ipv6-address-mode", "slaac")
    expect(six["ipv6_address_mode"], "slaac", "address mode")
    expect(sorted(os.names("subnet", "list", "--network", "s-net")), ["s-four", "s-six"], "subnet list")
    os.run("subnet", "set", "s-four", "--name", "s-4", "--no-dhcp", "--dns-nameserver", "10.20.0.54")
    shown = os.json("subnet", "show", "s-4")
    expect((shown["enable_dhcp"], len(shown["dns_nameservers"])), (False, 2), "subnet show")
    os.run("subnet", "delete", "s-4", "s-six")
    expect(os.names("subnet", "list", "--network", "s-net"), [], "subnet list")
    os.run("network", "delete", "s-net")


def ports(cloud):
    os = cloud.member
    os.run("network", "create", "p-net")
    os.run("subnet", "create", "p-sub", "--network", "p-net", "--subnet-range", "10.30.0.0/24")
    made = os.json("port", "create", "p-one", "--network", "p-net", "--fixed-ip",
                   "subnet=p-sub,ip-address=10.30.0.77", "--security-group", "default")
    expect(made["fixed_ips"][0]["ip_address"], "10.30.0.77", "address")
    expect(made["status"], "DOWN", "status")
    expect_in("p-one", os.names("port", "list", "--network", "p-net"), "port list")
    expect_in("p-one", os.names("port", "list", "--fixed-ip", "ip-address=10.30.0.77"), "port list by address")
    os.run("port", "set", "p-one", "--name", "p-1", "--no-security-group")
    shown = os.json("port", "show", "p-1")
    expect((shown["id"], shown["security_group_ids"]), (made["id"], []), "port show")
    os.refused("network", "delete", "p-net")
    os.run("port", "delete", "p-1")
    expect(os.names("port", "list", "--network", "p-net", "--device-owner", "network:none"), [], "port list")
    os.run("network", "delete", "p-net")


def security_groups(cloud):
    os = cloud.member
    made = os.json("security", "group", "create", "g-one", "--description", "doors")
    expect(made["description"], "doors", "description")
    expect_in("g-one", os.names("security", "group", "list"), "security group list")
    os.run("security", "group", "set", "g-one", "--name", "g-1", "--description", "more doors")
    expect(os.value("description", "security", "group", "show", "g-1"), "more doors", "security group show")
    ssh = os.json("security", "group", "rule", "create", "g-1", "--protocol", "tcp", "--dst-port", "22",
                  "--remote-ip", "10.0.0.0/8")
    expect((ssh["direction"], ssh["port_range_min"], ssh["remote_ip_prefix"]), ("ingress", 22, "10.0.0.0/8"), "rule")
    os.run("security", "group", "rule", "create", "g-1", "--protocol", "icmp", "--egress")
    os.run("security", "group", "rule", "create", "g-1", "--protocol", "udp", "--dst-port", "5000:5010",
           "--ethertype", "IPv6", "--remote-group", "g-1")
    rules = os.json("security", "group", "rule", "list", "g-1")
    expect(len(rules), 5, "rules: two from the start and three of ours")
    expect_in("22:22", [row["Port Range"] for row in rules], "port ranges")
    expect(os.value("protocol", "security", "group", "rule", "show", ssh["id"]), "tcp", "rule show")
    expect_in("409", os.refused("security", "group", "rule", "create", "g-1", "--protocol", "tcp", "--dst-port", "22",
                                "--remote-ip", "10.0.0.0/8"), "the same rule again")
    os.run("security", "group", "rule", "delete", ssh["id"])
    expect(len(os.json("security", "group", "rule", "list", "g-1")), 4, "rules")
    os.run("security", "group", "delete", "g-1")
    expect_not_in("g-1", os.names("security", "group", "list"), "security group list")


CHAPTERS = [networks, subnets, ports, security_groups]
