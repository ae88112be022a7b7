#!/usr/bin/env python3
"""Compares a guard in ONNX Runtime with the domain of a certificate, and both models inside it.

Usage: guard_check.py cert.json guard.onnx original.onnx small.onnx

Inputs are random ones inside, corners, points one float32 step inside and outside of a bound, far
points, and NaN. For a box `inside` must be exactly right; with rows or a ball it may only say no too
often, and must say yes to the member point's surroundings somewhere. Prints JSON; status 1 if
anything is wrong.
"""

import json
import re
import sys

import numpy
import onnxruntime


def real(text):
    if text == "0":
        return 0.0
    sign, digits, exponent = re.fullmatch(r"(-?)0x([0-9a-f]+)p(-?\d+)", text).groups()
    return (-1 if sign else 1) * int(digits, 16) * 2.0 ** int(exponent)


def samples(lower, upper):
    generator = numpy.random.default_rng(3)
    count = len(lower)
    low, high = (ends.astype(numpy.float32) for ends in (lower, upper))
    # The float32 numbers inside the bounds.
    low = numpy.where(low < lower, numpy.nextafter(low, numpy.float32(numpy.inf)), low)
    high = numpy.where(high > upper, numpy.nextafter(high, numpy.float32(-numpy.inf)), high)
    shares = generator.random((200, count)).astype(numpy.float32)
    inner = numpy.clip(low + shares * (high - low), low, high)
    corners = numpy.where(generator.random((50, count)) < 0.5, low, high)
    edges = inner[:100].copy()
    for i in range(100):
        t = generator.integers(count)
        step = numpy.float32(-numpy.inf if i % 2 else numpy.inf)
        edges[i, t] = numpy.nextafter(low[t] if i % 2 else high[t], step)
    far = inner[:20] + numpy.float32(10)
    broken = inner[:5].copy()
    broken[:, 0] = numpy.nan
    return numpy.concatenate([inner, corners, edges, far, broken]).astype(numpy.float32)


def truth(domain, points):
    lower, upper = (numpy.array([real(v) for v in domain[side]]) for side in ("lower", "upper"))
    wide = points.astype(numpy.float64)
    inside = ((wide >= lower) & (wide <= upper)).all(axis=1)
    for row in domain["rows"]:
        value = sum(real(c) * wide[:, t] for t, c in row["terms"])
        inside &= value <= real(row["bound"])
    if domain["ball"]:
        center = numpy.array([real(v) for v in domain["ball"]["center"]])
        inside &= numpy.abs(wide - center).sum(axis=1) <= real(domain["ball"]["radius"])
    return inside


def main():
    certificate, guard, original, small = sys.argv[1:]
    domain = json.load(open(certificate))["domain"]
    lower, upper = (numpy.array([real(v) for v in domain[side]]) for side in ("lower", "upper"))
    points = samples(lower, upper)
    if domain["ball"]:
        center = numpy.array([real(v) for v in domain["ball"]["center"]], dtype=numpy.float32)
        # Half of the radius away, and just about all of it.
        ways = points[:200] - center
        lengths = numpy.abs(ways).sum(axis=1, keepdims=True)
        radius = numpy.float32(real(domain["ball"]["radius"]))
        share = numpy.where(numpy.arange(200) % 2, 0.5, 1).astype(numpy.float32)[:, None]
        near = center + ways * (share * radius / lengths)
        points = numpy.concatenate([points, near])
    sessions = [
        onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        for path in (guard, original, small)]
    entry = sessions[0].get_inputs()[0]
    shape = [len(points)] + [d if isinstance(d, int) else 1 for d in entry.shape[1:]]
    data = points.reshape(shape)
    inside, violation = sessions[0].run(["inside", "violation"], {entry.name: data})
    expected = truth(domain, points)
    isBox = not domain["rows"] and not domain["ball"]
    finite = ~numpy.isnan(points).any(axis=1)
    outputs = [s.run(None, {s.get_inputs()[0].name: data[inside]})[0] for s in sessions[1:]]
    result = {
        "inputs": len(points), "inside": int(inside.sum()), "expected": int(expected.sum()),
        "wrongYes": int((inside & ~expected).sum()), "wrongNo": int((~inside & expected).sum()),
        "violationAgrees": bool(((violation == 0) == inside)[finite].all()),
        "largestDifference": float(numpy.abs(outputs[0] - outputs[1]).max()) if inside.any() else 0.0,
    }
    print(json.dumps(result))
    good = result["wrongYes"] == 0 and result["violationAgrees"] and inside.any()
    sys.exit(0 if good and (result["wrongNo"] == 0 or not isBox) else 1)


if __name__ == "__main__":
    main()
