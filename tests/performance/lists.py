"""What is asked most: validation of a token, and lists of 100 things.

A list comes from the cache of replies as long as nothing has changed; so each is measured twice, the
second time with a limit that no request had before, for which the reply has to be made."""
from cloud import Cloud, Figure, make_network, server_body, wait_until_built

HUNDRED = 100


def measure_list(cloud, what, path, target, openstack):
    cloud.load("GET", path + "limit=100", seconds=1)
    kept = cloud.load("GET", path + "limit=100")
    made = cloud.load("GET", path + "limit={n}", first=HUNDRED)
    return [
        Figure(what, kept["per_second"], "/s", target, openstack, more_is_better=True, cpu_us=kept["cpu_us"]),
        Figure(what + ", each reply made anew", made["per_second"], "/s", openstack=openstack, more_is_better=True,
               cpu_us=made["cpu_us"])]


def measure(binary):
    with Cloud(binary) as cloud:
        api = cloud.api
        validated = cloud.load("GET", "/identity/v3/auth/tokens", headers=[f"X-Subject-Token: {api.token}"])
        figures = [Figure("`GET /v3/auth/tokens` (validate)", validated["per_second"], "/s", 30000, 134,
                          more_is_better=True, cpu_us=validated["cpu_us"])]

        cloud.load("POST", "/compute/v2.1/servers", count=HUNDRED, body=server_body(api), status=202)
        wait_until_built(api)
        figures += measure_list(cloud, "`GET /servers/detail`, 100 servers", "/compute/v2.1/servers/detail?", 3000, 10.5)

        # The servers' image is one of them.
        cloud.load("POST", "/image/v2/images", count=HUNDRED - 1, status=201,
                   body={"name": "listed-{n}", "disk_format": "raw", "container_format": "bare"})
        figures += measure_list(cloud, "`GET /v2/images`, 100 images", "/image/v2/images?", 5000, 44)

        network = make_network(api)
        cloud.load("POST", "/network/v2.0/ports", count=HUNDRED, status=201,
                   body={"port": {"name": "listed-{n}", "network_id": network}})
        figures += measure_list(cloud, "`GET /ports`, 100 ports", f"/network/v2.0/ports?network_id={network}&", 3000, 33)
        return figures
