#!/usr/bin/env python3
"""Decides the units of fixed networks by several methods, each in its turn, in one run.

Usage: stability_peers.py [--quick] [ROW …]        all rows without names; --quick: four, 10 s each
       stability_peers.py --adversarial           who is wrong on fixtures/models/adversarial
       stability_peers.py --run METHOD ROW OUTPUT SECONDS

Each method is a process of its own on one thread with the same limit on wall seconds. Seconds are
CPU seconds: for espalier of the whole process with its workers and its certificate, and what
espalier-check takes stands beside; for the others without start and imports. Others prove nothing
that could be checked: they claim, in floating point. The ratio is to the seconds of espalier;
`≥` stands where a method left more units undecided. Where two methods disagree on a unit, their
points are evaluated exactly, which says who is wrong. Prints a table, and writes
stability_peers.csv and .svg into docs/pictures. A method that is not installed is left out with a
note; `make bench-peers` brings those that can be had.
"""

import csv
import importlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import measured
import stability_charts
import stability_exact
import stability_rows
import stability_start

ROOT = stability_rows.ROOT
PROGRAMS = pathlib.Path(os.environ.get("ESPALIER_BIN", ROOT / ".build" / "release"))
TORCH = ROOT / ".build-python-torch" / "bin" / "python"
QUICK_SECONDS = 10

# What each method is run by: module, what it must be able to import (or the program), and Python.
METHODS = {
    "espalier": None,
    "α,β-CROWN (our PyTorch)": ("stability_crown", "torch", TORCH),
    "auto_LiRPA α-CROWN": ("stability_lirpa", "auto_LiRPA", TORCH),
    "HiGHS": ("stability_milp", "highspy", sys.executable),
    "SCIP": ("stability_milp", "pyscipopt", sys.executable),
    "CBC": ("stability_milp", "cbc", sys.executable),
    "Gurobi": ("stability_milp", "gurobipy", sys.executable),
    "NumPy samples and climbs": ("stability_start", "numpy", sys.executable),
}
COLUMNS = [
    "row", "method", "active", "inactive", "unstable", "undecided", "cpu seconds", "ratio",
    "check seconds", "wall seconds", "MB", "counters",
]


def run_method(method, name, output, seconds):
    module, needed, _ = METHODS[method]
    decide = importlib.import_module(module).decide
    if needed != "cbc":
        importlib.import_module(needed)
    state = stability_start.State(
        stability_rows.named(name).data, pathlib.Path(output), float(seconds))
    decide(state, method)
    state.save(is_last=True)


def is_installed(method):
    if method == "espalier":
        return True
    _, needed, python = METHODS[method]
    test = ["cbc", "-quit"] if needed == "cbc" else [python, "-c", f"import {needed}"]
    try:
        return subprocess.run(test, capture_output=True).returncode == 0
    except OSError:
        return False


def run_espalier(row, seconds, folder):
    """Cells of the table, verdicts and points; the certificate is checked before it counts."""
    certificate = pathlib.Path(folder, "cert.jsonl")
    taken = measured.measure(
        [PROGRAMS / "espalier", "stability", row.path, "--domain", row.box, "-o", certificate,
         "--jobs", "1", "--time-limit", seconds, "-q"], seconds)
    if taken["status"] not in (0, 2):
        return None
    start = os.times()
    check = subprocess.run(
        [PROGRAMS / "espalier-check", certificate, row.path, "--jobs", "1", "--json"],
        capture_output=True, text=True)
    end = os.times()
    if check.returncode:
        sys.exit(f"{row.name}: espalier-check rejects the certificate\n{check.stdout}")
    summary = json.loads(check.stdout)
    cells = cells_of(taken)
    cells["check seconds"] = (
        end.children_user + end.children_system - start.children_user - start.children_system)
    cells["counters"] = {name: summary[name] for name in ("steps", "leaves", "points")}
    return cells, *stability_exact.read_certificate(certificate)


def cells_of(taken, start=0):
    return {"cpu seconds": taken["cpu"] - start, "wall seconds": taken["wall"],
            "MB": taken["megabytes"]}


def run_peer(method, row, seconds, folder):
    output = pathlib.Path(folder, "answer.json")
    taken = measured.measure(
        [METHODS[method][2], __file__, "--run", method, row.name, output, seconds], seconds)
    if not output.exists():
        return None
    answer = json.loads(output.read_text())
    points = np.load(output.with_suffix(".npy"))
    cells = cells_of(taken, answer["startSeconds"])
    cells["counters"] = answer["counters"]

    def shown(layer, unit):
        places = [signs[unit] for signs in answer["signs"][layer]]
        return [points[place] if place >= 0 else None for place in places]

    return cells, answer["verdicts"], shown


def report(row, methods, seconds, show):
    """The cells of every method on a row, and what disagrees."""
    results, table = {}, []
    for method in methods:
        with tempfile.TemporaryDirectory() as folder:
            if method == "espalier":
                result = run_espalier(row, seconds, folder)
            else:
                result = run_peer(method, row, seconds, folder)
        cells = {"row": row.name, "method": method}
        table.append(cells)
        if result is None:
            cells["counters"] = "no answer in time"
            show(cells)
            continue
        cells.update(result[0])
        results[method] = result[1:]
        flat = [verdict for layer in result[1] for verdict in layer]
        for name in ("unstable", "undecided", "stably-active", "stably-inactive"):
            cells[name.replace("stably-", "")] = flat.count(name)
        cells["ratio"] = ratio(cells, table[0])
        show(cells)
    return table, list(stability_exact.disagreements(row, results))


def ratio(cells, ours):
    if "undecided" not in ours:
        return ""
    times = cells["cpu seconds"] / ours["cpu seconds"]
    more, fewer = (cells["undecided"] > ours["undecided"], cells["undecided"] < ours["undecided"])
    return f"{'≥ ' if more else '≤ ' if fewer else ''}{times:.2g}"


def text_of(cells, column):
    value = cells.get(column, "")
    if isinstance(value, dict):
        return ", ".join(f"{count:,} {name}" for name, count in value.items())
    if isinstance(value, float):
        return f"{value:.0f}" if column == "MB" else f"{value:.2f}"
    return str(value)


def print_row(cells):
    print("| " + " | ".join(text_of(cells, column) for column in COLUMNS) + " |", flush=True)


def write(table, is_quick):
    """The figures of a whole run; a quick one does not replace the pictures of the documents."""
    folder = stability_rows.CACHE if is_quick else stability_rows.PICTURES
    with open(folder / "stability_peers.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([text_of(cells, column) for column in COLUMNS] for cells in table)
    stability_charts.draw_peers(folder)


def compare_adversarial(methods):
    """Counts, for each method, wrong verdicts on networks made to mislead floating point."""
    counts = {method: [0, 0, 0] for method in methods}
    for row in stability_rows.adversarial():
        table, found = report(row, methods, row.seconds, lambda cells: None)
        for cells in table:
            counts[cells["method"]][0] += cells.get("undecided", 0)
        for sentence, wrong in found:
            print(f"{row.name}, {sentence}", flush=True)
            for method in wrong:
                counts[method][1] += 1
        for method in {method for _, wrong in found for method in wrong}:
            counts[method][2] += 1
    print("\n| method | undecided units | wrong verdicts | networks with one |\n|---|---|---|---|")
    for method, numbers in counts.items():
        print(f"| {method} | " + " | ".join(map(str, numbers)) + " |")


def main(arguments):
    if "--adversarial" in arguments:
        compare_adversarial([method for method in METHODS if is_installed(method)])
        return
    is_quick = "--quick" in arguments
    names = [name for name in arguments if name != "--quick"]
    rows = [row for row in stability_rows.ROWS
            if (row.name in names if names else row.is_quick or not is_quick)]
    methods = [method for method in METHODS if is_installed(method)]
    missing = [method for method in METHODS if method not in methods]
    for row in rows:
        stability_rows.prepare(row)
    if missing:
        print(f"Not installed, left out: {', '.join(missing)}.\n")
    print("| " + " | ".join(COLUMNS) + " |\n" + "|---" * len(COLUMNS) + "|")
    table, sentences = [], []
    for row in rows:
        seconds = QUICK_SECONDS if is_quick else row.seconds
        cells, wrong = report(row, methods, seconds, print_row)
        table += cells
        sentences += [f"{row.name}, {sentence}" for sentence, _ in wrong]
    write(table, is_quick or bool(names))
    print("\nDisagreements: " + ("none." if not sentences else "\n" + "\n".join(sentences)))


if __name__ == "__main__":
    if "--help" in sys.argv:
        print(__doc__)
    elif sys.argv[1:2] == ["--run"]:
        run_method(*sys.argv[2:])
    else:
        main(sys.argv[1:])
