#!/usr/bin/python3
"""Looks at a server's display the way a browser does: page, websocket, RFB (RFC 6455, RFC 6143).

  vnc_console.py SERVER         a running server, known to the openstack client
  vnc_console.py --make         makes one first, as an administrator
  ... --ttl SECONDS             also waits until a URL that nobody opened has expired

Run it under tests/with_cloud.py, or from real_server.sh for a display of QEMU.
"""
import argparse
import base64
import hashlib
import http.client
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse

TIMEOUT = 60


def check(condition, sentence):
    if not condition:
        sys.exit("vnc_console: " + sentence)


def openstack(*arguments):
    return subprocess.run(["openstack", *arguments], check=True, capture_output=True, text=True).stdout.strip()


def make_server():
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"no system")
        file.flush()
        openstack("image", "create", "--disk-format", "raw", "--file", file.name, "display")
    openstack("flavor", "create", "--ram", "64", "--disk", "1", "display")
    # The client knows "none" only together with a version that does.
    openstack("--os-compute-api-version", "2.37", "server", "create", "--image", "display", "--flavor", "display",
              "--nic", "none", "--wait", "display")
    return "display"


class Console:
    """One console URL, as the client prints it."""

    def __init__(self, server):
        self.url = urllib.parse.urlsplit(
            openstack("console", "url", "show", "--novnc", "-f", "value", "-c", "url", server))
        # noVNC opens ws://HOST/PATH with the `path` of its own query.
        self.path = "/" + urllib.parse.parse_qs(self.url.query)["path"][0]

    def get(self, path):
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=TIMEOUT)
        connection.request("GET", path)
        reply = connection.getresponse()
        body = reply.read().decode(errors="replace")
        connection.close()
        return reply.status, reply.headers.get_content_type(), body

    def open(self, path=None, origin=None):
        return WebSocket(self.url.hostname, self.url.port, path or self.path, origin)


class WebSocket:
    def __init__(self, host, port, path, origin):
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: binary"]
        if origin:
            lines.append(f"Origin: {origin}")
        self.socket = socket.create_connection((host, port), timeout=TIMEOUT)
        self.socket.sendall("\r\n".join(lines + ["", ""]).encode())
        self.buffer = b""
        self.head = ""
        while b"\r\n\r\n" not in self.buffer:
            self.receive()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.head = head.decode()
        self.status = int(self.head.split()[1])
        if self.status == 101:
            accept = base64.b64encode(
                hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
            check(f"sec-websocket-accept: {accept}".lower() in self.head.lower(), "the key was not accepted")

    def receive(self):
        more = self.socket.recv(65536)
        check(more, f"the connection ended early, after '{self.head or self.buffer}'")
        self.buffer += more

    def take(self, count):
        while len(self.buffer) < count:
            self.receive()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def read_frame(self):
        opcode, length = self.take(2)
        if length == 126:
            length, = struct.unpack(">H", self.take(2))
        elif length == 127:
            length, = struct.unpack(">Q", self.take(8))
        check(opcode == 0x82, f"a frame of kind {opcode:#x} came where a binary one should")
        return self.take(length)

    def write_frame(self, payload):
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.socket.sendall(bytes((0x82, 0x80 | len(payload))) + mask + masked)

    def close(self):
        self.socket.close()


def look_at_display(websocket):
    """The RFB handshake up to the size and name of the display."""
    greeting = websocket.read_frame()
    check(re.fullmatch(rb"RFB 003\.00[38]\n", greeting), f"the display greets with {greeting!r}")
    websocket.write_frame(greeting)
    types = websocket.read_frame()
    check(1 in types[1:], f"the display offers the security types {list(types[1:])}")
    websocket.write_frame(b"\x01")
    check(websocket.read_frame() == b"\0\0\0\0", "the display refuses us")
    websocket.write_frame(b"\x01")
    first = websocket.read_frame()
    while len(first) < 24:
        first += websocket.read_frame()
    width, height = struct.unpack(">HH", first[:4])
    check(width > 0 and height > 0, f"the display has {width} x {height} points")
    return width, height


def check_page(console):
    status, kind, page = console.get(f"{console.url.path}?{console.url.query}")
    check((status, kind) == (200, "text/html") and "noVNC" in page, f"the page is {status} {kind}")
    folder = console.url.path.rsplit("/", 1)[0]
    scripts = re.findall(r"""from ['"]\./([^'"]+\.js)['"]""", page)
    check(scripts, "the page loads no script")
    for script in scripts:
        check(console.get(f"{folder}/{script}")[:2] == (200, "text/javascript"), f"there is no {script}")
    for wrong in ("nothing.html", "../passwd", "..%2Fpasswd", "%2Fetc%2Fpasswd"):
        check(console.get(f"{folder}/{wrong}")[0] == 404, f"'{wrong}' is a page")


def check_tokens(console, server):
    websocket = console.open()
    check(websocket.status == 101, f"the websocket answers {websocket.head}")
    size = look_at_display(websocket)
    check(console.open().status == 403, "a token opens the display twice")
    websocket.close()
    check(console.open().status == 403, "a used token opens the display again")
    unknown = console.path[:-8] + "00000000"
    check(console.open(unknown).status == 403, "an unknown token opens the display")
    check(console.open(console.path.split("?")[0]).status == 403, "no token opens the display")

    another = Console(server)
    check(another.get(another.path)[0] == 400, "a plain request is answered as if it were a websocket")
    check(another.open(origin="http://evil.example").status == 403, "a foreign page opens the display")
    websocket = another.open(origin=f"http://{another.url.netloc}")
    check(websocket.status == 101, "refused requests have used up the token")
    look_at_display(websocket)
    websocket.close()
    return size


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server", nargs="?")
    parser.add_argument("--make", action="store_true")
    parser.add_argument("--ttl", type=float)
    arguments = parser.parse_args()
    server = make_server() if arguments.make else arguments.server
    check(server, "name a server or say --make")

    console = Console(server)
    size = check_tokens(console, server)
    check_page(console)
    if arguments.ttl is not None:
        late = Console(server)
        time.sleep(arguments.ttl + 1)
        check(late.open().status == 403, "an expired token opens the display")
    print(f"vnc_console: passed, the display has {size[0]} x {size[1]} points")


if __name__ == "__main__":
    main()
