"""Flavors, keypairs, quotas, limits, usage, server groups, zones."""
from client_program import expect, expect_in, expect_not_in


def flavors(cloud):
    os = cloud.admin
    made = os.json("flavor", "create", "f-one", "--ram", 256, "--vcpus", 2, "--disk", 3, "--ephemeral", 4,
                   "--swap", 512, "--id", "f1", "--property", "quota:cpu_shares=10")
    expect([made[key] for key in ("id", "ram", "vcpus", "disk", "OS-FLV-EXT-DATA:ephemeral", "swap")],
           ["f1", 256, 2, 3, 4, 512], "the new flavor")
    expect(made["properties"], {"quota:cpu_shares": "10"}, "properties")
    expect_in("f-one", cloud.member.names("flavor", "list", "--long"), "flavor list")
    os.run("flavor", "set", "f-one", "--property", "a:b=c")
    os.run("flavor", "unset", "f-one", "--property", "quota:cpu_shares")
    expect(cloud.member.json("flavor", "show", "f-one")["properties"], {"a:b": "c"}, "flavor show")
    os.run("--os-compute-api-version", "2.92", "flavor", "set", "f-one", "--description", "medium")
    expect(os.json("--os-compute-api-version", "2.92", "flavor", "show", "f1")["description"], "medium",
           "description")
    cloud.member.refused("flavor", "delete", "f-one")
    os.run("flavor", "delete", "f-one")
    expect_not_in("f-one", os.names("flavor", "list"), "flavor list")


def private_flavors(cloud):
    os = cloud.admin
    os.run("flavor", "create", "f-private", "--ram", 64, "--private")
    expect_not_in("f-private", cloud.member.names("flavor", "list"), "flavor list of others")
    os.run("flavor", "set", "f-private", "--project", "members")
    expect_in("f-private", cloud.member.names("flavor", "list"), "flavor list with access")
    expect(len(os.json("flavor", "show", "f-private")["access_project_ids"]), 1, "projects with access")
    os.run("flavor", "unset", "f-private", "--project", "members")
    expect_not_in("f-private", cloud.member.names("flavor", "list"), "flavor list without access")
    expect_in("f-private", os.names("flavor", "list", "--all"), "flavor list --all")
    os.run("flavor", "delete", "f-private")


def keypairs(cloud):
    os = cloud.member
    private = cloud.directory + "/id_made"
    os.run("keypair", "create", "k-made", "--private-key", private)
    with open(private, encoding="ascii") as file:
        expect_in("PRIVATE KEY", file.readline(), "the private key")
    expect(os.run("keypair", "show", "--public-key", "k-made").startswith("ssh-"), True, "the public key")
    public = cloud.file("id.pub", os.run("keypair", "show", "--public-key", "k-made").encode())
    os.run("keypair", "create", "k-given", "--public-key", public)
    rows = {row["Name"]: row["Fingerprint"] for row in os.json("keypair", "list")}
    expect(rows["k-made"], rows["k-given"], "the fingerprint of the same key")
    expect(os.value("name", "keypair", "show", "k-given"), "k-given", "keypair show")
    expect_in("409", os.refused("keypair", "create", "k-made"), "a name that is taken")
    os.run("keypair", "delete", "k-made", "k-given")
    expect_not_in("k-made", os.names("keypair", "list"), "keypair list")


def quotas(cloud):
    admin, member = cloud.admin, cloud.member
    admin.run("project", "create", "q-project")

    def shown(*arguments):
        return admin.json("quota", "show", *arguments)

    usual = shown("q-project")
    expect((usual["instances"], usual["cores"], usual["networks"]), (10, 20, 100), "quota show")
    admin.run("quota", "set", "q-project", "--instances", 3, "--ram", 1024, "--networks", 5, "--ports", 7)
    changed = shown("q-project")
    expect([changed[key] for key in ("instances", "ram", "networks", "ports")], [3, 1024, 5, 7], "after quota set")
    expect(shown("--default", "q-project")["instances"], 10, "quota show --default")
    expect(shown("--class", "default")["cores"], 20, "quota show --class")
    expect(set(member.json("quota", "show")) >= {"instances", "networks"}, True,
           "one's own quota")
    detail = {row["Resource"]: row for row in admin.json("quota", "list", "--detail", "--compute",
                                                         "--project", "q-project")}
    expect((detail["instances"]["Limit"], detail["instances"]["In Use"]), (3, 0), "quota list --detail")
    expect_in(3, [row["Instances"] for row in admin.json("quota", "list", "--compute")], "quota list --compute")
    member.refused("quota", "set", "members", "--instances", 1000)
    admin.run("project", "delete", "q-project")


def limits_and_usage(cloud):
    rows = {row["Name"]: row["Value"] for row in cloud.member.json("limits", "show", "--absolute")}
    expect((rows["maxTotalInstances"], rows["maxTotalCores"]), (10, 20), "limits show --absolute")
    expect(cloud.member.json("limits", "show", "--rate"), [], "limits show --rate")
    # The client cannot show the usage of a project that has none.
    cloud.member.run("--os-compute-api-version", "2.92", "server", "create", "--image", "common", "--flavor", "small",
                     "--nic", "none", "--wait", "used")
    project = cloud.admin.value("id", "project", "show", "members")
    usage = cloud.admin.run("usage", "list")  # as a table, where projects have names
    expect("members" in usage or project in usage, True, f"the project in the usage list:\n{usage}")
    shown = cloud.member.json("usage", "show")
    expect([one["name"] for one in shown["Servers"] if one["name"] == "used"], ["used"], "the servers of usage show")
    cloud.admin.run("usage", "show", "--project", "members")
    cloud.member.run("server", "delete", "--wait", "used")


def server_groups(cloud):
    os = cloud.member
    made = os.json("server", "group", "create", "sg-one", "--policy", "anti-affinity")
    expect_in("anti-affinity", str(made), "the new group")
    expect_in("sg-one", os.names("server", "group", "list", "--long"), "server group list")
    expect(os.value("id", "server", "group", "show", "sg-one"), made["id"], "server group show")
    newer = ("--os-compute-api-version", "2.92", "server", "group")
    newest = os.json(*newer, "create", "sg-two", "--policy", "soft-affinity")
    expect(newest["policy"], "soft-affinity", "policy")
    os.run(*newer, "show", "sg-two")
    os.run("server", "group", "delete", "sg-one", "sg-two")
    expect_not_in("sg-one", os.names("server", "group", "list"), "server group list")


def zones(cloud):
    expect_in({"Zone Name": "nova", "Zone Status": "available"},
              cloud.member.json("availability", "zone", "list", "--compute"), "zones for servers")
    cloud.member.run("availability", "zone", "list")
    expect_in("nova", cloud.admin.names("availability", "zone", "list", "--network", "--long", column="Zone Name"),
              "zones for networks")
    expect_in("nova-compute", cloud.admin.names("availability", "zone", "list", "--compute", "--long",
                                                column="Service Name"), "zones with their hosts")


CHAPTERS = [flavors, private_flavors, keypairs, quotas, limits_and_usage, server_groups, zones]
