#!/usr/bin/python3
"""Runs Debian's Tempest against the cloud of the environment (see ../with_cloud.py).

  run_tempest.py                     the tests in passing.txt; every one must pass
  run_tempest.py --smoke             all smoke tests; prints those that pass and are not yet listed
  run_tempest.py --regex EXPRESSION  the same for any selection

passing.txt only grows: a test that passes is added, a test that fails again is a defect.
"""
import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
PASSING = HERE + "/passing.txt"


class Cloud:
    def __init__(self):
        self.url = os.environ["WELKIN_URL"]
        self.token = None
        body = {"auth": {"identity": {"methods": ["password"], "password": {"user": {
            "name": "admin", "domain": {"id": "default"}, "password": os.environ["WELKIN_ADMIN_PASSWORD"]}}},
            "scope": {"project": {"name": "admin", "domain": {"id": "default"}}}}}
        self.token = self.call("POST", "/identity/v3/auth/tokens", body)[1]["X-Subject-Token"]

    def call(self, method, path, body=None, content=None):
        headers = {"Content-Type": "application/json" if content is None else "application/octet-stream"}
        if self.token:
            headers["X-Auth-Token"] = self.token
        data = json.dumps(body).encode() if body is not None else content
        request = urllib.request.Request(self.url + path, method=method, headers=headers, data=data)
        with urllib.request.urlopen(request, timeout=60) as reply:
            text = reply.read()
            return (json.loads(text) if text else {}), reply.headers


def prepare(cloud):
    """What Tempest expects to be there: a network, two flavors, two images. Ids of the latter.

    Projects share one network, because Tempest would give each a router of its own.
    """
    network = cloud.call("POST", "/network/v2.0/networks", {"network": {"name": "tempest-shared", "shared": True}})[0]
    cloud.call("POST", "/network/v2.0/subnets", {"subnet": {
        "network_id": network["network"]["id"], "ip_version": 4, "cidr": "10.200.0.0/16"}})
    flavors = [cloud.call("POST", "/compute/v2.1/flavors", {"flavor": {
        "name": f"tempest{n}", "vcpus": n, "ram": 64 * n, "disk": n}})[0]["flavor"]["id"] for n in (1, 2)]
    images = []
    for n in (1, 2):
        image = cloud.call("POST", "/image/v2/images", {
            "name": f"tempest{n}", "disk_format": "raw", "container_format": "bare", "visibility": "public"})[0]["id"]
        cloud.call("PUT", f"/image/v2/images/{image}/file", content=bytes(1024 * n))
        images.append(image)
    return flavors, images


def configure(workspace, cloud, flavors, images):
    extensions = [e["alias"] for e in cloud.call("GET", "/network/v2.0/extensions")[0]["extensions"]]
    versions = cloud.call("GET", "/compute/v2.1/")[0]["version"]
    sections = {
        "DEFAULT": {"log_file": workspace + "/tempest.log"},
        "oslo_concurrency": {"lock_path": workspace + "/lock"},
        "auth": {"use_dynamic_credentials": "true", "create_isolated_networks": "false", "tempest_roles": "member",
                 "admin_username": "admin", "admin_password": os.environ["WELKIN_ADMIN_PASSWORD"],
                 "admin_project_name": "admin", "admin_domain_name": "Default"},
        "identity": {"auth_version": "v3", "uri_v3": cloud.url + "/identity/v3", "uri": cloud.url + "/identity/v3",
                     "region": "RegionOne", "v3_endpoint_type": "publicURL"},
        "identity-feature-enabled": {"api_v2": "false", "api_v2_admin": "false", "security_compliance": "false",
                                     "trust": "false", "application_credentials": "true",
                                     "access_rules": "false"},
        "service_available": {"glance": "true", "nova": "true", "neutron": "true", "cinder": "false",
                              "swift": "false", "horizon": "false"},
        "image": {"disk_formats": "raw",  # Tempest uploads noise, which is nothing else
                  "container_formats": "bare,ami,ari,aki,ovf,docker,ova"},
        "image-feature-enabled": {"api_v2": "true", "import_image": "true", "os_glance_reserved": "true"},
        "compute": {"fixed_network_name": "tempest-shared", "image_ref": images[0], "image_ref_alt": images[1], "flavor_ref": flavors[0],
                    "flavor_ref_alt": flavors[1], "build_timeout": "60", "build_interval": "1",
                    "min_compute_nodes": "1", "max_microversion": versions["version"]},
        "compute-feature-enabled": {"vnc_console": "true", "console_output": "true", "live_migration": "false",
                                    "cold_migration": "false", "resize": "false", "suspend": "false", "pause": "true",
                                    "shelve": "false", "snapshot": "false", "rescue": "false",
                                    "interface_attach": "false", "personality": "false", "config_drive": "true",
                                    "attach_encrypted_volume": "false", "swap_volume": "false"},
        "network": {"project_networks_reachable": "false"},
        "network-feature-enabled": {"ipv6": "true", "ipv6_subnet_attributes": "true", "floating_ips": "false",
                                    "port_security": str("port-security" in extensions).lower(),
                                    "api_extensions": ",".join(extensions)},
        "validation": {"run_validation": "false"},
    }
    os.makedirs(workspace + "/etc", exist_ok=True)
    with open(workspace + "/etc/tempest.conf", "w") as out:
        for section, options in sections.items():
            out.write(f"[{section}]\n" + "".join(f"{k} = {v}\n" for k, v in options.items()) + "\n")
    with open(workspace + "/.stestr.conf", "w") as out:
        out.write("[DEFAULT]\ntest_path=/usr/lib/python3/dist-packages/tempest/test_discover\n"
                  "top_dir=/usr/lib/python3/dist-packages\ngroup_regex=([^\\.]*\\.)*\n")


def hurry(workspace):
    """Tempest sleeps for 10 s before it deletes a subnet; nothing here needs that, and it does so 100 times."""
    os.makedirs(workspace + "/python", exist_ok=True)
    with open(workspace + "/python/sitecustomize.py", "w") as out:
        out.write("import types\n"
                  "try:\n"
                  "    from tempest.lib.services.network import subnets_client\n"
                  "    subnets_client.time = types.SimpleNamespace(sleep=lambda seconds: None)\n"
                  "except ImportError:\n"
                  "    pass\n")
    return workspace + "/python"


def run(workspace, selection, workers):
    """Runs a selection; {test id: 'success' | 'fail' | 'skip'}."""
    env = dict(os.environ, TEMPEST_CONFIG_DIR=workspace + "/etc", LC_ALL="C.UTF-8", PATH="/usr/sbin:/usr/bin:/sbin:/bin",
               PYTHONPATH=hurry(workspace))
    for name in [n for n in env if n.startswith("OS_")]:
        del env[name]
    subprocess.run(["stestr", "init"], cwd=workspace, env=env, check=True, stdout=subprocess.DEVNULL)
    command = ["tempest", "run", "--config-file", workspace + "/etc/tempest.conf", "--concurrency", str(workers)]
    with open(workspace + "/run.log", "w") as log:
        subprocess.run(command + selection, cwd=workspace, env=env, stdout=log, stderr=subprocess.STDOUT, check=False)
    subunit = subprocess.run(["stestr", "last", "--subunit"], cwd=workspace, env=env, stdout=subprocess.PIPE, check=False)
    table = subprocess.run(["subunit2csv", "--no-passthrough"], input=subunit.stdout, stdout=subprocess.PIPE, check=False)
    results = {}
    for row in csv.reader(table.stdout.decode(errors="replace").splitlines()):
        if len(row) >= 4 and row[0] != "test":
            results[row[0].split("[")[0]] = row[1]
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true")
    parser.add_argument("--regex")
    parser.add_argument("--add", action="store_true", help="add what newly passes to passing.txt")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", help="use this directory for the workspace and keep it")
    arguments = parser.parse_args()
    with open(PASSING) as known:
        passing = {line.strip() for line in known if line.strip() and not line.startswith("#")}
    workspace = arguments.keep or tempfile.mkdtemp(prefix="welkin-tempest-")
    cloud = Cloud()
    configure(workspace, cloud, *prepare(cloud))
    exploring = arguments.smoke or arguments.regex
    if arguments.smoke:
        selection = ["--smoke"]
    elif arguments.regex:
        selection = ["--regex", arguments.regex]
    else:
        with open(workspace + "/list", "w") as out:
            # Regular expressions: the full ids end in tags that passing.txt leaves out.
            out.writelines(f"^{re.escape(test)}(\\[|$)\n" for test in sorted(passing))
        selection = ["--include-list", workspace + "/list"]
    results = run(workspace, selection, arguments.workers)
    passed = {t for t, r in results.items() if r == "success"}
    failed = {t for t, r in results.items() if r not in ("success", "skip")}
    missing = set() if exploring else passing - passed - failed
    for test in sorted(failed):
        print("failed:", test)
    for test in sorted(missing):
        print("did not run:", test)
    new = sorted(passed - passing)
    for test in new:
        print("newly passing:", test)
    if arguments.add and new:
        with open(PASSING, "w") as out:
            out.write("\n".join(sorted(passing | passed)) + "\n")
    print(f"{len(passed)} passed, {len(failed) + len(missing)} failed, {len(results) - len(passed) - len(failed)} skipped")
    if failed:
        print(f"details: {workspace}/run.log")
    sys.exit(1 if (not exploring and (failed or missing)) else 0)


if __name__ == "__main__":
    main()
