#!/usr/bin/python3
"""Kills welkin where it hurts, with real guests under QEMU, and looks at what the next one makes of it.

  tests/client/kill_nine.py --binary build/release/welkin build/guest     (holds tiny/tiny.qcow2; needs root)

Every server must end as its owner asked for or in ERROR with a reason; guests go on meanwhile; and at
the end nothing of any server is left: no process, tap, bridge, DHCP server, filter, file, port or claim.
All of it happens in a network and a mount namespace of its own.
"""
import argparse
import glob
import http.client
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), os.path.join(HERE, "../../tools")]
import first_server  # noqa: E402
import with_cloud  # noqa: E402

LISTEN = "127.0.0.1:8700"
# What a server goes through, and where the process dies meanwhile; a place for each.
LIVES = [
    {"create": "compute.build_server/start/after", "stop": "compute.stop_server/stop/before",
     "start": "compute.start_server/start/before", "delete": "compute.delete_server/remove/before"},
    {"create": "compute.build_server/create/before", "delete": "compute.delete_server/remove/acted"},
    {"create": "compute.build_server/create/acted", "stop": "compute.stop_server/stop/acted",
     "start": "qemu/spawn/before", "delete": "compute.delete_server/finish/before"},
    {"create": "compute.build_server/create/after", "delete": "compute.delete_server/finish/after"},
    {"create": "qemu/spawn/before", "stop": "compute.stop_server/finish/before",
     "start": "qemu/spawn/after", "delete": "compute.delete_server/remove/after"},
    {"create": "qemu/spawn/after", "stop": "compute.stop_server/finish/after",
     "start": "compute.start_server/start/acted", "delete": "compute.delete_server/remove/acted"},
    {"create": "compute.build_server/start/acted", "delete": "compute.delete_server/remove/before"},
    {"create": "compute.build_server/finish/before", "pause": "compute.pause_server/pause/acted",
     "unpause": "compute.unpause_server/unpause/before", "delete": "compute.delete_server/finish/after"},
    {"create": "compute.build_server/finish/after", "reboot": "compute.reboot_server/reboot/acted",
     "delete": "compute.delete_server/finish/before"},
]
ACTIONS = {"stop": ({"os-stop": None}, "SHUTOFF"), "start": ({"os-start": None}, "ACTIVE"),
           "pause": ({"pause": None}, "PAUSED"), "unpause": ({"unpause": None}, "ACTIVE"),
           "reboot": ({"reboot": {"type": "HARD"}}, "ACTIVE")}
GONE = "gone"


def say(text):
    print(f"{time.monotonic() - BEGUN:5.1f}s  {text}", flush=True)


def wait_until(condition, what, limit=60):
    deadline = time.monotonic() + limit
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"kill_nine: after {limit} s still not: {what}")
        time.sleep(0.05)


class Cloud:
    """A data directory and the process that serves it at the moment."""

    def __init__(self, binary, data):
        self.binary, self.data, self.process = binary, data, None
        self.log = open(data + ".log", "w")

    def start(self, *settings):
        self.process, _ = with_cloud.start(self.data, ["compute.stop_grace=2s", *settings], self.log, self.binary,
                                           LISTEN)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def restart(self, *settings):
        self.kill()
        self.start(*settings)

    def guests(self):
        """Process ids of its QEMUs by server id: each works in its server's folder, be that deleted."""
        found = {}
        for path in glob.glob("/proc/[0-9]*/cwd"):
            try:
                folder = os.readlink(path).removesuffix(" (deleted)")
            except OSError:
                continue
            if os.path.dirname(folder) == self.data + "/servers":
                found.setdefault(os.path.basename(folder), []).append(int(path.split("/")[2]))
        return found


class User:
    """The demo user, whose requests may find nobody at home."""

    def __init__(self, api, image, network, key):
        self.api, self.image, self.network, self.key = api, image, network, key
        self.addresses, self.seen = {}, set()
        self.flavor = first_server.one(api.get("compute", "/flavors")["flavors"], name="tiny")["id"]

    def create(self, name):
        return self.api.post("compute", "/servers", {"server": {
            "name": name, "imageRef": self.image["id"], "flavorRef": self.flavor, "key_name": "demo",
            "networks": [{"uuid": self.network["id"]}]}})["server"]["id"]

    def act(self, server, action):
        self.api.post("compute", f"/servers/{server}/action", ACTIONS[action][0])

    def delete(self, server):
        self.api.call("DELETE", f"{self.api.urls['compute']}/servers/{server}")

    def servers(self):
        servers = self.api.get("compute", "/servers/detail")["servers"]
        self.seen.update(server["id"] for server in servers)
        return {server["name"]: server for server in servers}

    def status(self, name):
        server = self.servers().get(name)
        if server is None:
            return GONE
        busy = server["OS-EXT-STS:task_state"]
        return server["status"] if busy is None else f"{server['status']}, {busy}"

    def ssh(self, name, command):
        if name not in self.addresses:
            self.addresses[name] = next(iter(self.servers()[name]["addresses"].values()))[0]["addr"]
        return subprocess.run(
            ["ssh", "-i", self.key, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o",
             "LogLevel=ERROR", "-o", "ConnectTimeout=2", f"root@{self.addresses[name]}", command],
            capture_output=True, text=True, check=False)

    def console(self, server):
        return self.api.post("compute", f"/servers/{server}/action", {"os-getConsoleOutput": {}})["output"]

    def wait_for(self, name, status):
        def settled():
            now = self.status(name)
            if now == "ERROR":
                fault = self.servers()[name].get("fault", {}).get("message")
                raise SystemExit(f"kill_nine: {name} is in ERROR: {fault or 'without a reason'}")
            return now == status
        wait_until(settled, f"{name} is {status}")


def unanswered(request, *arguments):
    """Its result, or nothing if the process died before it answered."""
    try:
        return request(*arguments)
    except (urllib.error.URLError, ConnectionError, http.client.HTTPException):
        return None


def check_guest(cloud, server, status):
    """One process for a server that has a guest running, none for others."""
    found = len(cloud.guests().get(server, []))
    if found != (status in ("ACTIVE", "PAUSED")):
        raise SystemExit(f"kill_nine: {found} QEMU processes for a server that is {status}")


def die_in(cloud, user, name, operation, point):
    cloud.restart(f"debug.crash_at={point}")
    server = user.servers().get(name, {}).get("id")
    if operation == "create":
        unanswered(user.create, name)
    elif operation == "delete":
        unanswered(user.delete, server)
    else:
        unanswered(user.act, server, operation)
    try:
        cloud.process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        raise SystemExit(f"kill_nine: {operation} never came to {point}") from None
    cloud.start()
    status = {"create": "ACTIVE", "delete": GONE}.get(operation) or ACTIONS[operation][1]
    user.wait_for(name, status)
    check_guest(cloud, server or user.servers()[name]["id"], status)
    say(f"{operation} of {name}, killed at {point}: {status}")


def guests_go_on(cloud, user):
    """Guests are adopted by the next process, and it sees what happened to those that are gone."""
    server = user.servers()["first"]["id"]
    before = cloud.guests()[server]
    assert user.ssh("first", "hostname").stdout == "first\n"
    cloud.kill()
    assert user.ssh("first", "hostname").stdout == "first\n", "the guest does not answer while nobody watches it"
    cloud.start()
    assert cloud.guests()[server] == before and len(before) == 1, "the guest was started again"
    assert user.status("first") == "ACTIVE"
    assert user.ssh("first", "echo written after the kill >/dev/console").returncode == 0
    wait_until(lambda: "written after the kill" in user.console(server), "the console log goes on", 10)
    say("a running guest was adopted: same process, same ssh, its console log goes on")

    # What a guest has not written when it is killed it loses, so the one that is looked at later is asked to.
    second = user.create("second")
    user.wait_for("second", "ACTIVE")
    assert user.ssh("first", "sync").returncode == 0
    cloud.kill()
    for pids in cloud.guests().values():
        os.kill(pids[0], signal.SIGKILL)
    cloud.start("compute.resume_guests=false")
    user.wait_for("first", "SHUTOFF")
    user.wait_for("second", "SHUTOFF")
    say("guests that died while nobody watched are SHUTOFF")
    for name, server in (("first", server), ("second", second)):
        user.act(server, "start")
        user.wait_for(name, "ACTIVE")
    cloud.kill()
    os.kill(cloud.guests()[second][0], signal.SIGKILL)
    cloud.start()
    user.wait_for("second", "ACTIVE")
    check_guest(cloud, second, "ACTIVE")
    say("with compute.resume_guests they are started again")
    user.delete(second)
    user.wait_for("second", GONE)


def die_at_random(cloud, user, dice):
    """Without crash points: whenever it happens to be, also several times in a row."""
    for round_number in range(4):
        name = f"random-{round_number}"
        server = user.create(name)
        for _ in range(dice.randint(1, 3)):
            time.sleep(dice.uniform(0, 0.6))
            cloud.restart()
        user.wait_for(name, "ACTIVE")
        check_guest(cloud, server, "ACTIVE")
        user.delete(server)
        time.sleep(dice.uniform(0, 0.3))
        cloud.restart()
        user.wait_for(name, GONE)
    say("killed at random moments of create and delete")


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def what_is_left(cloud, user, admin):
    left = [f"process of a guest {pids}" for pids in cloud.guests().values()]
    left += [f"file {path}" for path in glob.glob(cloud.data + "/servers/*")]
    left += [f"interface {line.split(':')[1]}" for line in output("ip", "-o", "link").splitlines()
             if any(f" {kind}" in line for kind in ("wtap", "wbr-", "wlan-", "wup-"))]
    left += [f"namespace {name}" for name in os.listdir("/run/netns")]
    left += [f"filter {word}" for word in set(output("nft", "list", "ruleset").replace('"', " ").split())
             if re.match("(wtap|wbr-)[0-9a-f]", word)]
    left += [f"DHCP server {pid}" for pid in output("pgrep", "-f", f"dnsmasq.*{cloud.data}").split()]
    ports = user.api.get("network", "/v2.0/ports")["ports"]
    left += [f"port {port['id']}" for port in ports if port["device_owner"].startswith("compute:")]
    used = user.api.get("compute", "/limits")["limits"]["absolute"]
    left += [f"quota {name}" for name in ("totalInstancesUsed", "totalCoresUsed", "totalRAMUsed") if used[name]]
    host = admin.get("compute", "/os-hypervisors/detail")["hypervisors"][0]
    left += [f"claim {name}" for name in ("vcpus_used", "running_vms", "local_gb_used") if host[name]]
    left += [f"file {path}" for path in glob.glob(cloud.data + "/network/*") if not path.endswith("/host.json")]
    left += [f"socket {path}" for server in user.seen for path in glob.glob(f"/run/welkin-*/{server}.*")]
    database = sqlite3.connect(f"file:{cloud.data}/welkin.db?mode=ro", uri=True)
    for table in ("compute_server", "compute_console_token", "placement_claim", "work_workflow"):
        if count := database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]:
            left.append(f"{count} rows of {table}")
    database.close()
    return left


def prepare(cloud, work):
    """What a user needs, and a first server that answers ssh."""
    for stale in ("id_ed25519", "id_ed25519.pub", "demo-password"):
        if os.path.lexists(f"{work}/{stale}"):
            os.unlink(f"{work}/{stale}")
    cloud.start()
    subprocess.run([sys.executable, first_server.__file__, "--data-dir", cloud.data, "--work-dir", work,
                    "--clouds-yaml", work + "/clouds.yaml"], check=True, stdout=subprocess.DEVNULL)
    say("the first server answers ssh")
    url = f"http://{LISTEN}/identity/v3"
    with open(work + "/demo-password") as password:
        demo = first_server.Api(url, "demo", password.read(), "demo")
    with open(cloud.data + "/admin-password") as password:
        admin = first_server.Api(url, "admin", password.read().strip(), "admin")
    image = first_server.one(demo.get("image", "/v2/images")["images"], name="tiny")
    network = first_server.one(demo.get("network", "/v2.0/networks")["networks"], name="demo")
    return User(demo, image, network, work + "/id_ed25519"), admin


def run(cloud, work, seed):
    user, admin = prepare(cloud, work)
    guests_go_on(cloud, user)
    for number, life in enumerate(LIVES):
        for operation, point in life.items():
            die_in(cloud, user, f"life-{number}", operation, point)
    die_at_random(cloud, user, random.Random(seed))
    wait_until(lambda: user.ssh("first", "true").returncode == 0, "the first server answers ssh again")
    user.delete(user.servers()["first"]["id"])
    user.wait_for("first", GONE)
    deadline = time.monotonic() + 10
    while left := what_is_left(cloud, user, admin):
        if time.monotonic() > deadline:
            raise SystemExit(f"kill_nine: there is left: {left}")
        time.sleep(0.2)
    say("nothing is left")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=with_cloud.ROOT + "/build/release/welkin")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of the random moments")
    parser.add_argument("work", help="holds tiny/tiny.qcow2")
    arguments = parser.parse_args()
    with_cloud.enter_namespaces(__file__)
    print(f"seed {arguments.seed}", flush=True)
    data, work = tempfile.mkdtemp(prefix="welkin-kill-"), tempfile.mkdtemp(prefix="welkin-kill-work-")
    os.symlink(os.path.abspath(arguments.work) + "/tiny", work + "/tiny")
    cloud = Cloud(arguments.binary, data)
    passed = False
    try:
        run(cloud, work, arguments.seed)
        passed = True
    finally:
        if cloud.process:
            cloud.kill()
        if not passed:
            with open(data + ".log") as log:
                sys.stderr.writelines(["--- end of the log of welkin\n"] + log.readlines()[-60:])
        subprocess.run([arguments.binary, "purge", "--data-dir", data], check=False)
        for folder in (data, work):
            shutil.rmtree(folder, ignore_errors=True)
        os.unlink(data + ".log")


if __name__ == "__main__":
    BEGUN = time.monotonic()
    main()
