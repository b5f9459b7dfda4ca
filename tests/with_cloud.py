#!/usr/bin/python3
"""Runs a command against a cloud of its own, and ends the cloud after it.

  tests/with_cloud.py [--real] [--set section.key=value ...] -- COMMAND ...

The cloud listens on a free port of loopback and keeps everything in a new temporary directory. The
command finds WELKIN_URL, WELKIN_ADMIN_PASSWORD, WELKIN_DATA, WELKIN_BINARY and the
usual OS_* variables.
Without --real the hypervisor and the network are the fake ones. With --real it all happens in a new
network and mount namespace, so that bridges and tables of the host are left alone; that needs root.
"""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FAKE = ["compute.driver=fake", "network.driver=fake"]


def enter_namespaces(program):
    """Starts this program again in a network and a mount namespace of its own, unless it is in them already."""
    if "WELKIN_NAMESPACE" in os.environ:
        return
    os.environ["WELKIN_NAMESPACE"] = "1"
    script = ("mount --make-rprivate / && mkdir -p /run/netns && mount -t tmpfs netns /run/netns && "
              'ip link set lo up && exec "$@"')
    os.execvp("unshare", ["unshare", "--net", "--mount", "sh", "-c", script, "sh",
                          sys.executable, os.path.abspath(program)] + sys.argv[1:])


def start(data, settings, log, binary, listen="127.0.0.1:0"):
    command = [binary, "up", "--data-dir", data, "--listen", listen]
    for setting in settings:
        command += ["--set", setting]
    cloud = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    line = cloud.stdout.readline()
    if not line.startswith("ready "):
        cloud.wait()
        raise SystemExit(f"welkin did not start (exit {cloud.returncode})")
    return cloud, line.split()[1]


def environment(data, url, pid, binary):
    env = dict(os.environ, WELKIN_URL=url, WELKIN_DATA=data, WELKIN_PID=str(pid), PYTHONWARNINGS="ignore")
    env["WELKIN_BINARY"] = os.path.abspath(binary)
    with open(data + "/admin-openrc.sh") as openrc:
        for line in openrc:
            name, _, value = line.strip().removeprefix("export ").partition("=")
            env[name] = value
    env["WELKIN_ADMIN_PASSWORD"] = env["OS_PASSWORD"]
    env["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
    return env


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--set", action="append", default=[], dest="settings")
    parser.add_argument("--binary", default=os.environ.get("WELKIN_BINARY", ROOT + "/build/release/welkin"))
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    if arguments.real:
        enter_namespaces(__file__)
    data = tempfile.mkdtemp(prefix="welkin-test-")
    log_path = data + ".log"
    with open(log_path, "w") as log:
        cloud, url = start(data, ([] if arguments.real else FAKE) + arguments.settings, log, arguments.binary)
        try:
            env = environment(data, url, cloud.pid, arguments.binary)
            code = subprocess.run(arguments.command, env=env, check=False).returncode
            if cloud.poll() is not None:
                print(f"welkin ended by itself with {cloud.returncode}", file=sys.stderr)
                code = code or 1
        finally:
            began = time.time()
            cloud.send_signal(signal.SIGTERM)
            try:
                cloud.wait(timeout=15)
            except subprocess.TimeoutExpired:
                cloud.kill()
                print("welkin did not stop within 15 s of SIGTERM", file=sys.stderr)
                code = code or 1
        if cloud.returncode not in (0, -signal.SIGKILL):
            print(f"welkin stopped with {cloud.returncode} after {time.time() - began:.1f} s", file=sys.stderr)
            code = code or 1
    if code != 0:
        with open(log_path) as log:
            sys.stderr.writelines(["--- end of the log of welkin\n"] + log.readlines()[-40:])
    if arguments.real:
        subprocess.run([arguments.binary, "purge", "--data-dir", data], check=False)
    shutil.rmtree(data, ignore_errors=True)
    os.unlink(log_path)
    sys.exit(code)


if __name__ == "__main__":
    main()
