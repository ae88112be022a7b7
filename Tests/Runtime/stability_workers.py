#!/usr/bin/env python3
"""How much faster `espalier stability` is with two workers than with one.

Usage: stability_workers.py [row …]

Seconds by the clock with the certificate, the least of three runs in turn, and the CPU seconds of
those runs. Ends with status 1 if the number of workers changes a byte of a certificate.
"""

import filecmp
import os
import pathlib
import sys
import tempfile

import measured
import stability_rows
from stability_rows import ACAS, TRAINED, Row

PROGRAMS = pathlib.Path(
    os.environ.get("ESPALIER_BIN", stability_rows.ROOT / ".build" / "release"))
SECONDS, RUNS, JOBS = 60, 3, (1, 2)
ROWS = [
    Row("acas_2_5_p2", ACAS.format("2_5"), "domains/prop_2.vnnlib"),
    Row("100-100_0_r0.1", TRAINED.format("100-100_l1-0"), 0.1),
    Row("100-100_0_r0.12", TRAINED.format("100-100_l1-0"), 0.12),
    Row("100-100-100_1e-4_r0.1", TRAINED.format("100-100-100_l1-0.0001"), 0.1),
    Row("100-100-100_1e-4_r0.12", TRAINED.format("100-100-100_l1-0.0001"), 0.12),
    Row("200-200_0_r0.03", TRAINED.format("200-200_l1-0"), 0.03),
]


def run(row, jobs, certificate):
    taken = measured.measure(
        [PROGRAMS / "espalier", "stability", row.path, "--domain", row.box, "-o", certificate,
         "--jobs", jobs, "-q"], SECONDS)
    if taken["status"] not in (0, 2):
        sys.exit(f"{row.name}: espalier ended with status {taken['status']}")
    return taken


def report(row, folder):
    """Prints a line of the table; false if certificates differ."""
    stability_rows.prepare(row)
    certificates = {jobs: pathlib.Path(folder, f"{jobs}.jsonl") for jobs in JOBS}
    runs = {jobs: [] for jobs in JOBS}
    is_same = True
    for _ in range(RUNS):
        for jobs in JOBS:
            runs[jobs].append(run(row, jobs, certificates[jobs]))
        is_same &= filecmp.cmp(*certificates.values(), shallow=False)
    one, two = (min(runs[jobs], key=lambda taken: taken["wall"]) for jobs in JOBS)
    cells = [
        row.name, f"{one['wall']:.2f}, {two['wall']:.2f}", f"{one['wall'] / two['wall']:.2f}",
        f"{one['cpu']:.2f}, {two['cpu']:.2f}", "same" if is_same else "DIFFERENT"]
    print("| " + " | ".join(cells) + " |", flush=True)
    return is_same


def main(names):
    unknown = set(names) - {row.name for row in ROWS}
    if unknown:
        sys.exit(f"no such row: {', '.join(sorted(unknown))}; there are "
                 + ", ".join(row.name for row in ROWS))
    print("| row | seconds with 1, 2 | times | CPU seconds | certificates |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        rows = [row for row in ROWS if not names or row.name in names]
        if not all([report(row, folder) for row in rows]):
            sys.exit("the number of workers changed a certificate")


if __name__ == "__main__":
    main(sys.argv[1:])
