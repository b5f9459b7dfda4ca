"""A real guest under QEMU: from POST to a login over ssh, and the cloud's memory while it runs.

Run by itself this is what happens inside the cloud's namespace: guest.py DIRECTORY under
tests/with_cloud.py --real; it prints what it measured as JSON."""
import json
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ROUNDS = 3


def measure(binary):
    from cloud import Figure, median
    if os.geteuid() != 0:
        raise SystemExit("the guest needs root")
    with tempfile.TemporaryDirectory(prefix="welkin-measured-") as work:
        subprocess.run([ROOT + "/tools/tiny-image/build", work + "/tiny"], check=True, stdout=subprocess.DEVNULL)
        done = subprocess.run([sys.executable, ROOT + "/tests/with_cloud.py", "--real", "--binary", binary, "--",
                               sys.executable, os.path.abspath(__file__), work], stdout=subprocess.PIPE, text=True, check=True)
    measured = json.loads(done.stdout.splitlines()[-1])
    return [Figure("resident memory, idle, one small server running (QEMU apart)", measured["memory_mib"], "MB", 60, 4518),
            Figure("qemu under TCG: POST to login over ssh", median(measured["login_s"]), "s", 8)]


def login(cloud, first_server, key, parts, number):
    posted = time.monotonic()
    server = cloud.post("compute", "/servers", {"server": dict(parts, name=f"measured-{number}")})["server"]["id"]
    address = first_server.wait_for_server(cloud, server, first_server.Progress(0))
    command = ["ssh", "-i", key, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
               "-o", "LogLevel=ERROR", "-o", "ConnectTimeout=2", f"root@{address}"]
    first_server.wait_for_ssh(command, first_server.Progress(0))
    took = time.monotonic() - posted
    cloud.call("DELETE", f"{cloud.urls['compute']}/servers/{server}")
    return took


def inside(work):
    sys.path.insert(0, ROOT + "/tools")
    import first_server
    from cloud import memory_mib
    subprocess.run([sys.executable, ROOT + "/tools/first_server.py", "--data-dir", os.environ["WELKIN_DATA"],
                    "--work-dir", work, "--clouds-yaml", work + "/clouds.yaml"], check=True, stdout=subprocess.DEVNULL)
    time.sleep(5)
    memory = memory_mib(int(os.environ["WELKIN_PID"]))
    cloud = first_server.Api(os.environ["OS_AUTH_URL"], "demo", first_server.keep_password(work + "/demo-password"), "demo")
    first = first_server.one(cloud.get("compute", "/servers")["servers"], name="first")["id"]
    image = cloud.get("compute", f"/servers/{first}")["server"]["image"]["id"]
    flavor = first_server.one(cloud.get("compute", "/flavors")["flavors"], name="tiny")["id"]
    network = first_server.one(cloud.get("network", "/v2.0/networks")["networks"], name="demo")["id"]
    cloud.call("DELETE", f"{cloud.urls['compute']}/servers/{first}")
    parts = {"imageRef": image, "flavorRef": flavor, "key_name": "demo", "networks": [{"uuid": network}]}
    times = [login(cloud, first_server, work + "/id_ed25519", parts, i) for i in range(ROUNDS)]
    print(json.dumps({"memory_mib": memory, "login_s": times}))


if __name__ == "__main__":
    inside(sys.argv[1])
