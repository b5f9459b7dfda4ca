#!/usr/bin/python3
"""Every command of the unmodified openstack client that a first server needs, and what it shows.

Run it under tests/with_cloud.py, without --real. The chapters below run two at a time, each against
things of its own; a chapter ends at its first failure, which is shown with the command and all it
wrote.

  commands.py [CHAPTER ...]    only these
"""
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
import traceback

import commands_compute
import commands_identity
import commands_image
import commands_network
import commands_operator
import commands_server
from client_program import Client, CommandFailed

CHAPTERS = [chapter for module in (commands_server, commands_network, commands_operator, commands_compute,
                                   commands_identity, commands_image) for chapter in module.CHAPTERS]


class Cloud:
    """What the chapters share: an admin and an ordinary member, an image, a flavor and a network."""

    def __init__(self, directory):
        self.directory = directory
        self.config = directory + "/clouds.yaml"
        self.admin = Client(self.config, "welkin")
        self.member = Client(self.config, "member", path=directory + "/bin")

    def file(self, name, content, mode=0o600):
        path = os.path.join(self.directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(content)
        os.chmod(path, mode)
        return path

    def prepare(self):
        shutil.copy(os.environ["WELKIN_DATA"] + "/clouds.yaml", self.config)
        self.admin.run("project", "create", "members", "--description", "for ordinary people")
        self.admin.run("user", "create", "member", "--password", "not a secret", "--project", "members")
        self.admin.run("role", "add", "member", "--user", "member", "--project", "members")
        with open(self.config, "a") as out:
            out.write("  member:\n    auth:\n"
                      f"      auth_url: {os.environ['WELKIN_URL']}/identity/v3\n"
                      "      username: member\n      password: not a secret\n      project_name: members\n"
                      "      user_domain_name: Default\n      project_domain_name: Default\n"
                      "    region_name: RegionOne\n    identity_api_version: 3\n")
        # What `server ssh` runs: it says how it was called.
        self.file("bin/ssh", b'#!/bin/sh\necho "ssh $@"\n', 0o755)
        image = self.file("common.raw", os.urandom(70000))
        self.admin.run("image", "create", "common", "--public", "--disk-format", "raw", "--container-format",
                       "bare", "--file", image)
        self.admin.run("flavor", "create", "small", "--ram", "64", "--vcpus", "1", "--disk", "1")
        self.member.run("network", "create", "common")
        self.member.run("subnet", "create", "common4", "--network", "common", "--subnet-range", "10.9.0.0/16")


def run_chapter(task):
    """(name, seconds, commands, what went wrong or None)"""
    chapter, directory = task
    began, before = time.monotonic(), Client.total
    wrong = None
    try:
        chapter(Cloud(directory))
    except CommandFailed as failure:
        frame = traceback.extract_tb(failure.__traceback__)[1]
        wrong = f"{os.path.basename(frame.filename)}:{frame.lineno}: {frame.line}\n{failure}"
    except Exception:  # pylint: disable=broad-except
        wrong = traceback.format_exc()
    return chapter.__name__, time.monotonic() - began, Client.total - before, wrong


def main():
    wanted = [c for c in CHAPTERS if not sys.argv[1:] or c.__name__ in sys.argv[1:]]
    directory = tempfile.mkdtemp(prefix="welkin-client-")
    began = time.monotonic()
    failures = 0
    try:
        Cloud(directory).prepare()
        total = Client.total
        with multiprocessing.Pool(2) as pool:
            for name, seconds, commands, wrong in pool.imap_unordered(
                    run_chapter, [(chapter, directory) for chapter in wanted]):
                total += commands
                failures += wrong is not None
                print(f"{'FAILED' if wrong else 'ok':6} {name:24} {commands:3} commands {seconds:6.1f} s", flush=True)
                if wrong:
                    print(wrong, flush=True)
    finally:
        shutil.rmtree(directory)
    print(f"{total} commands in {time.monotonic() - began:.0f} s, {failures} chapters failed")
    sys.exit(failures != 0)


if __name__ == "__main__":
    main()
