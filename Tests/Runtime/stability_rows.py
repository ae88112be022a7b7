"""The networks and domains of stability_peers.py, and how every program gets the same numbers.

Each row is laid down once in a cache folder: NAME.npz with W0, b0, W1, …, lo and hi in float64 for
the competing methods, and NAME.json with the same box for `espalier stability --domain`. Networks
that are too large for the repository are trained at the first call, by train_wide.py.
"""

import json
import pathlib
import re
import subprocess
import sys
from typing import NamedTuple

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
CACHE = ROOT / ".build-bench"
PICTURES = ROOT / "docs" / "pictures"
TRAINED = "models/trained/mnist_{}_s11.onnx"
ADVERSARIAL_SECONDS = 3
ACAS = "models/thirdparty/ACASXU_run2a_{}_batch_2000.onnx"


class Row(NamedTuple):
    """A network in fixtures, or the widths and l1 of one to train, and a domain.

    The domain is None for [0, 1], a radius round MNIST test image 0 cut to [0, 1], or a VNN-LIB
    file.
    """

    name: str
    network: str
    domain: object = None
    seconds: float = 30
    is_quick: bool = False

    @property
    def path(self):
        if self.network.startswith("train "):
            return CACHE / ("mnist_" + self.network[6:].replace(" ", "_l1-") + ".npz")
        return FIXTURES / self.network

    @property
    def data(self):
        return CACHE / f"{self.name}.npz"

    @property
    def box(self):
        return CACHE / f"{self.name}.json"


ROWS = [
    Row("100-100_4e-4", "demo/mnist_100-100_l1-0.0004_s11.onnx", is_quick=True),
    Row("200-200_0", TRAINED.format("200-200_l1-0")),
    Row("100-100_2e-4_r0.02", TRAINED.format("100-100_l1-0.0002"), 0.02, is_quick=True),
    Row("100-100_2e-4_r0.05", TRAINED.format("100-100_l1-0.0002"), 0.05),
    Row("100-100_0_r0.01", TRAINED.format("100-100_l1-0"), 0.01, is_quick=True),
    Row("100-100-100_2e-4", TRAINED.format("100-100-100_l1-0.0002"), seconds=60),
    Row("100-100-100_1e-4", TRAINED.format("100-100-100_l1-0.0001"), seconds=60),
    Row("100-100-100_1e-4_r0.1", TRAINED.format("100-100-100_l1-0.0001"), 0.1),
    Row("100-100_0_r0.1", TRAINED.format("100-100_l1-0"), 0.1),
    Row("200-200_0_r0.05", TRAINED.format("200-200_l1-0"), 0.05),
    Row("acas_1_1_p1", ACAS.format("1_1"), "domains/prop_1.vnnlib", seconds=60),
    Row("acas_1_1_p3", ACAS.format("1_1"), "domains/prop_3.vnnlib", is_quick=True),
    Row("acas_2_5_p2", ACAS.format("2_5"), "domains/prop_2.vnnlib", seconds=60),
    Row("mnistfc_256_r0.02", "models/thirdparty/mnist-net_256x2.onnx", 0.02),
    Row("400-400_1e-4", "train 400-400 0.0001"),
    Row("800-800_1e-4", "train 800-800 0.0001"),
]


def named(name):
    """A row, or one of the small networks on which floating point goes wrong."""
    path = f"models/adversarial/{name}"
    own = Row(name, path + ".onnx", path + ".vnnlib", ADVERSARIAL_SECONDS)
    return next((row for row in ROWS if row.name == name), own)


def adversarial():
    """Those of the small networks that are read here; the others have a form of their own."""
    for path in sorted((FIXTURES / "models" / "adversarial").glob("*.onnx")):
        try:
            prepare(named(path.stem))
        except (ValueError, KeyError, IndexError):
            continue
        yield named(path.stem)


def read_onnx(path):
    """Weights and biases of each affine map of a chain of Gemm, MatMul, Add, Sub and Relu."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(path).graph
    constants = {t.name: numpy_helper.to_array(t).astype(float) for t in graph.initializer}
    layers = []
    for node in graph.node:
        given = next((constants[name] for name in node.input if name in constants), None)
        if node.op_type == "Gemm":
            transposed = any(a.name == "transB" and a.i for a in node.attribute)
            layers.append([given if transposed else given.T, constants[node.input[2]]])
        elif node.op_type == "MatMul":
            layers.append([given.T, np.zeros(given.shape[1])])
        elif node.op_type == "Add":
            layers[-1][1] = layers[-1][1] + given.reshape(-1)
        elif node.op_type == "Sub" and given.any() or node.op_type not in KEPT:
            raise ValueError(f"{path}: {node.op_type} is not read")
    return layers


# Nodes that change no number, once Sub is known to subtract zeros.
KEPT = ("Relu", "Flatten", "Sub", "Reshape", "Identity")


def read_network(path):
    if path.suffix == ".onnx":
        return read_onnx(path)
    with np.load(path) as archive:
        count = sum(name.startswith("W") for name in archive.files)
        return [[archive[f"{part}{k}"].astype(float) for part in "Wb"] for k in range(count)]


def read_vnnlib(path, count):
    """The bounds on X_i of a VNN-LIB file, each as the nearest float64."""
    lower, upper = np.full(count, -np.inf), np.full(count, np.inf)
    pattern = r"\(assert \((<=|>=) X_(\d+) ([-+.\deE]+)\)\)"
    for relation, index, value in re.findall(pattern, path.read_text()):
        ends, best = (upper, min) if relation == "<=" else (lower, max)
        ends[int(index)] = best(ends[int(index)], float(value))
    return lower, upper


def first_image():
    import train_wide

    return train_wide.images(FIXTURES / "mnist", "t10k-images-idx3-ubyte.gz")[0].astype(float)


def box_of(row, count):
    if row.domain is None:
        return np.zeros(count), np.ones(count)
    if isinstance(row.domain, str):
        return read_vnnlib(FIXTURES / row.domain, count)
    image = first_image()
    return np.maximum(image - row.domain, 0), np.minimum(image + row.domain, 1)


def train(widths, l1, path):
    command = [sys.executable, str(ROOT / "Tests" / "Runtime" / "train_wide.py")]
    command += [str(FIXTURES / "mnist"), str(path), "--widths", widths, "--l1", l1]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def prepare(row):
    """Trains the network if need be, and writes the files that the programs read."""
    CACHE.mkdir(exist_ok=True)
    if not row.path.exists():
        widths, l1 = row.network.split(" ")[1:]
        train(widths.replace("-", ","), l1, row.path)
    layers = read_network(row.path)
    lower, upper = box_of(row, layers[0][0].shape[1])
    parts = {f"{n}{k}": part for k, layer in enumerate(layers) for n, part in zip("Wb", layer)}
    np.savez(row.data, lo=lower, hi=upper, **parts)
    row.box.write_text(json.dumps({"lo": lower.tolist(), "hi": upper.tolist()}))
