#!/usr/bin/env python3
"""What `espalier stability` costs against width, depth, radius and number of inputs.

Usage: stability_growth.py [--quick] [width|depth|radius|inputs …]

One process and one worker (`--jobs 1`), with the certificate; at most 20 seconds a run, 10 with
--quick, which also leaves out the largest. The networks are trained on the 10,000 MNIST test images
of fixtures/mnist, all with the same l1, and kept in .build-bench. The domain is a box round the
first test image, cut to [0, 1], or all of [0, 1]. Images of fewer inputs are averages of equal
stretches of pixels, of more they repeat pixels. Every certificate is checked by espalier-check.
Prints a table; a run of everything writes stability_growth.csv and .svg into docs/pictures.
"""

import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from typing import NamedTuple

import numpy as np

import measured
import stability_charts
import stability_rows
import train_wide

PROGRAMS = pathlib.Path(
    os.environ.get("ESPALIER_BIN", stability_rows.ROOT / ".build" / "release"))
L1, EPOCHS, SEED = 2e-4, 24, 11
RADIUS, FULL = 0.02, "full"
SECONDS, QUICK_SECONDS = 20, 10
COLUMNS = [
    "dimension", "series", "value", "units", "undecided", "cpu seconds", "wall seconds", "MB",
    "steps", "leaves", "points", "check seconds",
]


class Case(NamedTuple):
    dimension: str
    series: str
    value: object
    widths: tuple
    radius: object = RADIUS
    inputs: int = 784


def cases():
    for radius, series in ((RADIUS, f"±{RADIUS}"), (FULL, "[0, 1]")):
        for width in (25, 50, 100, 200, 400, 800):
            yield Case("width", series, width, (width, width), radius)
    for width in (50, 100):
        for depth in (2, 3, 4, 5):
            yield Case("depth", f"width {width}", depth, (width,) * depth)
        for radius in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, FULL):
            yield Case("radius", f"width {width}", radius, (width, width), radius)
    for radius, series in ((RADIUS, f"±{RADIUS}"), (FULL, "[0, 1]")):
        for inputs in (10, 30, 100, 300, 784, 3072):
            yield Case("inputs", series, inputs, (100, 100), radius, inputs)


def resampled(images, count):
    """Each image as `count` numbers: averages of stretches of pixels, or pixels repeated."""
    size = images.shape[1]
    if count > size:
        return images[:, np.arange(count) * size // count]
    starts = np.arange(count) * size // count
    sums = np.add.reduceat(images.astype(float), starts, axis=1)
    return (sums / np.diff([*starts, size])).astype(np.float32)


def network(case):
    """The path of the trained network, from the cache if it is there."""
    name = "-".join(map(str, (case.inputs, *case.widths)))
    path = stability_rows.CACHE / f"growth_{name}.npz"
    if not path.exists():
        x, y = train_wide.examples(stability_rows.FIXTURES / "mnist")
        layers = train_wide.train(resampled(x, case.inputs), y, case.widths, L1, EPOCHS, SEED)
        train_wide.save(path, layers)
    return path


def box(case, folder):
    image = resampled(stability_rows.first_image()[None], case.inputs)[0].astype(float)
    lower, upper = np.zeros(case.inputs), np.ones(case.inputs)
    if case.radius != FULL:
        lower, upper = np.maximum(image - case.radius, 0), np.minimum(image + case.radius, 1)
    path = pathlib.Path(folder, "box.json")
    path.write_text(json.dumps({"lo": lower.tolist(), "hi": upper.tolist()}))
    return path


def run(case, seconds):
    """The cells of one run, its certificate checked."""
    path = network(case)
    with tempfile.TemporaryDirectory() as folder:
        certificate = pathlib.Path(folder, "cert.jsonl")
        taken = measured.measure(
            [PROGRAMS / "espalier", "stability", path, "--domain", box(case, folder), "-o",
             certificate, "--jobs", "1", "--time-limit", seconds, "-q"], seconds)
        answer = pathlib.Path(folder, "check.json")
        start = os.times()
        with open(answer, "w") as output:
            status = subprocess.run(
                [PROGRAMS / "espalier-check", certificate, path, "--jobs", "1", "--json"],
                stdout=output).returncode
        end = os.times()
        if taken["status"] not in (0, 2) or status:
            sys.exit(f"{case}: espalier ended with {taken['status']}, espalier-check with {status}")
        summary = json.loads(answer.read_text())
    cells = dict(zip(COLUMNS, (case.dimension, case.series, case.value, sum(case.widths))))
    cells["undecided"] = summary["verdicts"]["undecided"]
    cells["cpu seconds"], cells["wall seconds"] = (f"{taken[k]:.2f}" for k in ("cpu", "wall"))
    cells["MB"] = round(taken["megabytes"])
    cells.update({name: summary[name] for name in ("steps", "leaves", "points")})
    checked = end.children_user + end.children_system - start.children_user - start.children_system
    cells["check seconds"] = f"{checked:.2f}"
    return cells


def write(table, folder):
    """The figures so far, so that a run that is stopped leaves some."""
    with open(folder / "stability_growth.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    stability_charts.draw_growth(folder)


def main(arguments):
    if "--help" in arguments:
        print(__doc__)
        return
    is_quick = "--quick" in arguments
    wanted = [name for name in arguments if name != "--quick"]
    stability_rows.CACHE.mkdir(exist_ok=True)
    print("| " + " | ".join(COLUMNS) + " |\n" + "|---" * len(COLUMNS) + "|")
    table = []
    for case in cases():
        is_large = max(case.widths) > 200 or case.inputs > 784
        if wanted and case.dimension not in wanted or is_quick and is_large:
            continue
        table.append(run(case, QUICK_SECONDS if is_quick else SECONDS))
        print("| " + " | ".join(str(table[-1][c]) for c in COLUMNS) + " |", flush=True)
        write(table, stability_rows.CACHE if is_quick or wanted else stability_rows.PICTURES)


if __name__ == "__main__":
    main(sys.argv[1:])
