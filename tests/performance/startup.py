"""From the start on an empty data directory until every API answers, and idle memory then."""
import shutil
import signal
import tempfile
import time
import urllib.request

from cloud import Figure, median, with_cloud

VERSIONS = ["/identity/v3", "/image/versions", "/compute/v2.1/", "/network/v2.0/", "/readyz"]


def start_once(binary):
    data = tempfile.mkdtemp(prefix="welkin-measured-")
    began = time.monotonic()
    with open(data + "/log", "w") as log:
        process, url = with_cloud.start(data + "/cloud", with_cloud.FAKE, log, binary)
    for path in VERSIONS:
        with urllib.request.urlopen(url + path, timeout=10) as reply:
            reply.read()
    took = time.monotonic() - began
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=30)
    shutil.rmtree(data)
    return took


def measure(binary):
    return [Figure("start on an empty data directory to every API answering",
                   median([start_once(binary) for _ in range(5)]), "s", target=1)]
