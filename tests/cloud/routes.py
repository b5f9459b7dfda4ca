"""Every URL of the cloud, as `welkin routes` prints them."""
import os
import re
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Route:
    def __init__(self, line):
        self.method, self.path, self.service, self.who, self.rule, self.versions, action = line.split()
        self.action = "" if action == "-" else action

    @property
    def name(self):
        """What it is called in files: method, path and action."""
        return " ".join(filter(None, (self.method, self.path, self.action)))

    @property
    def pattern(self):
        """Matches paths that reach it; a path part from a variable is whatever is there."""
        parts = [".*" if part.endswith("*}") else r"[^/?]+" if part.startswith("{") else re.escape(part) for part in self.path.strip("/").split("/")]
        return re.compile("/" + "/".join(parts) + "/?")

    @property
    def is_twin(self):
        """Whether it is an old client's name for a route of compute's API 2.1."""
        return self.path.startswith("/compute/v2/")

    @property
    def literals(self):
        return sum(not part.startswith("{") for part in self.path.split("/"))

    def serves(self, version):
        """Whether it exists in a microversion such as (2, 93)."""
        first, _, last = self.versions.partition("-")
        parse = lambda text, otherwise: tuple(map(int, text.split("."))) if text else otherwise
        return parse(first, (0, 0)) <= version <= parse(last, (65535, 65535))


def all_routes():
    binary = os.environ.get("WELKIN_BINARY", ROOT + "/build/release/welkin")
    listed = subprocess.run([binary, "routes"], stdout=subprocess.PIPE, check=True, text=True)
    return [Route(line) for line in listed.stdout.splitlines()]
