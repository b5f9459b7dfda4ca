"""Upload of 1 GiB with its two digests, download, and the memory of the cloud meanwhile."""
import hashlib
import os
import socket
import tempfile
import threading
import time

from cloud import Cloud, Figure, median, memory_mib

MIB = 1 << 20
SIZE = 1024 * MIB
ROUNDS = 3


class MemoryWatch:
    """The largest resident memory of a process while it is watched."""

    def __init__(self, pid):
        self.pid, self.most, self.done = pid, 0, threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def watch(self):
        while not self.done.wait(0.02):
            self.most = max(self.most, memory_mib(self.pid))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


def connect(api):
    host, port = api.host.split(":")
    connection = socket.create_connection((host, int(port)), timeout=120)
    return connection


def read_head(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65536)
        if not piece:
            raise SystemExit("the cloud closed the connection")
        head += piece
    head, _, rest = head.partition(b"\r\n\r\n")
    return int(head.split()[1]), rest


def upload(api, source):
    body = {"name": "large", "disk_format": "raw", "container_format": "bare"}
    image = api.post("/image/v2/images", body)["id"]
    began = time.monotonic()
    with connect(api) as connection:
        connection.sendall(f"PUT /image/v2/images/{image}/file HTTP/1.1\r\nHost: {api.host}\r\nX-Auth-Token: {api.token}\r\n"
                           f"Content-Type: application/octet-stream\r\nContent-Length: {SIZE}\r\n\r\n".encode())
        source.seek(0)
        connection.sendfile(source, 0, SIZE)
        status, _ = read_head(connection)
    if status != 204:
        raise SystemExit(f"the upload was answered {status}")
    return image, time.monotonic() - began


def download(api, image):
    buffer = bytearray(4 * MIB)
    began = time.monotonic()
    with connect(api) as connection:
        connection.sendall(f"GET /image/v2/images/{image}/file HTTP/1.1\r\nHost: {api.host}\r\n"
                           f"X-Auth-Token: {api.token}\r\n\r\n".encode())
        status, rest = read_head(connection)
        left = SIZE - len(rest)
        while left > 0:
            count = connection.recv_into(buffer)
            if count == 0:
                raise SystemExit("the download broke off")
            left -= count
    if status != 200:
        raise SystemExit(f"the download was answered {status}")
    return time.monotonic() - began


def make_source(file):
    """Fills the file with random bytes; their SHA-512 in hex."""
    piece = os.urandom(16 * MIB)
    digest = hashlib.sha512()
    for _ in range(SIZE // len(piece)):
        file.write(piece)
        digest.update(piece)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest()


def measure_round(cloud, source, sha512):
    """Seconds and CPU seconds of the upload, and of the download."""
    begun = cloud.cpu_seconds()
    image, up = upload(cloud.api, source)
    uploaded = cloud.cpu_seconds()
    if cloud.api.get(f"/image/v2/images/{image}")["os_hash_value"] != sha512:
        raise SystemExit("the digest of the upload is wrong")
    down = download(cloud.api, image)
    downloaded = cloud.cpu_seconds()
    cloud.api.ask("DELETE", f"/image/v2/images/{image}")
    return up, uploaded - begun, down, downloaded - uploaded


def measure(binary):
    with Cloud(binary) as cloud, tempfile.TemporaryFile() as source:
        sha512 = make_source(source)
        before = memory_mib(cloud.process.pid)
        with MemoryWatch(cloud.process.pid) as memory:
            # The first is not counted: memory that a virtual machine has never used costs its host's faults.
            rounds = [measure_round(cloud, source, sha512) for _ in range(1 + ROUNDS)][1:]
        up, cpu_up, down, cpu_down = (median(column) for column in zip(*rounds))
        return [
            Figure("image upload of 1 GiB, md5 and sha512 made while streaming", SIZE / MIB / up, "MiB/s", 400, 272,
                   more_is_better=True, cpu_us=cpu_up * 1e6),
            Figure("image download of 1 GiB", SIZE / MIB / down, "MiB/s", 2000, 1550, more_is_better=True,
                   cpu_us=cpu_down * 1e6),
            Figure("memory grown by them", memory.most - before, "MiB", 32)]
