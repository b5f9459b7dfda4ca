"""Who one is, what there is: tokens, the catalogue, projects, users, roles."""
from client_program import expect, expect_in, expect_not_in


def token_and_catalog(cloud):
    for who in (cloud.admin, cloud.member):
        token = who.json("token", "issue")
        expect(sorted(token), ["expires", "id", "project_id", "user_id"], "token issue")
    services = {row["Name"]: row for row in cloud.member.json("catalog", "list")}
    expect({row["Type"] for row in services.values()} >= {"identity", "image", "compute", "network"}, True,
           "all services are in the catalogue")
    shown = cloud.member.json("catalog", "show", "compute")
    expect(shown["type"], "compute", "catalog show compute")
    expect_in("/compute/v2.1", str(shown["endpoints"]), "compute's endpoints")
    expect_in("identity", cloud.admin.names("service", "list", column="Type"), "service list")
    expect_in("compute", cloud.admin.names("endpoint", "list", column="Service Type"), "endpoint list")
    cloud.admin.run("token", "revoke", cloud.admin.value("id", "token", "issue"))


def versions(cloud):
    rows = cloud.member.json("versions", "show")
    compute = [row for row in rows if row["Service Type"] == "compute" and row["Status"] == "CURRENT"]
    expect(compute[0]["Min Microversion"], "2.1", "compute's oldest microversion")
    expect(compute[0]["Max Microversion"], "2.93", "compute's newest microversion")
    expect({row["Service Type"] for row in rows} >= {"identity", "image", "compute", "network"}, True,
           "versions of all services")


def extensions(cloud):
    expect_in("security-group", cloud.member.names("extension", "list", "--network", column="Alias"), "extensions")
    expect_in("os-keypairs", cloud.member.names("extension", "list", "--compute", column="Alias"), "extensions")
    cloud.member.run("extension", "list", "--identity")
    expect(cloud.member.value("alias", "extension", "show", "security-group"), "security-group", "extension show")


def projects(cloud):
    os = cloud.admin
    made = os.json("project", "create", "p-one", "--description", "the first")
    expect(made["description"], "the first", "description")
    expect_in("p-one", os.names("project", "list"), "project list")
    os.run("project", "set", "p-one", "--name", "p-1", "--disable")
    shown = os.json("project", "show", "p-1")
    expect((shown["id"], shown["enabled"]), (made["id"], False), "project show")
    expect_in("No project", os.refused("project", "show", "p-one"), "the old name")
    cloud.member.refused("project", "create", "p-two")
    os.run("project", "delete", "p-1")
    expect_not_in("p-1", os.names("project", "list"), "project list")


def users(cloud):
    os = cloud.admin
    made = os.json("user", "create", "u-one", "--password", "a password", "--email", "u@example.org",
                   "--project", "members")
    expect(made["email"], "u@example.org", "email")
    expect_in("u-one", os.names("user", "list"), "user list")
    expect(os.value("id", "user", "show", "u-one"), made["id"], "user show")
    os.run("user", "set", "u-one", "--name", "u-1", "--disable")
    expect(os.json("user", "show", "u-1")["enabled"], False, "enabled after --disable")
    os.run("user", "delete", "u-1")
    expect_not_in("u-1", os.names("user", "list"), "user list")


def roles(cloud):
    os = cloud.admin
    os.run("role", "create", "r-one")
    expect_in("r-one", os.names("role", "list"), "role list")
    expect(os.value("name", "role", "show", "r-one"), "r-one", "role show")
    os.run("project", "create", "r-project")
    os.run("user", "create", "r-user", "--password", "a password")
    os.run("role", "add", "r-one", "--user", "r-user", "--project", "r-project")
    listing = ("role", "assignment", "list", "--names", "--user", "r-user")
    expect([row["Role"] for row in os.json(*listing)], ["r-one"], "the user's roles")
    os.run("role", "remove", "r-one", "--user", "r-user", "--project", "r-project")
    expect(os.json(*listing), [], "the user's roles")
    os.run("user", "delete", "r-user")
    os.run("project", "delete", "r-project")
    os.run("role", "delete", "r-one")
    expect_not_in("r-one", os.names("role", "list"), "role list")


CHAPTERS = [token_and_catalog, versions, extensions, projects, users, roles]
