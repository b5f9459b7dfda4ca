#!/usr/bin/python3
"""Makes what a newcomer to a fresh cloud needs, boots a first server and shows how to use it.

Everything is made only where it is missing, so that a second run changes nothing. Uses the
Standard library and the cloud's public APIs alone.
"""
import argparse
import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request

FLAVORS = [("tiny", 1, 128, 1), ("small", 1, 512, 5), ("medium", 2, 2048, 20), ("large", 4, 8192, 40)]
SUBNET = "10.20.0.0/24"


class Api:
    """One project's view of the cloud, by its catalogue."""

    def __init__(self, auth_url, username, password, project):
        body = {"auth": {
            "identity": {"methods": ["password"], "password": {"user": {
                "name": username, "domain": {"name": "Default"}, "password": password}}},
            "scope": {"project": {"name": project, "domain": {"name": "Default"}}}}}
        self.token = None
        reply, headers = self.call("POST", auth_url + "/auth/tokens", body)
        self.token = headers["X-Subject-Token"]
        self.project_id = reply["token"]["project"]["id"]
        self.urls = {service["type"]: next(e["url"] for e in service["endpoints"] if e["interface"] == "public")
                     for service in reply["token"]["catalog"]}

    def call(self, method, url, body=None, content=None, length=None, version=None):
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.token:
            headers["X-Auth-Token"] = self.token
        if version:
            headers["OpenStack-API-Version"] = "compute " + version
        data = json.dumps(body).encode() if body is not None else content
        if content is not None:
            headers.update({"Content-Type": "application/octet-stream", "Content-Length": str(length)})
        request = urllib.request.Request(url, method=method, headers=headers, data=data)
        try:
            with urllib.request.urlopen(request, timeout=300) as reply:
                text = reply.read()
                return (json.loads(text) if text else {}), reply.headers
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {url} answered {error.code}: {error.read().decode(errors='replace')}")

    def get(self, service, path):
        return self.call("GET", self.urls[service] + path)[0]

    def post(self, service, path, body, version=None):
        return self.call("POST", self.urls[service] + path, body, version=version)[0]


class Progress:
    def __init__(self, started):
        self.started = started or time.time()
        self.terminal = sys.stdout.isatty()

    def elapsed(self):
        return time.time() - self.started

    def say(self, text):
        print(f"{self.elapsed():4.0f}s  {text}", flush=True)

    def bar(self, fraction, text):
        if self.terminal:
            print(f"\r{self.elapsed():4.0f}s  [{'#' * int(fraction * 30):<30}] {text:<40}", end="", flush=True)

    def bar_end(self):
        if self.terminal:
            print("\r\033[K", end="", flush=True)


class FileWithProgress:
    """A file that reports how far it was read."""

    def __init__(self, path, progress):
        self.file, self.size, self.progress = open(path, "rb"), os.path.getsize(path), progress

    def read(self, count=-1):
        data = self.file.read(count)
        self.progress.bar(self.file.tell() / max(self.size, 1), "uploading the image")
        return data


def one(items, **wanted):
    return next((item for item in items if all(item.get(k) == v for k, v in wanted.items())), None)


def keep_password(path):
    if not os.path.exists(path):
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            out.write(secrets.token_hex(12))
    with open(path) as kept:
        return kept.read()


def make_projects(admin, demo_password):
    """The demo project and user; the admin gets its role there too, so that one cloud entry shows all."""
    roles = {r["name"]: r["id"] for r in admin.get("identity", "/roles")["roles"]}
    project = one(admin.get("identity", "/projects")["projects"], name="demo") or admin.post(
        "identity", "/projects", {"project": {"name": "demo", "domain_id": "default",
                                              "description": "Where a newcomer tries things"}})["project"]
    users = admin.get("identity", "/users")["users"]
    demo = one(users, name="demo") or admin.post("identity", "/users", {"user": {
        "name": "demo", "domain_id": "default", "password": demo_password,
        "default_project_id": project["id"]}})["user"]
    admin.call("PATCH", f"{admin.urls['identity']}/users/{demo['id']}", {"user": {"password": demo_password}})
    for user, role in ((demo["id"], "member"), (one(users, name="admin")["id"], "admin")):
        admin.call("PUT", f"{admin.urls['identity']}/projects/{project['id']}/users/{user}/roles/{roles[role]}")


def make_flavors(admin):
    there = {f["name"] for f in admin.get("compute", "/flavors?is_public=none")["flavors"]}
    for name, vcpus, ram, disk in FLAVORS:
        if name not in there:
            admin.post("compute", "/flavors", {"flavor": {"name": name, "vcpus": vcpus, "ram": ram, "disk": disk}})


def make_image(admin, path, progress):
    image = one(admin.get("image", "/v2/images?name=tiny")["images"], name="tiny", status="active")
    if image:
        return image
    image = admin.post("image", "/v2/images", {"name": "tiny", "disk_format": "qcow2", "container_format": "bare",
                                               "visibility": "public", "min_ram": 128})
    source = FileWithProgress(path, progress)
    admin.call("PUT", f"{admin.urls['image']}/v2/images/{image['id']}/file", content=source, length=source.size)
    progress.bar_end()
    return image


def make_network(cloud):
    network = one(cloud.get("network", "/v2.0/networks?name=demo")["networks"], name="demo")
    if not network:
        network = cloud.post("network", "/v2.0/networks", {"network": {"name": "demo"}})["network"]
    if not network["subnets"]:
        cloud.post("network", "/v2.0/subnets", {"subnet": {
            "network_id": network["id"], "name": "demo", "ip_version": 4, "cidr": SUBNET,
            "dns_nameservers": ["9.9.9.9"]}})
    group = one(cloud.get("network", f"/v2.0/security-groups?name=default&project_id={cloud.project_id}")["security_groups"],
                name="default", project_id=cloud.project_id)
    for wanted in ({"protocol": "tcp", "port_range_min": 22, "port_range_max": 22}, {"protocol": "icmp"}):
        if not any(all(rule.get(k) == v for k, v in wanted.items()) and rule["direction"] == "ingress"
                   for rule in group["security_group_rules"]):
            cloud.post("network", "/v2.0/security-group-rules", {"security_group_rule": {
                "security_group_id": group["id"], "direction": "ingress", "ethertype": "IPv4", **wanted}})
    return network


def make_keypair(cloud, key_path):
    if not os.path.exists(key_path):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "welkin-quickstart", "-f", key_path], check=True)
    pairs = [k["keypair"] for k in cloud.get("compute", "/os-keypairs")["keypairs"]]
    if not one(pairs, name="demo"):
        with open(key_path + ".pub") as public:
            cloud.post("compute", "/os-keypairs", {"keypair": {"name": "demo", "public_key": public.read().strip()}})


def make_server(cloud, image, network):
    server = one(cloud.get("compute", "/servers")["servers"], name="first")
    if server:
        return server["id"]
    flavor = one(cloud.get("compute", "/flavors")["flavors"], name="tiny")
    return cloud.post("compute", "/servers", {"server": {
        "name": "first", "imageRef": image["id"], "flavorRef": flavor["id"], "key_name": "demo",
        "networks": [{"uuid": network["id"]}]}})["server"]["id"]


def wait_for_server(cloud, server_id, progress):
    """Until it is ACTIVE; starts it again if somebody stopped it. Its first address."""
    begin = time.time()
    while True:
        server = cloud.get("compute", f"/servers/{server_id}")["server"]
        if server["status"] == "ACTIVE":
            progress.bar_end()
            return next(a["addr"] for addresses in server["addresses"].values() for a in addresses if a["version"] == 4)
        if server["status"] == "ERROR":
            raise SystemExit(f"The server failed: {server.get('fault', {}).get('message')}")
        if server["status"] == "SHUTOFF" and not server.get("OS-EXT-STS:task_state"):
            cloud.post("compute", f"/servers/{server_id}/action", {"os-start": None})
        if time.time() - begin > 300:
            raise SystemExit(f"The server is still {server['status']} after 300 s.")
        progress.bar(min(0.95, (time.time() - begin) / 10), f"the server is {server['status']}")
        time.sleep(0.1)


def wait_for_ssh(command, progress):
    begin = time.time()
    while subprocess.run(command + ["true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
        if time.time() - begin > 300:
            raise SystemExit("The server does not answer ssh after 300 s; its console: openstack console log show first")
        progress.bar(min(0.95, (time.time() - begin) / 10), "waiting for ssh")
        time.sleep(0.1)
    progress.bar_end()


def write_clouds(path, auth_url, admin_password, demo_password):
    entry = """  {name}:
    auth:
      auth_url: {url}
      username: {user}
      password: {password}
      project_name: demo
      user_domain_name: Default
      project_domain_name: Default
    region_name: RegionOne
    identity_api_version: 3
"""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write("# welkin: the administrator, in project demo; demo: an ordinary member of it.\nclouds:\n")
        out.write(entry.format(name="welkin", url=auth_url, user="admin", password=admin_password))
        out.write(entry.format(name="demo", url=auth_url, user="demo", password=demo_password))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", required=True, help="data directory of the running cloud")
    parser.add_argument("--work-dir", required=True, help="holds tiny/tiny.qcow2; gets the ssh key")
    parser.add_argument("--clouds-yaml", required=True, help="where to write the client configuration")
    parser.add_argument("--started", type=float, default=0)
    arguments = parser.parse_args()
    progress = Progress(arguments.started)
    settings = {}
    with open(arguments.data_dir + "/admin-openrc.sh") as openrc:
        for line in openrc:
            name, _, value = line.strip().removeprefix("export ").partition("=")
            settings[name] = value
    auth_url, admin_password = settings["OS_AUTH_URL"], settings["OS_PASSWORD"]
    demo_password = keep_password(arguments.work_dir + "/demo-password")

    admin = Api(auth_url, "admin", admin_password, "admin")
    make_projects(admin, demo_password)
    make_flavors(admin)
    image = make_image(admin, arguments.work_dir + "/tiny/tiny.qcow2", progress)
    cloud = Api(auth_url, "demo", demo_password, "demo")
    network = make_network(cloud)
    key = arguments.work_dir + "/id_ed25519"
    make_keypair(cloud, key)
    write_clouds(arguments.clouds_yaml, auth_url, admin_password, demo_password)
    progress.say("projects, flavors, network, keypair and image are there")

    posted = time.time()
    server = make_server(cloud, image, network)
    address = wait_for_server(cloud, server, progress)
    progress.say(f"server 'first' is ACTIVE at {address}")
    options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
    login = ["ssh", "-i", key, *options, "-o", "ConnectTimeout=2", f"root@{address}"]
    wait_for_ssh(login, progress)
    progress.say(f"it answers ssh ({time.time() - posted:.1f} s after it was asked for)")

    print("\nEndpoints")
    for service, url in sorted(cloud.urls.items()):
        print(f"  {service:<14} {url}")
    directory = os.path.dirname(os.path.abspath(arguments.clouds_yaml))
    print(f"""
Use it (in {directory}, where clouds.yaml is):
  export OS_CLOUD=welkin
  openstack server list

Log in to the first server:
  ssh -i {key} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null root@{address}
""")


if __name__ == "__main__":
    main()
