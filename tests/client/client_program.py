"""Runs Debian's /usr/bin/openstack, unmodified, many times over without waiting for Python each time.

The program's modules are imported once; each command is a fork that then runs the program itself
with its own arguments, environment and pipes, and ends by its own exit code.
"""
import io
import json
import os
import runpy
import sys
import tempfile

import novaclient.v2.client  # noqa: F401  what the commands would import one by one
import openstack.connection  # noqa: F401
import openstackclient.shell  # noqa: F401

PROGRAM = "/usr/bin/openstack"


class CommandFailed(Exception):
    pass


def expect(actual, wanted, what):
    if actual != wanted:
        raise CommandFailed(f"{what} should be {wanted!r}, not {actual!r}")


def expect_in(part, whole, what):
    if part not in whole:
        raise CommandFailed(f"{what} should have {part!r}: {whole!r}")


def expect_not_in(part, whole, what):
    if part in whole:
        raise CommandFailed(f"{what} should not have {part!r}: {whole!r}")


class Reply:
    def __init__(self, command, code, out, err):
        self.command, self.code, self.out, self.err = command, code, out, err

    def __str__(self):
        return f"$ openstack {self.command}\n{self.out}{self.err}(exit {self.code})"


def _become_program(arguments, environment, out, err):
    """In the child: never returns."""
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False))
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False))
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = [PROGRAM, *arguments]
        runpy.run_path(PROGRAM, run_name="__main__")
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def run(arguments, environment):
    """One command, to its end."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            _become_program(arguments, environment, out.fileno(), err.fileno())
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    return Reply(" ".join(arguments), code, *texts)


class Client:
    """The client as one of the clouds in a clouds.yaml sees it."""
    total = 0  # commands run by this process

    def __init__(self, config, cloud, path=None):
        self.environment = {"OS_CLIENT_CONFIG_FILE": config, "OS_CLOUD": cloud, "PYTHONWARNINGS": "ignore",
                            "HOME": os.path.dirname(config), "LC_ALL": "C.UTF-8", "TERM": "dumb",
                            "PATH": (path + ":" if path else "") + "/usr/sbin:/usr/bin:/sbin:/bin"}

    def attempt(self, *arguments):
        """Runs the command, however it ends."""
        Client.total += 1
        return run([str(argument) for argument in arguments], self.environment)

    def run(self, *arguments):
        """Runs the command, which must succeed; what it wrote."""
        reply = self.attempt(*arguments)
        if reply.code != 0:
            raise CommandFailed(f"should succeed:\n{reply}")
        return reply.out

    def refused(self, *arguments):
        """Runs the command, which must fail; what it said."""
        reply = self.attempt(*arguments)
        if reply.code == 0:
            raise CommandFailed(f"should fail:\n{reply}")
        return reply.err

    def json(self, *arguments):
        text = self.run(*arguments, "-f", "json")
        try:
            return json.loads(text)
        except ValueError as error:
            raise CommandFailed(f"should print JSON ({error}):\n$ openstack {arguments}\n{text}") from None

    def value(self, column, *arguments):
        """A single column of what the command shows; a list's as lines."""
        return self.run(*arguments, "-f", "value", "-c", column).strip()

    def names(self, *arguments, column="Name"):
        """The names in a list."""
        return [row[column] for row in self.json(*arguments)]
