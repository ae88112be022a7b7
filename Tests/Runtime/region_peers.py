#!/usr/bin/env python3
"""Counts the regions of fixed networks by several programs, each in its turn, in one run.

Usage: region_peers.py [network.npz …]        all of fixtures/models/random without names
       region_peers.py --run METHOD network.npz

Each count is a process of its own on one thread. Seconds are CPU seconds: for espalier of the
whole process, reading and proving intervals included; for the others without start and imports.
The ratio compares regions per second with those of the first row. A program that is not installed
is left out with a note; `pip install affinitree relucent` brings those that PyPI has.
"""

import importlib.util
import json
import os
import pathlib
import resource
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
NETWORKS = ROOT / "fixtures" / "models" / "random"
ESPALIER = pathlib.Path(os.environ.get("ESPALIER_BIN", ROOT / ".build" / "release")) / "espalier"

# Seconds after which a program is stopped, and the regions that a slow one is asked for.
SECONDS = 120
ENUMERATION_SECONDS = 10
SLOW_REGIONS = 300

METHODS = {
    "espalier": "espalier",
    "espalier, --engine cells": "espalier",
    "espalier, --engine enumeration": "espalier",
    "edge subdivision (NumPy)": "numpy",
    "affinitree": "affinitree",
    "relucent": "relucent",
}


def run_edges(path):
    import region_edges

    layers, lower, upper = region_edges.read(path)
    start = time.process_time()
    return region_edges.count_regions(layers, lower, upper)[0], time.process_time() - start


def run_affinitree(path):
    import affinitree
    import region_edges

    layers, lower, upper = region_edges.read(path)
    start = time.process_time()
    box = affinitree.Polytope.hyperrectangle(len(lower), list(zip(lower.tolist(), upper.tolist())))
    inside = affinitree.AffTree.from_poly(box, affinitree.AffFunc.identity(len(lower)), None)
    network = affinitree.Architecture(len(lower))
    for weights, bias in layers[:-1]:
        network.linear(affinitree.AffFunc.from_mats(weights, bias))
        network.relu()
    tree = affinitree.builder.from_layers(network, inside, None)
    return tree.num_terminals(), time.process_time() - start


def run_relucent(path):
    import numpy
    import region_edges
    import relucent
    from relucent.model.model import LinearLayer, ReLULayer, ReLUNetwork

    layers, lower, upper = region_edges.read(path)
    parts = []
    for weights, bias in layers[:-1]:
        parts += [LinearLayer(weights, bias), ReLULayer()]
    start = time.process_time()
    complex = relucent.Complex(ReLUNetwork(parts + [LinearLayer(*layers[-1])]))
    # Cells that meet the box; the start is a point that no hyperplane goes through.
    complex.bfs(
        numpy.full((1, len(lower)), 0.0123), cube_radius=1.0, cube_mode="intersect", nworkers=1,
        verify=False, verbose=0, max_polys=SLOW_REGIONS,
    )
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return len(complex), time.process_time() - start + children.ru_utime + children.ru_stime


def command(method, path):
    if METHODS[method] != "espalier":
        return [sys.executable, __file__, "--run", method, path]
    engine = method.partition("--engine ")[2]
    options = ["--no-proof", "--jobs", "1", "--json", "-q"]
    if engine:
        options += ["--engine", engine]
    if engine == "enumeration":
        options += ["--time-limit", str(ENUMERATION_SECONDS)]
    return [str(ESPALIER), "regions", path] + options


def measure(method, path):
    """Regions, whether these are all, CPU seconds and megabytes; None if nothing came back."""
    threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    process = subprocess.Popen(
        command(method, path), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, **threads}, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5)),
    )
    output = process.stdout.read()
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    try:
        answer = json.loads(output[output.index("{"):])
    except ValueError:
        return None
    seconds = answer.get("cpuSeconds", usage.ru_utime + usage.ru_stime)
    if METHODS[method] == "espalier":
        bracket = answer["regions"][0]["counts"][-1]
        regions, is_complete = int(bracket["lower"]), bracket["lower"] == bracket["upper"]
    else:
        regions, is_complete = answer["regions"], answer["isComplete"]
    return regions, is_complete, seconds, usage.ru_maxrss / 1024


def report(path):
    first = None
    for method, module in METHODS.items():
        if module != "espalier" and importlib.util.find_spec(module) is None:
            yield [path.stem, method, "not installed", "", "", "", ""]
            continue
        result = measure(method, str(path))
        if result is None:
            yield [path.stem, method, "none", f"> {SECONDS}", "", "", ""]
            continue
        regions, is_complete, seconds, megabytes = result
        rate = regions / seconds
        first = first or rate
        yield [
            path.stem, method, f"{regions:,}" if is_complete else f"≥ {regions:,}",
            f"{seconds:.2f}", f"{rate:,.0f}", f"{megabytes:.0f}", f"{first / rate:,.1f}",
        ]


def main():
    if sys.argv[1:2] == ["--run"]:
        runs = {"numpy": run_edges, "affinitree": run_affinitree, "relucent": run_relucent}
        regions, seconds = runs[METHODS[sys.argv[2]]](sys.argv[3])
        is_complete = METHODS[sys.argv[2]] != "relucent" or regions < SLOW_REGIONS
        print(json.dumps({"regions": regions, "isComplete": is_complete, "cpuSeconds": seconds}))
        return
    print("| network | program | regions | CPU s | regions per s | MB | times slower |")
    print("|---|---|---|---|---|---|---|")
    paths = [pathlib.Path(name) for name in sys.argv[1:]]
    for path in paths or sorted(NETWORKS.glob("*.npz"), key=lambda path: path.stat().st_size):
        for row in report(path):
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
