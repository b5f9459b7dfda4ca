#!/usr/bin/python3
"""Bytes that are no good HTTP, clients that are slow or too many: each is told so, and the others do not notice.

  tests/with_cloud.py --set server.header_timeout=1s --set server.body_timeout=1s --set server.idle_timeout=5s \\
      --set server.max_connections=200 -- tests/bad_input/test_http.py
"""
import os
import re
import resource
import select
import socket
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from cloud import session  # noqa: E402

ADDRESS = (session.URL.hostname, session.URL.port)
MAX_CONNECTIONS = 200
CROWD = 2000
GET = b"GET /healthz HTTP/1.1\r\nHost: h\r\n"
POST = b"POST /identity/v3/auth/tokens HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
OK = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"


def connect():
    return socket.create_connection(ADDRESS, timeout=15)


def read_all(connection):
    """All that the server says until it closes; a reset counts as its end."""
    said = b""
    try:
        while True:
            piece = connection.recv(65536)
            if not piece:
                return said
            said += piece
    except (ConnectionResetError, BrokenPipeError):
        return said


def statuses(said):
    return [int(code) for code in re.findall(rb"^HTTP/1\.1 (\d{3}) ", said, re.MULTILINE)]


def talk(data, half_close=False):
    with connect() as connection:
        try:
            connection.sendall(data)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return read_all(connection)


class Http(unittest.TestCase):
    def tearDown(self):
        """Whatever happened, the cloud serves on."""
        reply = session.Session().call("GET", "/readyz")
        self.assertEqual((reply.status, reply.body), (200, b"ready\n"))

    def refused(self, data, status, **how):
        """Answered once with the status and a sentence, and closed."""
        said = talk(data, **how)
        self.assertEqual(statuses(said), [status], said[:300])
        head, _, body = said.partition(b"\r\n\r\n")
        self.assertIn(b"Connection: close", head)
        self.assertGreater(len(body.strip()), 10, said)

    def test_request_lines_that_are_none(self):
        for line in (b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/1.1 \r\nHost: h\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
                     b"GET / HTTP/x.1\r\n\r\n", b"G\x00T / HTTP/1.1\r\nHost: h\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: h\r\n\r\n",
                     b" GET / HTTP/1.1\r\nHost: h\r\n\r\n", b"GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
                     b"GET healthz HTTP/1.1\r\nHost: h\r\n\r\n", b"GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"):
            with self.subTest(line):
                self.refused(line, 400)

    def test_other_versions_and_methods(self):
        self.refused(b"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505)
        self.refused(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505)
        self.refused(b"BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n", 501)
        self.refused(b"CONNECT example.org:443 HTTP/1.1\r\nHost: h\r\n\r\n", 501)

    def test_bare_line_feeds_and_carriage_returns(self):
        self.refused(b"GET /healthz HTTP/1.1\nHost: h\n\n", 400)
        self.refused(GET + b"X-A: b\n\r\n", 400)
        self.refused(GET + b"X-A: b\rc\r\n\r\n", 400)

    def test_header_lines_that_are_none(self):
        for line in (b"no colon\r\n", b" folded: yes\r\n", b"X-A : b\r\n", b": b\r\n", b"X A: b\r\n", b"X-A: b\x00c\r\n",
                     b"X-\xc3\xa9: b\r\n", b"Host: again\r\n", b"Content-Length: -1\r\n", b"Content-Length: 0x10\r\n",
                     b"Content-Length: 99999999999999999999\r\n", b"Content-Length: 1, 1\r\n",
                     b"Content-Length: 1\r\nContent-Length: 2\r\n"):
            with self.subTest(line):
                self.refused(GET + line + b"\r\n", 400)
        self.refused(b"GET /healthz HTTP/1.1\r\n\r\n", 400)
        self.refused(b"GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", 400)
        self.refused(b"GET /healthz HTTP/1.1\r\nHost: h/../x\r\n\r\n", 400)

    def test_bodies_with_two_ends(self):
        """What a proxy and we could read differently is how requests are smuggled."""
        smuggled = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
        for line in (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                     b"Transfer-Encoding : chunked\r\n"):
            with self.subTest(line):
                self.refused(POST + line + b"\r\n" + smuggled, 400)
        for line in (b"Transfer-Encoding: gzip, chunked\r\n", b"Transfer-Encoding: xchunked\r\n",
                     b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"):
            with self.subTest(line):
                self.refused(POST + line + b"\r\n" + smuggled, 501)
        self.refused(POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n" + smuggled, 400)
        self.refused(POST + b"Content-Length: 2\r\nExpect: 200-ok\r\n\r\n{}", 417)

    def test_broken_chunking(self):
        """The header was good, so it is the service that answers, in its shape; then the connection ends."""
        for chunks in (b"x\r\n", b"-1\r\n", b"\r\n{}\r\n0\r\n\r\n", b"2\r\n{}0\r\n\r\n", b"2\n{}\n0\n\n", b"0x2\r\n{}\r\n0\r\n\r\n",
                       b"fffffffffffffffff\r\n{}", b"2;a=\x00\r\n{}\r\n0\r\n\r\n", b"2;" + b"a" * 5000 + b"\r\n{}\r\n0\r\n\r\n",
                       b"2\r\n{}\r\n0\r\nX A: b\r\n\r\n", b"2\r\n{}\r\n0\r\n" + b"X-A: b\r\n" * 5000 + b"\r\n"):
            with self.subTest(chunks[:40]):
                said = talk(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + OK)
                self.assertEqual(statuses(said), [400], said[:300])
                self.assertIn(b'{"error":{"code":400', said)
                self.assertIn(b"Connection: close", said)

    def test_too_long_a_line_or_header(self):
        self.refused(b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n", 414)
        self.refused(b"GET /" + b"a" * 200_000, 414)
        self.refused(GET + b"X-A: " + b"b" * 100_000 + b"\r\n\r\n", 431)
        self.refused(GET + b"X-A: b\r\n" * 200 + b"\r\n", 431)
        self.refused(GET + b"X-A: b\r\n" * 100_000, 431)

    def test_a_body_over_the_limit_is_refused_before_it_is_sent(self):
        said = talk(POST + b"Content-Length: 1000000000000\r\nExpect: 100-continue\r\n\r\n")
        self.assertEqual(statuses(said), [413])
        self.assertIn(b'{"error":{"code":413', said)
        self.assertIn(b"Connection: close", said)

    def test_a_body_over_the_limit_is_refused_while_it_comes(self):
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        with connect() as connection:
            connection.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n")
            for _ in range(1000):
                connection.sendall(chunk)
                if select.select([connection], [], [], 0)[0]:
                    break
            self.assertEqual(statuses(connection.recv(65536)), [413])

    def test_a_client_that_sends_all_before_it_reads_hears_why(self):
        said = talk(POST + b"Content-Length: 2000000\r\n\r\n" + b"x" * 2_000_000)
        self.assertEqual(statuses(said), [413])

    def test_garbage_behind_a_good_request(self):
        said = talk(OK + OK + b"\x00\x01\x02 garbage\r\n\r\n" + OK)
        self.assertEqual(statuses(said), [200, 200, 400])

    def test_half_closed_sockets(self):
        self.assertEqual(statuses(talk(OK, half_close=True)), [200])
        self.assertEqual(statuses(talk(b"", half_close=True)), [])
        self.assertEqual(statuses(talk(b"GET /hea", half_close=True)), [])
        said = talk(POST + b"Content-Length: 100\r\n\r\n{", half_close=True)
        self.assertEqual(statuses(said), [400])
        self.assertIn(b'{"error":{"code":400', said)

    def test_a_slow_header_is_given_up(self):
        self.given_up(GET, b"X-A: b\r\n", 408)

    def test_a_slow_body_is_given_up(self):
        self.given_up(POST + b"Content-Length: 100000\r\n\r\n", b" ", 408)
        self.given_up(POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", 408)

    def test_a_body_that_stalls_is_given_up(self):
        self.given_up(POST + b"Content-Length: 100\r\n\r\n", b"", 408)

    def given_up(self, start, drop, status):
        """A client that sends one drop each 0.2 s holds its connection for little more than the limit."""
        began = time.monotonic()
        with connect() as connection:
            connection.sendall(start)
            connection.settimeout(0.2)
            said = b""
            while time.monotonic() - began < 10:
                try:
                    said = connection.recv(65536)
                    break
                except socket.timeout:
                    connection.sendall(drop)
            took = time.monotonic() - began
        self.assertEqual(statuses(said), [status], said)
        self.assertLess(took, 6)

    def test_an_idle_connection_is_closed_in_silence(self):
        began = time.monotonic()
        self.assertEqual(talk(b""), b"")
        self.assertTrue(4 < time.monotonic() - began < 12)

    def test_connections_over_the_limit_are_told_so(self):
        """And those that are open go on being served, and when they end there is room again."""
        first = connect()
        first.sendall(OK)
        self.assertEqual(statuses(first.recv(65536)), [200])
        crowd = [connect() for _ in range(CROWD)]
        try:
            time.sleep(0.5)
            waiting = select.poll()
            for one in crowd:
                waiting.register(one, select.POLLIN)
            answered = {descriptor for descriptor, _ in waiting.poll(0)}
            told = [read_all(one) for one in crowd if one.fileno() in answered]
            self.assertEqual(len(told), CROWD - MAX_CONNECTIONS + 1)
            for said in told:
                self.assertEqual(statuses(said), [503])
                self.assertIn(b"Retry-After: 1", said)
            first.sendall(OK)
            self.assertEqual(statuses(first.recv(65536)), [200])
        finally:
            for one in (first, *crowd):
                one.close()
        for _ in range(100):
            if statuses(talk(OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))) == [200]:
                return
            time.sleep(0.05)
        self.fail("no connection is taken any more")

    def test_a_client_that_does_not_read_holds_up_nobody(self):
        with connect() as deaf:
            deaf.sendall(b"GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n" * 2000)
            began = time.monotonic()
            self.assertEqual(session.Session().call("GET", "/healthz").status, 200)
            self.assertLess(time.monotonic() - began, 2)


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    unittest.main(verbosity=2)
