#!/usr/bin/python3
"""What holds for every route of the cloud, checked against the routes that the program itself lists.

  tests/with_cloud.py -- tests/guards/test_routes.py

A new route is covered as soon as it exists; one that writes needs a body in ../cloud/bodies.py.
"""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from cloud import bodies, session  # noqa: E402
from cloud.routes import all_routes  # noqa: E402
from cloud.world import World  # noqa: E402

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "COPY")
# Where the project is named in the URL, its existence is no secret.
NAMES_THE_PROJECT = re.compile("/identity/|/network/v2.0/quotas/|/compute/v2(.1)?/os-(quota-sets|simple-tenant-usage)/")


class Routes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.routes = all_routes()
        cls.world = World()

    def check(self, routes, ask, expected):
        """Asks each route; what does not answer as expected, in the service's shape, is listed at once."""
        wrong, asked = [], 0
        for route in routes:
            reply = ask(route)
            asked += 1
            statuses = expected(route) if callable(expected) else expected
            trouble = None
            if reply.status not in statuses:
                trouble = f"answers {reply}, not {' or '.join(map(str, statuses))}"
            elif route.method != "HEAD":
                trouble = session.shape_error(session.service_of(route.path), reply)
            if trouble:
                wrong.append(f"{route.name}: {trouble}")
        self.assertGreater(asked, 0)
        self.assertFalse(wrong, "\n" + "\n".join(wrong))

    def ask(self, route, caller, token=None):
        """The request that would do what the route is for, from this caller."""
        headers = bodies.headers_for(route)
        if token is not None:
            headers["X-Auth-Token"] = token
        return caller.call(route.method, self.world.fill(route), bodies.body_for(self.world, route), headers,
                           data=b"bytes" if route.name in bodies.BODILESS and route.method == "PUT" else None)

    def closed(self):
        return [route for route in self.routes if route.who != "public"]

    def test_every_writing_route_has_a_body_to_test_with(self):
        missing = []
        for route in self.closed():
            try:
                bodies.body_for(self.world, route)
                self.world.fill(route)
            except KeyError as unknown:
                missing.append(f"{route.name}: {unknown}")
        self.assertFalse(missing, "\n" + "\n".join(missing))

    def test_without_a_token_nothing_is_told(self):
        anonymous = session.Session()
        self.check(self.closed(), lambda route: self.ask(route, anonymous), [401])

    def test_forged_tokens_are_refused(self):
        good = self.world.alice.token
        middle = len(good) // 2
        flipped = good[:middle] + ("A" if good[middle] != "A" else "B") + good[middle + 1:]
        forged = {"cut short": good[:-5], "one letter changed": flipped, "not a token": "secret",
                  "lengthened": good + "AAAA", "long": "g" * 8000, "not ASCII": "g\xe4\xf6"}
        anonymous = session.Session()
        for kind, token in forged.items():
            with self.subTest(kind):
                self.check(self.closed(), lambda route, token=token: self.ask(route, anonymous, token), [401])

    def test_another_projects_things_do_not_exist(self):
        before = self.everything()
        owned = [route for route in self.closed() if "{" in route.path and route.who in ("owner", "reader", "member")]
        self.check(owned, lambda route: self.ask(route, self.world.mallory),
                   lambda route: [403] if NAMES_THE_PROJECT.match(route.path) else [404])
        self.assertEqual(before, self.everything())

    def test_readers_change_nothing(self):
        before = self.everything()
        members = [route for route in self.closed() if route.who in ("member", "manager")]
        self.check(members, lambda route: self.ask(route, self.world.rita), [403])
        self.assertEqual(before, self.everything())

    def test_members_are_no_administrators(self):
        before = self.everything()
        admins = [route for route in self.closed() if route.who in ("admin", "other")]
        self.check(admins, lambda route: self.ask(route, self.world.rita), [403, 404])
        self.check(admins, lambda route: self.ask(route, self.world.alice), [403, 404])
        self.assertEqual(before, self.everything())

    def test_methods_that_a_path_lacks_are_refused_with_those_it_has(self):
        known = {}
        for route in self.routes:
            known.setdefault(route.path, set()).add(route.method)
        wrong = []
        for path in known:
            route = next(route for route in self.routes if route.path == path)
            if "*}" in path:
                continue
            twins = [other for other in self.routes if other.pattern.fullmatch(self.world.fill(route))]
            allowed = {other.method for other in twins}
            allowed |= {"HEAD"} if "GET" in allowed else set()
            for method in set(METHODS) - allowed:
                reply = self.world.alice.call(method, self.world.fill(route))
                told = {one.strip() for one in reply.headers.get("Allow", "").split(",")}
                trouble = session.shape_error(session.service_of(path), reply)
                if reply.status != 405 or told != allowed or trouble:
                    wrong.append(f"{method} {path}: {trouble or reply}, Allow: {sorted(told)} not {sorted(allowed)}")
        self.assertFalse(wrong, "\n" + "\n".join(wrong))

    def test_unknown_paths_are_not_found(self):
        for prefix in ("", *bodies.PREFIXES.values()):
            for path in ("/no-such-thing", "/no-such-thing/of/mine", "/%2e%2e/etc/passwd", "/../admin"):
                with self.subTest(prefix + path):
                    reply = self.world.alice.call("GET", prefix + path)
                    self.assertEqual(reply.status, 404)
                    self.assertIsNone(session.shape_error(session.service_of(prefix), reply))

    def everything(self):
        """What the administrator sees of the owner's things, times and counters of reading apart."""
        seen = {}
        for route in self.routes:
            if route.method == "GET" and "{" in route.path and route.who in ("owner", "reader", "member", "admin"):
                reply = self.ask(route, self.world.admin)
                path = self.world.fill(route)
                if reply.status == 200 and "uptime" not in path and "tenant-usage" not in path:
                    seen[path] = reply.body
        return seen


if __name__ == "__main__":
    unittest.main(verbosity=2)
