"""Creation of servers with one port each, on the fake hypervisor and network."""
import time

from cloud import Cloud, Figure, median, server_body, wait_until_built

AT_ONCE = 3000


def post_to_active(api, body, number):
    text = dict(body["server"], name=f"single-{number}")
    began = time.monotonic()
    server = api.post("/compute/v2.1/servers", {"server": text})["server"]["id"]
    while True:
        status = api.get(f"/compute/v2.1/servers/{server}")["server"]["status"]
        if status == "ACTIVE":
            return time.monotonic() - began
        if status != "BUILD":
            raise SystemExit(f"the server went to {status}")
        time.sleep(0.001)


def measure(binary):
    with Cloud(binary) as cloud:
        body = server_body(cloud.api)
        path = "/compute/v2.1/servers"
        alone = cloud.load("POST", path, connections=1, count=300, body=body, status=202)
        wait_until_built(cloud.api)
        began = time.monotonic()
        cpu = cloud.cpu_seconds()
        many = cloud.load("POST", path, connections=16, count=AT_ONCE, body=body, status=202)
        wait_until_built(cloud.api)
        sustained = AT_ONCE / (time.monotonic() - began)
        cpu = cloud.cpu_seconds() - cpu
        active = median([post_to_active(cloud.api, body, i) for i in range(100)])
        return [
            Figure("`POST /servers` answered, p50, 1 client", alone["p50_ms"], "ms", 3, 150),
            Figure("`POST /servers` answered, p50, 16 clients", many["p50_ms"], "ms", 20, 1086),
            Figure("POST to ACTIVE, p50, 1 client", active * 1e3, "ms", 30, 2334),
            Figure("creations to ACTIVE, sustained, 16 clients", sustained, "/s", 300, 1.9, more_is_better=True,
                   cpu_us=cpu * 1e6 / AT_ONCE)]
