"""A build of the executable from nothing, without the compiler's cache."""
import os
import subprocess
import tempfile
import time

from cloud import ROOT, Figure


def measure(_binary):
    with tempfile.TemporaryDirectory(prefix="welkin-measured-") as directory:
        environment = dict(os.environ, CCACHE_DISABLE="1")
        quiet = {"check": True, "env": environment, "stdout": subprocess.DEVNULL}
        began = time.monotonic()
        subprocess.run(["cmake", "--preset", "release", "-B", directory], cwd=ROOT, **quiet)
        subprocess.run(["cmake", "--build", directory, "--target", "welkin"], cwd=ROOT, **quiet)
        return [Figure("clean build on 2 cores", (time.monotonic() - began) / 60, "min", 10)]
