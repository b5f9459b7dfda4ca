#!/usr/bin/python3
"""Measures what Welkin promises and prints it as a table, beside the target and OpenStack's figure.

  tests/performance/figures.py [--binary build/release/welkin] [--seconds N] [GROUP ...]

Groups: startup lists servers image_data guest build; without one: all. README.md says what each is.
"""
import argparse
import importlib
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cloud  # noqa: E402

GROUPS = ["startup", "lists", "servers", "image_data", "guest", "build"]


def foreign_cores(seconds=2):
    """How much of the machine is busy with something else."""
    def busy():
        with open("/proc/stat") as stat:
            fields = [int(field) for field in stat.readline().split()[1:9]]
        return sum(fields) - fields[3] - fields[4]
    before = busy()
    time.sleep(seconds)
    return (busy() - before) / os.sysconf("SC_CLK_TCK") / seconds


def number(value):
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def row(figure):
    sign = ">" if figure.more_is_better else "<"
    target = "–" if figure.target is None else f"{sign} {number(figure.target)} {figure.unit}"
    theirs = "–" if figure.openstack is None else f"{number(figure.openstack)} {figure.unit}"
    times = figure.times_better()
    met = figure.met()
    return (f"| {figure.what} | {theirs} | {target} | {number(figure.value)} {figure.unit} | "
            f"{'–' if times is None else number(times)} | {number(figure.cpu_us)} | "
            f"{'' if met is None else 'yes' if met else 'NO'} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=cloud.ROOT + "/build/release/welkin")
    parser.add_argument("--seconds", type=float, default=cloud.SECONDS, help="how long each load lasts")
    parser.add_argument("groups", nargs="*", metavar="GROUP", choices=[[], *GROUPS])
    arguments = parser.parse_args()
    cloud.SECONDS = arguments.seconds
    binary = os.path.abspath(arguments.binary)
    subprocess.run(["cmake", "--build", os.path.dirname(binary), "--target", "load"], check=True, stdout=subprocess.DEVNULL)
    busy = foreign_cores()
    if busy > 0.1:
        print(f"{busy:.1f} processors are busy with something else: compare CPU time only", file=sys.stderr)
    print("| what | OpenStack | target | Welkin | times better | CPU µs each | met |\n|---|---|---|---|---|---|---|", flush=True)
    missed = 0
    for group in arguments.groups or GROUPS:
        for figure in importlib.import_module(group).measure(binary):
            print(row(figure), flush=True)
            missed += figure.met() is False
    print(f"\n{missed} missed", file=sys.stderr)


if __name__ == "__main__":
    main()
