#!/usr/bin/python3
"""Every route is exercised by a scenario in ../api, or is listed in ../api/gaps.txt, which only shrinks.

  tests/guards/test_scenarios.py           fails on a route that has neither, and on gaps that are none any more
  tests/guards/test_scenarios.py --prune   takes those off the list
"""
import glob
import os
import re
import sys

import yaml

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TESTS)
from cloud.routes import all_routes  # noqa: E402

GAPS = TESTS + "/api/gaps.txt"
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
SUBSTITUTION = re.compile(r"(\$HISTORY\['[^']*'\]\.)?\$(RESPONSE|HEADERS|ENVIRON)\['[^']*'\]")


def requests_of(path):
    """(method, path, action members, microversion) of each request in a scenario."""
    with open(path) as text:
        scenario = yaml.safe_load(text)
    defaults = scenario.get("defaults", {})
    for test in scenario["tests"]:
        method = next((m for m in METHODS if m in test), test.get("method", "GET"))
        url = str(test.get(method, test.get("url", "")))
        # A value from an earlier reply, wherever it stands, is one path part.
        url = SUBSTITUTION.sub("value", url).split("?")[0]
        data = test.get("data")
        members = set(data) if isinstance(data, dict) else set()
        headers = {**defaults.get("request_headers", {}), **test.get("request_headers", {})}
        asked = [v for k, v in headers.items() if k.lower() == "openstack-api-version"]
        number = re.fullmatch(r"compute (\d+)\.(\d+)", asked[-1]) if asked else None
        yield method, url, members, tuple(map(int, number.groups())) if number else (2, 1)


def exercised(routes):
    """Names of the routes that some request of some scenario reaches."""
    reached = set()
    for path in glob.glob(TESTS + "/api/*/*.yaml"):
        for method, url, members, version in requests_of(path):
            candidates = [r for r in routes if r.method in (method, "GET" if method == "HEAD" else method)
                          and r.pattern.fullmatch(url) and (not r.action or r.action in members)
                          and (r.service != "compute" or r.serves(version))]
            if candidates:
                most = max(r.literals for r in candidates)
                reached |= {r.name for r in candidates if r.literals == most}
    return reached


def main():
    routes = [route for route in all_routes() if not route.is_twin]
    names = {route.name for route in routes}
    reached = exercised(routes)
    with open(GAPS) as text:
        gaps = {line.strip() for line in text if line.strip() and not line.startswith("#")}
    lacking = sorted(names - reached - gaps)
    closed = sorted(gaps & reached | gaps - names)
    if "--prune" in sys.argv:
        with open(GAPS) as text:
            kept = [line for line in text if line.strip() not in closed]
        with open(GAPS, "w") as text:
            text.writelines(kept)
        gaps, closed = gaps - set(closed), []
    for name in lacking:
        print(f"no scenario in tests/api exercises {name}")
    for name in closed:
        print(f"no gap any more, take it off tests/api/gaps.txt (--prune does): {name}")
    print(f"{len(names)} routes, {len(names & reached)} with a scenario, {len(gaps)} known gaps")
    sys.exit(1 if lacking or closed else 0)


if __name__ == "__main__":
    main()
