#!/usr/bin/env python3
"""Runs a command and tells what it took; alone in a small process, whose memory does not count.

Usage: measured.py SECONDS command …

Prints JSON: exit status, CPU seconds with those of children, wall seconds, peak megabytes (the
largest of the process and its children, not their sum). What still runs some seconds after the
limit is killed.
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

# Programs end themselves at their limit; this many seconds later they are killed.
GRACE = 20


def measure(command, seconds):
    """The same from another program: a dictionary with status, cpu, wall and megabytes."""
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    whole = [sys.executable, pathlib.Path(__file__).resolve(), seconds, *command]
    output = subprocess.run(
        list(map(str, whole)), stdout=subprocess.PIPE, env={**os.environ, **threads}, check=True)
    return json.loads(output.stdout)


def run(seconds, command):
    start = time.monotonic()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    while True:
        found, status, usage = os.wait4(process.pid, os.WNOHANG)
        if found:
            break
        if time.monotonic() > start + seconds + GRACE:
            os.killpg(process.pid, signal.SIGKILL)
        time.sleep(0.005)
    process.returncode = os.waitstatus_to_exitcode(status)
    return {
        "status": process.returncode, "cpu": usage.ru_utime + usage.ru_stime,
        "wall": time.monotonic() - start, "megabytes": usage.ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(run(float(sys.argv[1]), sys.argv[2:])))
