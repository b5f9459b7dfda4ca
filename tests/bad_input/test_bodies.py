#!/usr/bin/python3
"""Every writing route is sent bodies that are wrong in one way each, and refuses them.

  tests/with_cloud.py -- tests/bad_input/test_bodies.py

The bodies are those of ../cloud/bodies.py with each of their parts replaced, doubled, taken out or
made too long. A refusal has a code from 400 to 499 and the service's shape; nothing is created by it.
"""
import copy
import json
import os
import sys
import time
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from cloud import bodies, session  # noqa: E402
from cloud.routes import all_routes  # noqa: E402
from cloud.world import World  # noqa: E402

COLLECTIONS = (
    "/identity/v3/domains", "/identity/v3/projects", "/identity/v3/users", "/identity/v3/groups",
    "/identity/v3/roles", "/identity/v3/regions", "/identity/v3/services", "/identity/v3/endpoints",
    "/identity/v3/policies", "/identity/v3/credentials", "/image/v2/images", "/network/v2.0/networks",
    "/network/v2.0/subnets", "/network/v2.0/ports", "/network/v2.0/security-groups",
    "/network/v2.0/security-group-rules", "/compute/v2.1/flavors?is_public=none", "/compute/v2.1/os-keypairs",
    "/compute/v2.1/servers?all_tenants=1", "/compute/v2.1/os-server-groups", "/compute/v2.1/os-aggregates")
# What else comes into being with something good: a server's ports, an endpoint's region.
FOLLOW = ("/network/v2.0/ports", "/identity/v3/regions")
# Bodies that are no bodies, for routes that take a JSON object.
BROKEN = {
    "cut off": b'{"name": "x', "two values": b"{} {}", "a comment": b"{} // x", "single quotes": b"{'a': 1}",
    "not a number": b'{"a": NaN}', "a leading zero": b'{"a": 01}', "a trailing comma": b'{"a": 1,}',
    "a tab in a string": b'{"a": "\t"}', "not UTF-8": b'{"a": "\xff\xfe"}', "an overlong NUL": b'{"a": "\xc0\x80"}',
    "half a surrogate pair": b'{"a": "\\ud800"}', "a byte order mark": b"\xef\xbb\xbf{}", "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a NUL": b"\0", "65 lists deep": b"[" * 65 + b"]" * 65, "a million lists deep": b"[" * 1_000_000,
    "a number with a million digits": b'{"a": ' + b"9" * 1_000_000 + b"}", "too large an exponent": b'{"a": 1e999}',
}
WRONG_WHOLES = {"nothing": b"", "a list": b"[1]", "a string": b'"x"', "null": b"null", "a number": b"7",
                "an empty object": b"{}"}
CONTAINERS = ({"a": {"b": "c"}}, [[["a"]]], [{"a": 1}])
# A route whose every field is optional, and one of two routes of one path: in old versions of the
# API what is behind os-services is an action, and an unknown one is not found.
TAKES_AN_EMPTY_OBJECT = "POST /image/v2/images"
NAMES_AN_ACTION = ("PUT /compute/v2.1/os-services/{id}", "-2.52")
# Refused whatever the body is.
NOT_READ = ("POST /compute/v2.1/servers/{id}/os-interface",)
# Bodies of the tables that only another state than the world's would take.
NEEDS_ANOTHER_STATE = ("POST /image/v2/images/{image_id}/import", "POST /image/v2/images/{image_id}/members",
                       "PUT /image/v2/images/{image_id}/members/{member_id}", "POST /compute/v2.1/os-aggregates/{id}/action remove_host")
# Makes what the World has already.
TAKEN = "PUT /identity/v3/regions/{region_id}"
# Values of these take any text of 300 characters, the others have names and the like.
LONG_TEXTS = {"description", "password", "secret", "blob", "email", "value", "color", "user_data"}
# Taken though of another kind than in the model: numbers for texts, or anything at all.
LENIENT = {"rxtx_factor", "email", "id", "color"}
IGNORED = {"unlock", "os-stop"}
# Names in characters: the longest that is taken.
LONGEST = {
    "POST /identity/v3/projects": (("project", "name"), 64), "POST /identity/v3/users": (("user", "name"), 255),
    "POST /identity/v3/groups": (("group", "name"), 255), "POST /identity/v3/roles": (("role", "name"), 255),
    "POST /image/v2/images": (("name",), 255), "POST /network/v2.0/networks": (("network", "name"), 255),
    "POST /network/v2.0/subnets": (("subnet", "name"), 255), "POST /network/v2.0/ports": (("port", "name"), 255),
    "POST /network/v2.0/security-groups": (("security_group", "name"), 255),
    "POST /compute/v2.1/flavors": (("flavor", "name"), 255), "POST /compute/v2.1/servers": (("server", "name"), 255),
    "POST /compute/v2.1/os-aggregates": (("aggregate", "name"), 255),
    "POST /compute/v2.1/os-server-groups": (("server_group", "name"), 255),
}
# Members of these have free names; what is in os-security-groups and -rules is not looked through.
FREE_NAMES = {"metadata", "extra_specs", "meta", "security_group", "security_group_rule"}
SCALARS = ("no-such-value", 7, -1, 2 ** 63, 10 ** 30, 1.5, True, "", "a\0b", "x" * 300, "x" * 70_000, "\U0010ffff")


def may_be_taken(service, place, value, original):
    """Whether a body with the value in the place of the original is a good one too."""
    if value is None or value == "removed":
        return True  # optional, or nothing to say
    if place[-1] in IGNORED:
        return "\0" not in str(value)
    if isinstance(value, str) and ("\0" in value or (len(value) == 300 and place[-1] not in LONG_TEXTS)):
        return False
    if isinstance(value, dict):
        return place[-1] in LENIENT or (isinstance(original, dict) and (
            service == "identity" or place[-1] == "os:scheduler_hints"))
    return place[-1] in LENIENT or type(value) is type(original)


class BodyTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.world = World()
        cls.made = set()
        cls.routes = [route for route in all_routes() if route.who != "public" and bodies.takes_body(route)
                      and (route.name, route.versions) != NAMES_AN_ACTION and route.name not in NOT_READ
                      and route.action != "forceDelete" and not route.is_twin]

    def caller(self, route):
        return self.world.admin if route.who in ("admin", "other", "manager") else self.world.alice

    def send(self, route, data, headers=None):
        headers = {"Content-Type": "application/json", **bodies.headers_for(route), **(headers or {})}
        return self.caller(route).call(route.method, self.world.fill(route), headers=headers, data=data)

    def trouble(self, route, reply, statuses=range(400, 500)):
        if reply.status not in statuses:
            return f"{reply}"
        return session.shape_error(session.service_of(route.path), reply)

    def existing(self):
        """Ids of all that is in the cloud, once the servers that leave have left."""
        while any(server["OS-EXT-STS:task_state"] == "deleting" for server in self.world.admin.make(
                "GET", "/compute/v2.1/servers/detail?all_tenants=1")["servers"]):
            time.sleep(0.1)
        seen = {}
        for path in COLLECTIONS:
            said = self.world.admin.make("GET", path)
            (things,) = [value for key, value in said.items() if isinstance(value, list) and key != "links"]
            seen[path] = sorted(str(one.get("id") or one["keypair"]["name"]) for one in things)
        return seen

    def undo(self, route, reply):
        """Deletes what was created by a body that is good after all."""
        if route.method != "POST" or route.path.endswith("/action") or not reply.body:
            return
        said = reply.json
        inner = list(said.values())[0] if len(said) == 1 else said
        made = inner.get("id") or inner.get("access")
        self.made.add(str(made))
        path = self.world.fill(route)
        if route.path.endswith("/os-keypairs"):
            made = inner["name"]
        if made and path.split("/")[-1] not in ("metadata", "remote-consoles", "os-extra_specs", "members"):
            caller = self.world.admin
            if "keypairs" in path:
                caller = self.world.alice
            caller.call("DELETE", f"{path}/{urllib.parse.quote(str(made), safe='')}")


class GoodBodies(BodyTest):
    def test_the_bodies_to_start_from_are_good(self):
        wrong = []
        for route in self.routes:
            if route.name.startswith(NEEDS_ANOTHER_STATE):
                continue
            reply = self.send(route, json.dumps(bodies.body_for(self.world, route)).encode())
            if reply.status >= 300 and not (reply.status == 409 and (route.action or route.name == TAKEN)):
                wrong.append(f"{route.name}: {reply}")
            self.undo(route, reply)
            self.world.settle()
        self.assertFalse(wrong, "\n" + "\n".join(wrong))


class BadBodies(BodyTest):
    def test_what_is_not_json_is_refused(self):
        before, wrong = self.existing(), []
        for route in self.routes:
            for kind, data in BROKEN.items():
                trouble = self.trouble(route, self.send(route, data), (400,))
                if trouble:
                    wrong.append(f"{route.name}, {kind}: {trouble}")
        self.assertFalse(wrong, "\n" + "\n".join(wrong))
        self.assertEqual(before, self.existing())

    def test_what_is_not_the_object_asked_for_is_refused(self):
        before, wrong = self.existing(), []
        for route in self.routes:
            for kind, data in WRONG_WHOLES.items():
                if data == b"{}" and route.name == TAKES_AN_EMPTY_OBJECT:
                    continue
                trouble = self.trouble(route, self.send(route, data), (400,))
                if trouble:
                    wrong.append(f"{route.name}, {kind}: {trouble}")
        self.assertFalse(wrong, "\n" + "\n".join(wrong))
        self.assertEqual(before, self.existing())

    def test_other_content_types_are_refused(self):
        wrong = []
        for route in self.routes:
            data = json.dumps(bodies.body_for(self.world, route)).encode()
            for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "x"):
                trouble = self.trouble(route, self.send(route, data, {"Content-Type": kind}), (415,))
                if trouble:
                    wrong.append(f"{route.name}, {kind}: {trouble}")
        self.assertFalse(wrong, "\n" + "\n".join(wrong))

    def test_a_name_is_as_long_as_it_may_be_and_no_longer(self):
        """Characters are counted, not bytes."""
        by_name = {route.name: route for route in self.routes}
        for name, (place, longest) in LONGEST.items():
            with self.subTest(name):
                for letter in ("n", "\u00f6"):
                    body = replaced(bodies.body_for(self.world, by_name[name]), place, letter * longest)
                    reply = self.send(by_name[name], json.dumps(body).encode())
                    self.assertLess(reply.status, 300, reply)
                    self.undo(by_name[name], reply)
                    body = replaced(bodies.body_for(self.world, by_name[name]), place, letter * (longest + 1))
                    self.assertIsNone(self.trouble(by_name[name], self.send(by_name[name], json.dumps(body).encode()),
                                                   (400,)))

    def test_fields_that_nobody_knows_are_refused(self):
        """By network and compute; identity keeps them, and to image they are properties."""
        wrong, asked = [], 0
        for route in self.routes:
            body = bodies.body_for(self.world, route)
            envelope = next(iter(body)) if isinstance(body, dict) else None
            if (session.service_of(route.path) not in ("network", "compute") or envelope in FREE_NAMES
                    or not isinstance(body[envelope], dict) or route.action):
                continue
            body[envelope]["no-such-field"] = 1
            trouble = self.trouble(route, self.send(route, json.dumps(body).encode()), (400,))
            asked += 1
            if trouble:
                wrong.append(f"{route.name}: {trouble}")
        self.assertGreater(asked, 15)
        self.assertFalse(wrong, "\n" + "\n".join(wrong))

    def test_too_large_a_body_is_refused(self):
        wrong = []
        for route in self.routes:
            data = b'{"a": "' + b"x" * (2 << 20) + b'"}'
            trouble = self.trouble(route, self.send(route, data), (413,))
            if trouble:
                wrong.append(f"{route.name}: {trouble}")
        self.assertFalse(wrong, "\n" + "\n".join(wrong))

    def test_no_part_of_a_body_may_be_something_else(self):
        before, wrong, sent = self.existing(), [], 0
        for route in self.routes:
            whole = bodies.body_for(self.world, route)
            for place in places(whole):
                for value in (*CONTAINERS, *SCALARS, None, "removed"):
                    body = bodies.body_for(self.world, route)
                    good = may_be_taken(session.service_of(route.path), place, value, part(body, place))
                    reply = self.send(route, json.dumps(replaced(body, place, value)).encode())
                    sent += 1
                    if reply.status < 300:
                        self.undo(route, reply)
                    trouble = None if good and reply.status < 300 else self.trouble(route, reply)
                    if trouble:
                        wrong.append(f"{route.name} {place} {value!r:.60}: {trouble}")
        self.assertGreater(sent, 1000)
        self.assertFalse(wrong, "\n" + "\n".join(wrong))
        for path, ids in self.existing().items():
            if path not in FOLLOW:
                self.assertEqual(set(ids) - set(before[path]) - self.made, set(), path)


def places(body, at=()):
    """Where the parts of a body are, the envelope first."""
    if at:
        yield at
    members = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in members:
        yield from places(value, (*at, key))


def part(body, place):
    for key in place:
        body = body[key]
    return body


def replaced(body, place, value):
    body = copy.deepcopy(body)
    inner = part(body, place[:-1])
    if value == "removed":
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return body


if __name__ == "__main__":
    unittest.main(verbosity=2)
