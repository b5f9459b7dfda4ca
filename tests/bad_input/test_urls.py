#!/usr/bin/python3
"""Every URL is asked with ids and query parameters that are none, and says so without harm.

  tests/with_cloud.py -- tests/bad_input/test_urls.py
"""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from cloud import bodies, session  # noqa: E402
from cloud.routes import all_routes  # noqa: E402
from cloud.world import World  # noqa: E402

NO_IDS = ("%00", "a%00b", "%ff", "%c0%80", "%zz", "%")
BAD_IDS = ("..", "%2e%2e%2fetc%2fpasswd", "'%20OR%20'1'='1", "x" * 300, "-1", "0",
           "99999999999999999999", "00000000-0000-0000-0000-000000000000", "%F4%8F%BF%BF", "%0d%0aX-A:%20b", "null", "{id}")
# No query parameter of any name has these values.
NOT_TEXT = ("name=%00", "name=%ff", "name=%zz", "marker=%ff", "%00=a", "name=a%00b", "=%", "limit=%00")
BAD_QUERIES = ("limit=x", "limit=-1", "limit=99999999999999999999", "limit=1.5", "limit=", "marker=no-such", "marker=",
               "sort_key=no-such", "sort_dir=sideways", "sort_key=name&sort_dir=asc&sort_dir=asc", "sort=name:sideways",
               "sort=;", "page_reverse=maybe", "fields=no-such", "changes-since=yesterday", "all_tenants=perhaps",
               "status=no-such", "created_at=gt:yesterday", "name=in:", "name=in:\"a", "name=" + "x" * 3000,
               "name=(", "name=[a-", "name=*", "name=((((((((((a%2B)%2B)%2B)%2B)%2B)%2B)%2B)%2B)%2B)%2B", "ip=[", "id=%27--",
               "tags=,,,", "visibility=x", "enabled=2&enabled=3", "&&&&&", "a=b&" * 1000, "fixed_ips=x", "start=x&end=y")


class Urls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.routes = [route for route in all_routes() if route.who != "public"]
        cls.world = World()

    def ask(self, route, path, method=None):
        headers = bodies.headers_for(route)
        body = bodies.body_for(self.world, route)
        data = b"x" if route.name in bodies.BODILESS and route.method == "PUT" else None
        return self.world.admin.call(method or route.method, path, body, headers, data)

    def trouble(self, route, reply, statuses):
        if reply.status not in statuses:
            return repr(reply)
        refused = reply.status >= 400 and route.method != "HEAD"
        return session.shape_error(session.service_of(route.path), reply) if refused else None

    def with_ids(self, ids):
        """Each route with each of its variables replaced by each of the ids."""
        for route in self.routes:
            parts = self.world.fill(route).split("/")
            for place, part in enumerate(route.path.split("/")):
                for one in ids if part.startswith("{") else ():
                    yield route, "/".join((*parts[:place], one, *parts[place + 1:]))

    def test_an_id_that_is_no_text_is_refused(self):
        wrong = []
        for route, path in self.with_ids(NO_IDS):
            trouble = self.trouble(route, self.ask(route, path), (400,))
            if trouble:
                wrong.append(f"{route.name} {path}: {trouble}")
        self.assertFalse(wrong, "\n" + "\n".join(wrong))

    def test_an_id_of_nothing_does_no_harm(self):
        """Most are not found; a tag or key may be new, and an unknown project has the default quotas."""
        wrong = []
        for route, path in self.with_ids(BAD_IDS):
            trouble = self.trouble(route, self.ask(route, path), (200, 201, 202, 204, 400, 403, 404, 409))
            if trouble:
                wrong.append(f"{route.name} {path:.150}: {trouble}")
        self.assertFalse(wrong, "\n" + "\n".join(wrong))

    def test_a_query_that_is_no_text_is_refused(self):
        wrong = []
        for route in self.routes:
            for query in NOT_TEXT if route.method == "GET" else ():
                trouble = self.trouble(route, self.ask(route, f"{self.world.fill(route)}?{query}"), (400,))
                if trouble:
                    wrong.append(f"{route.name}?{query}: {trouble}")
        self.assertFalse(wrong, "\n" + "\n".join(wrong))

    def test_a_query_that_makes_no_sense_does_no_harm(self):
        wrong = []
        for route in self.routes:
            for query in BAD_QUERIES if route.method == "GET" else ():
                trouble = self.trouble(route, self.ask(route, f"{self.world.fill(route)}?{query}"),
                                       (200, 204, 300, 400, 403, 404))
                if trouble:
                    wrong.append(f"{route.name}?{query:.60}: {trouble}")
        self.assertFalse(wrong, "\n" + "\n".join(wrong))

    def test_lists_refuse_limits_and_orders_that_are_none(self):
        wrong = []
        for path in ("/image/v2/images", "/network/v2.0/networks", "/network/v2.0/ports", "/network/v2.0/subnets",
                     "/network/v2.0/security-groups", "/compute/v2.1/servers", "/compute/v2.1/servers/detail",
                     "/compute/v2.1/flavors"):
            for query in ("limit=x", "limit=-1", "marker=no-such", "sort_key=no-such"):
                reply = self.world.alice.call("GET", f"{path}?{query}")
                if reply.status not in (400, 404) or session.shape_error(session.service_of(path), reply):
                    wrong.append(f"{path}?{query}: {reply}")
        self.assertFalse(wrong, "\n" + "\n".join(wrong))


if __name__ == "__main__":
    unittest.main(verbosity=2)
