"""What operators look at: hypervisors, services, aggregates."""
from client_program import expect, expect_in, expect_not_in


def hypervisors(cloud):
    os = cloud.admin
    rows = os.json("hypervisor", "list", "--long")
    expect((rows[0]["Hypervisor Type"], rows[0]["State"]), ("fake", "up"), "hypervisor list")
    name = rows[0]["Hypervisor Hostname"]
    shown = os.json("hypervisor", "show", name)
    expect((shown["hypervisor_hostname"], shown["status"]), (name, "enabled"), "hypervisor show")
    expect(os.json("hypervisor", "stats", "show")["count"], 1, "hypervisor stats show")
    expect_in(name, os.names("--os-compute-api-version", "2.92", "hypervisor", "list",
                             column="Hypervisor Hostname"), "hypervisor list at 2.92")
    os.run("--os-compute-api-version", "2.92", "hypervisor", "show", name)
    cloud.member.refused("hypervisor", "list")


def services(cloud):
    os = cloud.admin
    listing = ("compute", "service", "list", "--service", "nova-compute")
    row = os.json(*listing)[0]
    expect((row["Status"], row["State"]), ("enabled", "up"), "compute service list")
    os.run("compute", "service", "set", row["Host"], "nova-compute", "--disable", "--disable-reason", "repairs")
    rows = os.json(*listing, "--long")
    expect((rows[0]["Status"], rows[0]["Disabled Reason"]), ("disabled", "repairs"), "a disabled service")
    os.run("compute", "service", "set", row["Host"], "nova-compute", "--enable")
    expect(os.json(*listing)[0]["Status"], "enabled", "an enabled service")
    newest = ("--os-compute-api-version", "2.92")
    os.run(*newest, "compute", "service", "set", row["Host"], "nova-compute", "--disable")
    os.run(*newest, "compute", "service", "set", row["Host"], "nova-compute", "--enable")
    expect(os.json(*newest, *listing)[0]["Status"], "enabled", "an enabled service")
    cloud.member.refused("compute", "service", "list")


def hosts(cloud):
    os = cloud.admin
    rows = os.json("host", "list")
    expect((rows[0]["Service"], rows[0]["Zone"]), ("compute", "nova"), "host list")
    shown = os.json("host", "show", rows[0]["Host Name"])
    expect([row["Project"] for row in shown][:2], ["(total)", "(used_now)"], "host show")


def aggregates(cloud):
    os = cloud.admin
    host = os.json("compute", "service", "list", "--service", "nova-compute")[0]["Host"]
    made = os.json("aggregate", "create", "a-one", "--property", "ssd=true")
    expect(made["properties"], {"ssd": "true"}, "properties")
    expect_in("a-one", os.names("aggregate", "list", "--long"), "aggregate list")
    os.run("aggregate", "add", "host", "a-one", host)
    os.run("aggregate", "set", "a-one", "--name", "a-1", "--property", "rack=7")
    shown = os.json("aggregate", "show", "a-1")
    expect((shown["hosts"], shown["properties"]), ([host], {"ssd": "true", "rack": "7"}), "aggregate show")
    os.run("aggregate", "unset", "a-1", "--property", "ssd")
    os.refused("aggregate", "delete", "a-1")
    os.run("aggregate", "remove", "host", "a-1", host)
    os.run("aggregate", "delete", "a-1")
    expect_not_in("a-1", os.names("aggregate", "list"), "aggregate list")


CHAPTERS = [hypervisors, services, hosts, aggregates]
