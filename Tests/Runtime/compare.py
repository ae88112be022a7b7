#!/usr/bin/env python3
"""Compares two MNIST classifiers in ONNX Runtime on the 10,000 test images.

Usage: compare.py original.onnx small.onnx [--json]

Prints on how many images all logits are bit-identical, the largest difference of any logit, the
accuracy of both, and on how many images the predicted class differs. The images are read from
fixtures/mnist.
"""

import gzip
import json
import pathlib
import struct
import sys

import numpy
import onnxruntime

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "mnist"


def read_idx(name):
    with gzip.open(FIXTURES / name, "rb") as file:
        data = file.read()
    rank = data[3]
    shape = struct.unpack(f">{rank}I", data[4 : 4 + 4 * rank])
    return numpy.frombuffer(data, dtype=numpy.uint8, offset=4 + 4 * rank).reshape(shape)


def logits(path, images):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    entry = session.get_inputs()[0]
    batch = len(images) if not isinstance(entry.shape[0], int) else entry.shape[0]
    rest = [d if isinstance(d, int) else 1 for d in entry.shape[1:]]
    numbers = numpy.float64 if entry.type == "tensor(double)" else numpy.float32
    images = images.astype(numbers)
    parts = []
    for start in range(0, len(images), batch):
        part = images[start : start + batch].reshape([batch] + rest)
        parts.append(session.run(None, {entry.name: part})[0])
    return numpy.concatenate(parts).reshape(len(images), -1)


def main():
    paths = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    images = read_idx("t10k-images-idx3-ubyte.gz").reshape(-1, 784).astype(numpy.float32) / 255
    labels = read_idx("t10k-labels-idx1-ubyte.gz")
    first, second = (logits(path, images) for path in paths)
    # The bytes, so that -0 and 0 differ, and equal NaN do not.
    identical = sum(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in zip(first, second))
    result = {
        "images": len(images),
        "largestDifference": float(numpy.abs(first - second).max()),
        "identicalLogits": identical == len(images),
        "identicalImages": identical,
        "classDiffers": int((first.argmax(1) != second.argmax(1)).sum()),
        "accuracy": [float((values.argmax(1) == labels).mean()) for values in (first, second)],
        "onnxRuntime": onnxruntime.__version__,
    }
    if "--json" in sys.argv:
        print(json.dumps(result))
        return
    print(f"ONNX Runtime {result['onnxRuntime']}, {result['images']} test images:")
    print(f"  all logits bit-identical on    {result['identicalImages']} of {result['images']} images")
    print(f"  largest difference of a logit  {result['largestDifference']:.3g}")
    print(f"  predicted class differs on     {result['classDiffers']} images")
    print(f"  accuracy before and after      {result['accuracy'][0]:.4f}  {result['accuracy'][1]:.4f}")


if __name__ == "__main__":
    main()
