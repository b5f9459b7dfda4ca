#!/usr/bin/python3
"""No route takes a token that was good once and has expired.

  tests/with_cloud.py --set identity.token_ttl=3s -- tests/guards/test_expired.py
"""
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from cloud import bodies, session  # noqa: E402
from cloud.routes import all_routes  # noqa: E402


class Expired(unittest.TestCase):
    def test_no_route_takes_a_token_of_the_past(self):
        token = session.admin().token
        time.sleep(3.5)
        caller, wrong = session.Session(token), []
        for route in all_routes():
            if route.who == "public":
                continue
            reply = caller.call(route.method, route.path.replace("{", "").replace("}", ""),
                                headers=bodies.headers_for(route))
            trouble = None if reply.status == 401 else repr(reply)
            if route.method != "HEAD":
                trouble = trouble or session.shape_error(session.service_of(route.path), reply)
            if trouble:
                wrong.append(f"{route.name}: {trouble}")
        self.assertFalse(wrong, "\n" + "\n".join(wrong))


if __name__ == "__main__":
    unittest.main(verbosity=2)
