#!/usr/bin/env python3
"""What removal takes away from networks, by each rule alone and by all, and what it changes.

Usage: removal_table.py [--csv table.csv] [--random N] [--seconds S] model.onnx …

Each network is decided on the box [0, 1] (at most S seconds, 60 without --seconds), then pruned. A row says what each rule alone and all together save, the proved and the largest
seen difference of an output, file sizes, the time of ONNX Runtime for one image and for 256 (the
same run, in turn, the median of many), and the accuracy on the MNIST test images. Every unit that was
removed as inactive is looked at on the MNIST images of fixtures/mnist (or of the folder
ESPALIER_MNIST, training images included) and on N random inputs, half of them corners of the box:
a value above 0 there would be a wrong verdict, and ends the program with status 1.
"""

import argparse
import csv
import gzip
import json
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import numpy
import onnxruntime

import compare

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("ESPALIER_BIN", ROOT / ".build" / "release"))
IMAGES = pathlib.Path(os.environ.get("ESPALIER_MNIST", ROOT / "fixtures" / "mnist"))
RULES = ["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8"]

# Values of float64 sums may be off by this much; a larger one is looked at as a wrong verdict.
ROUNDING = 1e-9


def run(*arguments):
    result = subprocess.run([PROGRAMS / "espalier", *arguments], capture_output=True, text=True)
    if result.returncode not in (0, 2):
        sys.exit(result.stderr)
    return result.stdout


def plan(certificate, model, rules):
    return json.loads(run("plan", certificate, model, "--json", "--rules", rules))


def read_images(name):
    with gzip.open(IMAGES / name, "rb") as file:
        data = file.read()
    count = struct.unpack(">I", data[4:8])[0]
    return numpy.frombuffer(data, dtype=numpy.uint8, offset=16).reshape(count, -1)


def latency(before, after, batch, repeats):
    """Median seconds of one call for both models, in turn."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    sessions = [
        onnxruntime.InferenceSession(p, options, providers=["CPUExecutionProvider"])
        for p in (before, after)
    ]
    entry = sessions[0].get_inputs()[0]
    rest = [d if isinstance(d, int) else 1 for d in entry.shape[1:]]
    if isinstance(entry.shape[0], int) and entry.shape[0] != batch:
        return None
    data = numpy.random.default_rng(1).random([batch] + rest).astype(numpy.float32)
    times = ([], [])
    for _ in range(repeats):
        for session, list_ in zip(sessions, times):
            start = time.perf_counter()
            session.run(None, {entry.name: data})
            list_.append(time.perf_counter() - start)
    return [statistics.median(list_) for list_ in times]


def pre_activations(model):
    """A function from inputs to what each Relu node reads, in float64."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(model).graph
    tensors = {t.name: numpy_helper.to_array(t).astype(numpy.float64) for t in graph.initializer}
    operations = {"Add": numpy.add, "Sub": numpy.subtract, "Mul": numpy.multiply,
                  "Div": numpy.divide, "MatMul": numpy.matmul}

    def values(inputs):
        known = dict(tensors)
        known[next(i.name for i in graph.input if i.name not in tensors)] = inputs
        found = []
        for node in graph.node:
            read = [known[name] for name in node.input if name in known]
            if node.op_type == "Gemm":
                transposed = any(a.name == "transB" and a.i for a in node.attribute)
                result = read[0] @ (read[1].T if transposed else read[1]) + read[2]
            elif node.op_type == "Relu":
                found.append(read[0])
                result = numpy.maximum(read[0], 0)
            elif node.op_type in ("Flatten", "Identity", "Reshape"):
                result = read[0]
            else:
                result = operations[node.op_type](*read[:2])
            known[node.output[0]] = result
        return found

    return values


def active_removed(model, removed, random_count):
    """How many inputs were tried, and the units among `removed` that one of them activates."""
    if not removed:
        return 0, []
    values = pre_activations(model)
    layers = json.loads(run("inspect", model, "--json"))["layers"]
    places = [k for k, layer in enumerate(layers) if layer["reluUnits"]]
    inputs_count = layers[0]["inputs"]
    wrong, tried = set(), 0

    def look(inputs):
        nonlocal tried
        tried += len(inputs)
        for k, z in zip(places, values(inputs)):
            units = [i for layer, i in removed if layer == k]
            if units:
                largest = z[:, units].max(axis=0)
                wrong.update((k, u) for u, top in zip(units, largest) if top > ROUNDING)

    for name in sorted(p.name for p in IMAGES.glob("*images*.gz")):
        images = read_images(name)
        for start in range(0, len(images), 10000):
            look(images[start : start + 10000] / numpy.float64(255))
    generator = numpy.random.default_rng(5)
    for start in range(0, random_count, 20000):
        count = min(20000, random_count - start)
        inputs = generator.random((count, inputs_count))
        inputs[::2] = inputs[::2] < generator.random((len(inputs[::2]), 1))
        look(inputs)
    return tried, sorted(wrong)


def row(model, seconds, random_count, folder):
    certificate, small = f"{folder}/cert.json", f"{folder}/small.onnx"
    run("stability", model, "--box", "0,1", "-o", certificate, "-q", "--time-limit", str(seconds))
    alone = {rule: plan(certificate, model, rule) for rule in RULES}
    report = json.loads(
        run("prune", model, "--certificate", certificate, "--output-certificate",
            f"{folder}/pruned.json", "-o", small, "--json"))
    whole = report["plan"]
    subprocess.run(
        [PROGRAMS / "espalier-check", f"{folder}/pruned.json", model, small], check=True,
        stdout=subprocess.DEVNULL)
    verdicts = json.loads(pathlib.Path(certificate).read_text())["verdicts"]
    images = compare.read_idx("t10k-images-idx3-ubyte.gz").reshape(-1, 784)
    images = images.astype(numpy.float32) / 255
    labels = compare.read_idx("t10k-labels-idx1-ubyte.gz")
    logits = [compare.logits(path, images) for path in (model, small)]
    removed = [
        (item["layer"], item["unit"]) for item in whole["rewrites"] if item["rule"] == "R1"]
    tried, wrong = active_removed(model, removed, random_count)
    before, after = whole["before"], whole["after"]
    single, many = latency(model, small, 1, 400), latency(model, small, 256, 60)
    cells = {
        "network": pathlib.Path(model).stem,
        "undecided": sum(v["stability"] == "undecided" for v in verdicts),
        "stable": sum(v["stability"].startswith("stably") for v in verdicts),
        "unstable": sum(v["stability"] == "unstable" for v in verdicts),
    }
    for measure in ("units", "parameters", "nonzeros"):
        cells[f"{measure} before"] = before[measure]
        cells[f"{measure} after"] = after[measure]
        for rule in RULES:
            cells[f"{measure} {rule} alone"] = (
                alone[rule]["before"][measure] - alone[rule]["after"][measure])
    cells["proved"] = max(float(x) for x in whole["difference"])
    runtimes = report["floatDifference"]
    cells["proved in runtimes"] = max(float(x) for x in runtimes) if runtimes else ""
    cells["seen"] = max(float(x) for x in report["seen"]["differences"])
    cells["seen in ONNX Runtime"] = float(numpy.abs(logits[0] - logits[1]).max())
    for name, path in (("bytes before", model), ("bytes after", small)):
        cells[name] = pathlib.Path(path).stat().st_size
    for name, pair in (("1 image", single), ("256 images", many)):
        for when, value in zip(("before", "after"), pair or ("", "")):
            cells[f"{name} {when}, us"] = round(value * 1e6, 1) if value else ""
    for when, values in zip(("before", "after"), logits):
        cells[f"accuracy {when}"] = float((values.argmax(1) == labels).mean())
    cells["class differs"] = int((logits[0].argmax(1) != logits[1].argmax(1)).sum())
    cells["inputs tried"] = tried
    cells["removed but active"] = len(wrong)
    return cells


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+")
    parser.add_argument("--csv")
    parser.add_argument("--random", type=int, default=20000)
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    rows = []
    print("| network | stable | unstable | units | parameters | R1 alone | R5 alone | removed |"
          " proved | seen | 1 image | 256 images | accuracy |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for model in arguments.models:
        with tempfile.TemporaryDirectory() as folder:
            cells = row(model, arguments.seconds, arguments.random, folder)
        rows.append(cells)
        total = cells["parameters before"]

        def share(count):
            return f"{100 * count / total:.1f} %"

        def ratio(name):
            after, before = cells[f"{name} after, us"], cells[f"{name} before, us"]
            return f"{after / before:.2f}" if before else ""

        undecided = f" (+{cells['undecided']}?)" if cells["undecided"] else ""
        print(
            f"| {cells['network']} | {cells['stable']} | {cells['unstable']}{undecided} |"
            f" {cells['units before']} → {cells['units after']} |"
            f" {total:,} → {cells['parameters after']:,} |"
            f" {share(cells['parameters R1 alone'])} | {share(cells['parameters R5 alone'])} |"
            f" {share(total - cells['parameters after'])} | {cells['proved']:.1e} |"
            f" {cells['seen']:.1e} | {ratio('1 image')} | {ratio('256 images')} |"
            f" {cells['accuracy before']:.4f} → {cells['accuracy after']:.4f} |", flush=True)
    if arguments.csv:
        with open(arguments.csv, "w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    wrong = sum(cells["removed but active"] for cells in rows)
    tried = sum(cells["inputs tried"] for cells in rows)
    print(f"\n{tried:,} inputs tried; {wrong} units removed as inactive that one of them activates.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
