#!/usr/bin/env python3
"""Compares a model with its shallow network in ONNX Runtime at random points of a box.

Usage: shallow.py original.onnx shallow.onnx low high [tolerance]

Prints JSON: the number of points, at how many the outputs agree up to the tolerance (1e-3 without
it; the runtime rounds), and the largest difference.
"""

import json
import sys

import numpy
import onnxruntime


def outputs(path, points):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    entry = session.get_inputs()[0]
    numbers = numpy.float64 if entry.type == "tensor(double)" else numpy.float32
    points = points.astype(numbers)
    if not isinstance(entry.shape[0], int):
        return session.run(None, {entry.name: points})[0].reshape(len(points), -1)
    rows = [session.run(None, {entry.name: p.reshape(entry.shape)})[0].ravel() for p in points]
    return numpy.array(rows)


def main():
    original, shallow, low, high = sys.argv[1:5]
    tolerance = float(sys.argv[5]) if len(sys.argv) > 5 else 1e-3
    inputs = onnxruntime.InferenceSession(original).get_inputs()[0].shape[1]
    generator = numpy.random.default_rng(1)
    # Numbers of float32, so that both networks see the same points.
    points = generator.uniform(float(low), float(high), (20_000, inputs)).astype(numpy.float32)
    errors = numpy.abs(outputs(original, points) - outputs(shallow, points)).max(axis=1)
    answer = {
        "points": len(points),
        "equal": int((errors <= tolerance).sum()),
        "largest": float(errors.max()),
    }
    print(json.dumps(answer))


main()
