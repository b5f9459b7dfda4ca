"""A cloud to measure: started for the purpose, asked through its public APIs, ended afterwards."""
import dataclasses
import http.client
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, ROOT + "/tests")
import with_cloud  # noqa: E402

# Room for whatever a figure creates: the fake hypervisor has as much as it is told to have.
ROOMY = ["compute.quota_instances=-1", "compute.quota_cores=-1", "compute.quota_ram=-1", "network.quota_port=-1",
         "compute.fake_vcpus=1000000",
         "compute.fake_memory_mb=100000000", "compute.fake_disk_gb=10000000"]


@dataclasses.dataclass
class Figure:
    """One row of the table. `openstack` and `target` are in `unit`, like `value`; none: not known."""
    what: str
    value: float
    unit: str
    target: float = None
    openstack: float = None
    more_is_better: bool = False
    cpu_us: float = None
    note: str = ""

    def met(self):
        if self.target is None:
            return None
        return self.value > self.target if self.more_is_better else self.value < self.target

    def times_better(self):
        if not self.openstack or not self.value:
            return None
        return self.value / self.openstack if self.more_is_better else self.openstack / self.value


class Api:
    """One kept connection to the cloud with the administrator's token."""

    def __init__(self, url, password):
        self.host = urllib.parse.urlsplit(url).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=120)
        self.headers = {"Content-Type": "application/json"}
        reply, headers = self.ask("POST", "/identity/v3/auth/tokens", {"auth": {
            "identity": {"methods": ["password"], "password": {"user": {
                "name": "admin", "domain": {"id": "default"}, "password": password}}},
            "scope": {"project": {"name": "admin", "domain": {"id": "default"}}}}}, 201)
        self.token = headers["X-Subject-Token"]
        self.headers["X-Auth-Token"] = self.token
        self.project_id = reply["token"]["project"]["id"]

    def ask(self, method, path, body=None, *statuses):
        self.connection.request(method, path, json.dumps(body) if body is not None else None, self.headers)
        reply = self.connection.getresponse()
        text = reply.read()
        if reply.status not in (statuses or (200, 201, 202, 204)):
            raise SystemExit(f"{method} {path} was answered {reply.status}: {text.decode(errors='replace')}")
        return (json.loads(text) if text else None), reply.headers

    def get(self, path):
        return self.ask("GET", path)[0]

    def post(self, path, body):
        return self.ask("POST", path, body)[0]


class Cloud:
    """`with Cloud(binary) as cloud:` is a cloud with the fake hypervisor and network."""

    def __init__(self, binary, settings=()):
        self.binary = binary
        self.data = tempfile.mkdtemp(prefix="welkin-measured-")
        self.log = open(self.data + ".log", "w")
        self.process, self.url = with_cloud.start(self.data, with_cloud.FAKE + ROOMY + list(settings), self.log, binary)
        environment = with_cloud.environment(self.data, self.url, self.process.pid, binary)
        self.api = Api(self.url, environment["WELKIN_ADMIN_PASSWORD"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.log.close()
        shutil.rmtree(self.data, ignore_errors=True)
        os.unlink(self.data + ".log")

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def load(self, method, path, *, connections=16, seconds=None, count=None, body=None, status=200, first=0, headers=()):
        """What load says of this request, and `cpu_us`: the cloud's own CPU time for each."""
        command = [os.path.dirname(self.binary) + "/tests/load", "-c", str(connections), "-e", str(status), "-f", str(first)]
        command += ["-n", str(count)] if count else ["-s", str(seconds or SECONDS)]
        for header in (f"X-Auth-Token: {self.api.token}", *headers):
            command += ["-H", header]
        if body is not None:
            command += ["-d", json.dumps(body)]
        before = self.cpu_seconds()
        done = subprocess.run(command + [method, self.url + path], stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"the load on {method} {path} failed")
        result = json.loads(done.stdout)
        result["cpu_us"] = (self.cpu_seconds() - before) * 1e6 / result["requests"]
        return result


SECONDS = 5  # how long a load lasts


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(pid, what="VmRSS"):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(what + ":")) / 1024


def make_flavor(api):
    body = {"flavor": {"id": "measured", "name": "measured", "vcpus": 1, "ram": 64, "disk": 1}}
    return api.post("/compute/v2.1/flavors", body)["flavor"]["id"]


def make_image(api, name="measured"):
    """An image with a little data."""
    image = api.post("/image/v2/images", {"name": name, "disk_format": "raw", "container_format": "bare"})["id"]
    api.connection.request("PUT", f"/image/v2/images/{image}/file", b"x" * 4096,
                           {"X-Auth-Token": api.token, "Content-Type": "application/octet-stream"})
    reply = api.connection.getresponse()
    reply.read()
    if reply.status != 204:
        raise SystemExit(f"an upload of 4 KiB was answered {reply.status}")
    return image


def make_network(api):
    """A network whose subnet has 65,000 addresses."""
    network = api.post("/network/v2.0/networks", {"network": {"name": "measured"}})["network"]["id"]
    api.post("/network/v2.0/subnets", {"subnet": {"network_id": network, "ip_version": 4, "cidr": "10.99.0.0/16"}})
    return network


def server_body(api):
    """A request for a server with one port; {n} is its number."""
    return {"server": {"name": "measured-{n}", "imageRef": make_image(api), "flavorRef": make_flavor(api),
                       "networks": [{"uuid": make_network(api)}]}}


def wait_until_built(api, limit_s=300):
    """Until no server is in BUILD; all must be ACTIVE then."""
    end = time.monotonic() + limit_s
    while api.get("/compute/v2.1/servers?status=BUILD&limit=1")["servers"]:
        if time.monotonic() > end:
            raise SystemExit(f"servers are still in BUILD after {limit_s} s")
        time.sleep(0.01)
    if api.get("/compute/v2.1/servers?status=ERROR&limit=1")["servers"]:
        raise SystemExit("a server went to ERROR")


def median(values):
    return statistics.median(values)
