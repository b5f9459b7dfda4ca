"""Servers: making them in every way, changing them, looking into them."""
import time

from client_program import CommandFailed, expect, expect_in, expect_not_in

CREATE = ("server", "create", "--image", "common", "--flavor", "small")
NEWEST = ("--os-compute-api-version", "2.92")  # the newest that this client knows


def wait_for(os, name, status):
    for _ in range(40):
        now = os.value("status", "server", "show", name)
        if now == status:
            return
        time.sleep(0.1)
    raise CommandFailed(f"server {name} should become {status}, not {now}")


def create_with_everything(cloud):
    os = cloud.member
    network = os.value("id", "network", "show", "common")
    os.run("keypair", "create", "c-key")
    os.run("security", "group", "create", "c-group")
    user_data = cloud.file("user-data", b"#!/bin/sh\necho hello\n")
    made = os.json(*CREATE, "--nic", f"net-id={network}", "--user-data", user_data, "--key-name", "c-key",
                   "--property", "role=web", "--property", "tier=1", "--config-drive", "True",
                   "--security-group", "c-group", "--availability-zone", "nova", "--wait", "c-one")
    expect(made["status"], "ACTIVE", "status after --wait")
    shown = os.json("server", "show", "c-one")
    expect((shown["key_name"], shown["config_drive"]), ("c-key", "True"), "server show")
    expect(shown["properties"], {"role": "web", "tier": "1"}, "properties")
    expect(shown["addresses"]["common"][0].startswith("10.9."), True, "the address")
    expect([group["name"] for group in shown["security_groups"]], ["c-group"], "security groups")
    expect(shown["image"].startswith("common ("), True, "the image")
    expect(shown["flavor"].startswith("small ("), True, "the flavor")
    expect_in("ssh 10.9.", os.run("server", "ssh", "c-one", "--private", "--login", "root"), "server ssh")
    os.run("server", "delete", "--wait", "c-one")
    os.run("security", "group", "delete", "c-group")
    os.run("keypair", "delete", "c-key")


def create_newest(cloud):
    """The same at the newest microversion, with what came with it."""
    os = cloud.member
    made = os.json(*NEWEST, *CREATE, "--network", "common", "--description", "newest", "--tag", "blue",
                   "--hostname", "other-name", "--use-config-drive", "--wait", "c-newest")
    expect((made["status"], made["description"], made["tags"]), ("ACTIVE", "newest", ["blue"]), "server create")
    expect_in("c-newest", os.names(*NEWEST, "server", "list", "--tags", "blue"), "server list --tags")
    os.run(*NEWEST, "server", "set", "c-newest", "--description", "newer", "--tag", "green")
    os.run(*NEWEST, "server", "unset", "c-newest", "--tag", "blue")
    shown = os.json(*NEWEST, "server", "show", "c-newest")
    expect((shown["description"], shown["tags"]), ("newer", ["green"]), "server show")
    os.run(*NEWEST, "server", "lock", "--reason", "do not touch", "c-newest")
    os.refused(*NEWEST, "server", "stop", "c-newest")
    os.run(*NEWEST, "server", "unlock", "c-newest")
    os.run(*NEWEST, "server", "delete", "--wait", "c-newest")


def create_many(cloud):
    os = cloud.member
    os.run(*NEWEST, *CREATE, "--nic", "none", "--min", 2, "--max", 3, "--wait", "m")
    names = sorted(os.names("server", "list", "--name", "^m-"))
    expect(names, ["m-1", "m-2", "m-3"], "server list")
    os.run("server", "delete", "--wait", *names)
    expect(os.names("server", "list", "--name", "^m-"), [], "server list")
    expect_in("Quota exceeded", os.refused(*NEWEST, *CREATE, "--nic", "none", "--min", 50, "--max", 50, "m"), "the refusal")


def create_with_port(cloud):
    os = cloud.member
    port = os.json("port", "create", "port-one", "--network", "common")
    os.run(*CREATE, "--port", "port-one", "--wait", "c-port")
    shown = os.json("port", "show", "port-one")
    expect((shown["status"], shown["device_id"]),
           ("ACTIVE", os.value("id", "server", "show", "c-port")), "the server's port")
    os.run("server", "delete", "--wait", "c-port")
    expect(os.json("port", "show", "port-one")["device_id"], "", "the port outlives the server")
    os.run("port", "delete", port["id"])


def change(cloud):
    os = cloud.member
    os.run(*CREATE, "--network", "common", "--wait", "ch-one")
    expect_in("ch-one", os.names("server", "list", "--long"), "server list --long")
    expect_in("ch-one", os.names("server", "list", "--status", "ACTIVE", "--flavor", "small"), "server list")
    expect_not_in("ch-one", os.names("server", "list", "--status", "SHUTOFF"), "server list --status SHUTOFF")
    expect_in("ch-one", cloud.admin.names("server", "list", "--all-projects"), "server list --all-projects")
    expect_not_in("ch-one", cloud.admin.names("server", "list"), "the list of another project")
    os.run("server", "set", "ch-one", "--name", "ch-1", "--property", "a=1", "--property", "b=2")
    os.run("server", "unset", "ch-1", "--property", "a")
    expect(os.json("server", "show", "ch-1")["properties"], {"b": "2"}, "properties")
    os.run("security", "group", "create", "ch-group")
    os.run("server", "add", "security", "group", "ch-1", "ch-group")
    expect(sorted(group["name"] for group in os.json("server", "show", "ch-1")["security_groups"]),
           ["ch-group", "default"], "security groups")
    os.run("server", "remove", "security", "group", "ch-1", "ch-group")
    os.run("security", "group", "delete", "ch-group")
    os.run("server", "delete", "ch-1", "--wait")
    os.refused("server", "show", "ch-1")


def power(cloud):
    os = cloud.member
    os.run(*CREATE, "--network", "common", "--wait", "po")
    os.run("server", "reboot", "--soft", "--wait", "po")
    os.run("server", "reboot", "--hard", "--wait", "po")
    os.run("server", "pause", "po")
    wait_for(os, "po", "PAUSED")
    os.run("server", "unpause", "po")
    wait_for(os, "po", "ACTIVE")
    os.run("server", "stop", "po")
    wait_for(os, "po", "SHUTOFF")
    os.refused("server", "pause", "po")
    os.run("server", "start", "po")
    wait_for(os, "po", "ACTIVE")
    events = os.json("server", "event", "list", "po")
    expect(sorted({row["Action"] for row in events}), ["create", "pause", "reboot", "start", "stop", "unpause"],
           "server event list")
    first = os.json("server", "event", "show", "po", events[-1]["Request ID"])
    expect(first["action"], "create", "the first event")
    os.run(*NEWEST, "server", "event", "list", "--long", "po")
    os.run("server", "delete", "--wait", "po")


def rebuild(cloud):
    os = cloud.member
    os.run(*CREATE, "--network", "common", "--wait", "reb")
    before = os.json("server", "show", "reb")
    image = cloud.file("rebuild.raw", b"another image")
    os.run("image", "create", "rebuilt", "--disk-format", "raw", "--file", image)
    os.run("server", "rebuild", "--image", "rebuilt", "--property", "again=yes", "--wait", "reb")
    after = os.json("server", "show", "reb")
    expect((after["id"], after["addresses"]), (before["id"], before["addresses"]), "what a rebuild keeps")
    expect((after["status"], after["properties"]), ("ACTIVE", {"again": "yes"}), "what it changes")
    expect_in("rebuilt (", after["image"], "the image")
    expect_in("no hypervisor of this cloud supports it", os.refused("server", "suspend", "reb"), "the refusal")
    diagnostics = cloud.admin.run("server", "show", "--diagnostics", after["id"], "-f", "json")
    expect_in("vcpus", diagnostics, "server show --diagnostics")
    os.run("server", "delete", "--wait", "reb")
    os.run("image", "delete", "rebuilt")


def consoles(cloud):
    os = cloud.member
    os.run(*CREATE, "--network", "common", "--wait", "con")
    expect_in("fake guest: started", os.run("console", "log", "show", "con"), "console log show")
    os.run("console", "log", "show", "--lines", "1", "con")
    for version in ("2.1", "2.92"):
        shown = os.json("--os-compute-api-version", version, "console", "url", "show", "--novnc", "con")
        expect(shown["type"], "novnc", "the type")
        expect_in("token", shown["url"], "the URL")
    os.run("server", "delete", "--wait", "con")


def refused(cloud):
    """What cannot be had is said, and nothing is left of it."""
    os = cloud.member
    expect_in("No Network found", os.refused(*CREATE, "--network", "nowhere", "re"), "the refusal")
    expect_in("key_name", os.refused(*NEWEST, *CREATE, "--nic", "none", "--key-name", "nobody", "re"), "the refusal")
    expect_in("zone", os.refused(*NEWEST, *CREATE, "--nic", "none", "--availability-zone", "mars", "re"), "the refusal")
    cloud.admin.run("flavor", "create", "huge", "--ram", 40000, "--vcpus", 1, "--disk", 2000000)
    os.run(*NEWEST, "server", "create", "--image", "common", "--flavor", "huge", "--nic", "none", "--wait", "re-huge")
    fault = os.value("fault", "server", "show", "re-huge")
    expect_in("No valid host was found", fault, "the reason")
    os.run("server", "delete", "--wait", "re-huge")
    cloud.admin.run("flavor", "delete", "huge")


CHAPTERS = [power, create_with_everything, change, create_newest, create_many, create_with_port, rebuild, consoles, refused]
