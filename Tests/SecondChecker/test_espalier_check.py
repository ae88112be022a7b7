#!/usr/bin/env python3
"""Tests of the second checker: toy networks, certificates worked out by hand, and forgeries.

    python3 -m unittest discover -s Tests/SecondChecker

Standard library only; with the package jsonschema at hand the certificates are also held against
docs/schema/certificate-3.schema.json. The numbers in comments were worked out on paper.
"""

import base64
import contextlib
import copy
import hashlib
import io
import json
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import tracemalloc
import unittest
import zipfile
import zlib
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import espalier_check as ec  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = os.path.join(HERE, "..", "..", "docs", "schema", "certificate-3.schema.json")


# ---------------------------------------------------------------------------------------------------------
# A mini encoder for ONNX

def varint(n):
    n &= (1 << 64) - 1
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def f_int(number, value):
    return varint(number << 3) + varint(value)


def f_bytes(number, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def f_float(number, value):
    return varint(number << 3 | 5) + struct.pack("<f", value)


def flat(rows):
    return [x for row in rows for x in row] if rows and isinstance(rows[0], (list, tuple)) else list(rows)


def tensor(name, dims, numbers, kind="f", how="raw", external=None):
    code = {"f": 1, "d": 11, "q": 7, "?": 9, "i": 6}[kind]
    out = b"".join(f_int(1, d) for d in dims) + f_int(2, code) + f_bytes(8, name)
    packed = struct.pack("<%d%s" % (len(numbers), kind), *[float(x) if kind in "fd" else x for x in numbers])
    if how == "raw":
        out += f_bytes(9, packed)
    elif how == "typed":
        if kind == "q":
            out += f_bytes(7, b"".join(varint(x) for x in numbers))
        else:
            out += f_bytes({"f": 4, "d": 10}[kind], packed)
    elif how == "unpacked":
        out += b"".join(varint(4 << 3 | 5) + struct.pack("<f", x) for x in numbers)
    elif how == "external":
        for key, value in external.items():
            out += f_bytes(13, f_bytes(1, key) + f_bytes(2, value))
        out += f_int(14, 1)
    return out


def attribute(name, value):
    if isinstance(value, float):
        return f_bytes(1, name) + f_float(2, value) + f_int(20, 1)
    if isinstance(value, int):
        return f_bytes(1, name) + f_int(3, value) + f_int(20, 2)
    if isinstance(value, bytes):
        return f_bytes(1, name) + f_bytes(5, value) + f_int(20, 4)
    if value and isinstance(value[0], float):
        return f_bytes(1, name) + b"".join(f_float(7, x) for x in value) + f_int(20, 6)
    return f_bytes(1, name) + b"".join(f_int(8, v) for v in value) + f_int(20, 7)


def node(op, inputs, outputs, domain="", **attributes):
    out = b"".join(f_bytes(1, x) for x in inputs) + b"".join(f_bytes(2, x) for x in outputs) + f_bytes(4, op)
    if domain:
        out += f_bytes(7, domain)
    return out + b"".join(f_bytes(5, attribute(k, v)) for k, v in attributes.items())


def value_info(name, dims, code=1):
    shape = b"".join(f_bytes(1, f_int(1, d) if isinstance(d, int) else f_bytes(2, d)) for d in dims)
    return f_bytes(1, name) + f_bytes(2, f_bytes(1, f_int(1, code) + f_bytes(2, shape)))


def float32(*values):
    """The float32 numbers nearest to these."""
    return struct.unpack("<%df" % len(values), struct.pack("<%df" % len(values), *values))


def model(nodes, tensors, dims, output, opset=13, code=1, extra=b"", extra_inputs=()):
    graph = b"".join(f_bytes(1, n) for n in nodes) + f_bytes(2, "toy") + b"".join(f_bytes(5, t) for t in tensors)
    graph += f_bytes(11, value_info("x", dims, code)) + b"".join(f_bytes(11, i) for i in extra_inputs)
    graph += f_bytes(12, value_info(output, [1]))
    return f_int(1, 8) + f_bytes(8, f_int(2, opset)) + f_bytes(7, graph) + extra


class Net:
    """Layers of (weights, biases, relu) and how they become an ONNX file and a digest."""

    def __init__(self, inputs, *layers, kind="f"):
        self.inputs, self.layers, self.kind = inputs, layers, kind

    def onnx(self, softmax=False):
        nodes, tensors, at = [], [], "x"
        for k, (w, b, relu) in enumerate(self.layers):
            width = len(w[0])
            tensors += [tensor("w%d" % k, [len(w), width], flat(w), self.kind),
                        tensor("b%d" % k, [len(b)], b, self.kind)]
            nodes.append(node("Gemm", [at, "w%d" % k, "b%d" % k], ["z%d" % k], transB=1))
            at = "z%d" % k
            if relu:
                nodes.append(node("Relu", [at], ["h%d" % k]))
                at = "h%d" % k
        if softmax:
            nodes.append(node("Softmax", [at], ["p"], axis=1))
            at = "p"
        return model(nodes, tensors, ["batch", self.inputs], at)

    def digest(self):
        data = b"espalier-network/1\n" + {"f": b"float32\n", "d": b"float64\n"}[self.kind]
        data += struct.pack(">QQ", self.inputs, len(self.layers))
        for w, b, relu in self.layers:
            data += struct.pack(">Q", len(b)) + bytes([1 if relu else 0] * len(b))
            for row in list(w) + [b]:
                data += b"".join(struct.pack(">d", float(x) + 0.0) for x in row)
        return sha(data)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def v(x):
    """The canonical spelling of a dyadic number."""
    x = Fraction(x)
    if x == 0:
        return "0"
    n, e = x.numerator, -(x.denominator.bit_length() - 1)
    assert x.denominator == 1 << -e
    while n % 2 == 0:
        n //= 2
        e += 1
    return "%s0x%xp%d" % ("-" if n < 0 else "", abs(n), e)


def vs(*xs):
    return [v(x) for x in xs]


def box(lower, upper, rows=(), ball=None):
    return {"lower": vs(*lower), "upper": vs(*upper),
            "rows": [{"terms": [[t, v(c)] for t, c in terms], "bound": v(bound)} for terms, bound in rows],
            "ball": None if ball is None else {"center": vs(*ball[0]), "radius": v(ball[1])}}


def leaf(nu=(), **more):
    out = {"nu": [[k, i, v(x)] for k, i, x in nu]}
    for key, value in more.items():
        key = "lambda" if key == "lam" else key
        out[key] = [[r, v(x)] for r, x in value] if key == "lambda" else v(value)
    return out


def lemma(unit, side, nu=(), **more):
    return {"unit": list(unit), "side": side, "leaf": leaf(nu, **more)}


def tree(unit, side, bound, *nodes):
    return {"unit": list(unit), "side": side, "bound": v(bound),
            "tree": [{"split": list(n)} if isinstance(n, tuple) else {"leaf": n} for n in nodes]}


def verdict(unit, stability, lower, upper, **more):
    out = {"unit": list(unit), "stability": stability, "lower": v(lower), "upper": v(upper), "settledBy": "hand"}
    out.update(more)
    return out


def certificate(net, domain, points=(), member=None, steps=(), verdicts=(), regions=None, pruning=None, boxes=None):
    out = {"format": "espalier-certificate", "version": 3, "producer": "by hand 1",
           "model": {"files": [{"name": "model.onnx", "sha256": sha(net.onnx())}], "network": net.digest()},
           "domain": domain, "points": [vs(*p) for p in points], "member": member, "steps": list(steps),
           "verdicts": list(verdicts), "regions": regions, "pruning": pruning}
    if boxes is not None:
        out["boxes"] = boxes
    return out


def pruning(small, rewrites, kept, difference):
    return {"rewrites": rewrites, "kept": [{"layer": k, "units": units} for k, units in kept],
            "difference": vs(*difference), "floatDifference": None, "argmax": None,
            "result": {"file": {"name": "small.onnx", "sha256": sha(small.onnx())}, "network": small.digest()}}


def real(text):
    """The number that a value spells."""
    if text == "0":
        return Fraction(0)
    sign, digits, exponent = re.fullmatch(r"(-?)0x([0-9a-f]+)p(-?[0-9]+)", text).groups()
    return (-1 if sign else 1) * int(digits, 16) * Fraction(2) ** int(exponent)


def claims(network, domain):
    """The digest `of` of section 13."""
    def number(text):
        assert Fraction(float(real(text))) == real(text)
        return struct.pack(">d", float(real(text)))

    def count(n):
        return struct.pack(">Q", n)

    data = b"espalier-claims/2\n" + network.encode() + b"\n" + count(len(domain["lower"]))
    for pair in zip(domain["lower"], domain["upper"]):
        data += b"".join(map(number, pair))
    data += count(len(domain["rows"]))
    for row in domain["rows"]:
        data += count(len(row["terms"]))
        for t, coefficient in row["terms"]:
            data += count(t) + number(coefficient)
        data += number(row["bound"])
    ball = domain["ball"]
    data += count(0) if ball is None else count(1) + b"".join(map(number, ball["center"] + [ball["radius"]]))
    return sha(data)


def line_objects(cert):
    """The objects of the lines that say what the document says, without sum and of; an error if there are none."""
    keys = {"format", "version", "producer", "model", "domain", "points", "member", "steps", "verdicts", "regions", "pruning"}
    if set(cert) - {"boxes"} != keys:
        raise KeyError("other members than those of a document")
    head = {"format": cert["format"] + "-lines"}
    head.update((key, cert[key]) for key in ("version", "producer", "model", "domain", "member"))
    lines = [head]
    boxes = cert.get("boxes")
    if boxes is not None:
        if set(boxes) != {"targets", "tree"}:
            raise KeyError("other members than those of boxes")
        lines.append({"boxes": boxes["targets"]})
        cuts = []
        for item in boxes["tree"]:
            if item == "box":
                lines.append({"cuts": cuts})
                cuts = []
            else:
                (kind, part), = item.items()
                if kind != "cut":
                    raise KeyError("another node than a cut")
                cuts.append(part)
        if cuts:
            raise ValueError("a tree that ends in a cut")
    for step in cert["steps"]:
        if "leaf" in step and "tree" in step:
            raise KeyError("a lemma with a tree")
        lines.append({key: item for key, item in step.items() if key != "tree"})
        splits = []
        for item in step.get("tree", []):
            (kind, part), = item.items()
            if kind == "split":
                splits.append(part)
            else:
                lines.append({"splits": splits, kind: part})
                splits = []
        if splits:
            raise ValueError("a tree that ends in a split")
    lines += [{"point": point} for point in cert["points"]] + [{"verdict": item} for item in cert["verdicts"]]
    regions = cert["regions"]
    if regions is not None:
        if set(regions) != {"layers", "counts", "tree"}:
            raise KeyError("other members than those of regions")
        lines.append({"regions": regions["layers"]})
        nodes = []
        for item in regions["tree"]:
            nodes.append(item)
            if "point" in item:
                lines.append({"cell": nodes})
                nodes = []
        if nodes:
            raise ValueError("regions that do not end in a point")
        lines.append({"counts": regions["counts"]})
    if cert["pruning"] is not None:
        lines.append({"pruning": cert["pruning"]})
    return lines + [{"end": len(lines)}]


def rests(cert, objects=None):
    """Per line the bytes from "of" on, without the line feed."""
    of = claims(cert["model"]["network"], cert["domain"])
    return [json.dumps({"of": of, **item})[1:].encode() for item in objects or line_objects(cert)]


def chained(parts):
    """Lines with sums that are right."""
    text, total = b"", b"0" * 16
    for part in parts:
        total = sha(total + part)[:16].encode()
        text += b'{"sum": "' + total + b'", ' + part + b"\n"
    return text


def in_lines(cert, objects=None):
    return chained(rests(cert, objects))


def unit_rule(rule, k, i):
    return {"rule": rule, "unit": [k, i]}


def layer_rule(rule, k):
    return {"rule": rule, "layer": k}


# ---------------------------------------------------------------------------------------------------------
# Toy 1: two inputs in [-1, 1].
#   layer 0   u0 = x0 + x1        [-2, 2]
#             u1 = x0 - x1 - 2    [-4, 0]   inactive
#             u2 = x0 + 3         [ 2, 4]   active
#   layer 1   v0 = h0 - h2 + 1        interval arithmetic [0-4+1, 2-2+1] = [-3, 1]; true maximum -1
#             v1 = h0 + h1 + h2 - 3   [0+0+2-3, 2+0+4-3] = [-1, 3]
#   layer 2   y = 5 h0 + 2 h1 + 1     (identity)
TOY1 = Net(2, ([[1, 1], [1, -1], [1, 0]], [0, -2, 3], True), ([[1, 0, -1], [1, 1, 1]], [1, -3], True),
           ([[5, 2]], [1], False))
BOX1 = box([-1, -1], [1, 1])
# v0 <= -1 by one split on u0:
#   off: nu = 0 for u0, default nu = q = -1 for u2: B = 1 + 0 - 3 + max(-x0) = 1 - 3 + 1 = -1
#   on:  default nu = q = 1 for u0 (low is 0):      B = 1 + 0 - 3 + max((1,1) - (1,0)).x = 1 - 3 + 1 = -1
TREE1 = tree((1, 0), "upper", -1, (0, 0), leaf(), leaf())
# v0 <= 0 by a lemma with nu(u0) = 1/2: u0 gives max(2 - 1, 0 + 1, 0) = 1, u2 gives -3, the box
#   max((-1/2, 1/2).x) = 1, so B = 1 + 1 - 3 + 1 = 0
LEMMA1 = lemma((1, 0), "upper", [(0, 0, Fraction(1, 2))])
POINTS1 = [(1, 1), (-1, 0), (-1, -1)]  # v1 there: 2 + 0 + 4 - 3 = 3;  0 + 0 + 2 - 3 = -1;  the same
VERDICTS1 = [verdict((0, 0), "unstable", -2, 2, positive=0, negative=2),
             verdict((0, 1), "stably-inactive", -4, 0),
             verdict((0, 2), "stably-active", 2, 4),
             verdict((1, 0), "stably-inactive", -3, 0),
             verdict((1, 1), "unstable", -1, 3, positive=0, negative=1)]
# without u1 and v0
SMALL1 = Net(2, ([[1, 1], [1, 0]], [0, 3], True), ([[1, 1]], [-3], True), ([[2]], [1], False))


def toy1(steps=None, domain=None, **more):
    args = dict(points=POINTS1, verdicts=copy.deepcopy(VERDICTS1))
    args.update(more)
    return certificate(TOY1, domain or copy.deepcopy(BOX1), steps=copy.deepcopy([LEMMA1, TREE1] if steps is None else steps), **args)


def toy1_pruned():
    return toy1(pruning=pruning(SMALL1, [unit_rule("remove-inactive", 0, 1), unit_rule("remove-inactive", 1, 0)],
                                [(0, [0, 2]), (1, [1]), (2, [0])], [0]))


# Toy 1 on x0 + x1 <= 0: lambda = 1 gives r = (1,1) - (1,1) = 0 and B = 0, so u0 is inactive too.
def toy1_rows():
    verdicts = copy.deepcopy(VERDICTS1)
    verdicts[0] = verdict((0, 0), "stably-inactive", -2, 0)
    # then v0: h0 in [0, 0], h2 in [2, 4]: [-3, -1]; v1: [-1, 1]; x = (1, -1) gives 0 + 0 + 4 - 3 = 1
    verdicts[3] = verdict((1, 0), "stably-inactive", -3, -1)
    verdicts[4] = verdict((1, 1), "unstable", -1, 1, positive=0, negative=1)
    return toy1(domain=box([-1, -1], [1, 1], rows=[([(0, 1), (1, 1)], 0)]), points=[(1, -1), (-1, 0)], member=1,
                steps=[lemma((0, 0), "upper", lam=[(0, 1)])], verdicts=verdicts)


# Toy 1 on |x0| + |x1| <= 1: mu = 1 gives max(x_t - |x_t|) = 0 for each input and B = 1.
def toy1_ball():
    verdicts = copy.deepcopy(VERDICTS1)
    verdicts[0] = verdict((0, 0), "unstable", -1, 1, positive=0, negative=1)
    # v0 = h0 - h2 + 1 in [0-4+1, 1-2+1] = [-3, 0]; v1 in [-1, 1+0+4-3] = [-1, 2]; x = (1, 0) gives 1+0+4-3 = 2
    verdicts[3] = verdict((1, 0), "stably-inactive", -3, 0)
    verdicts[4] = verdict((1, 1), "unstable", -1, 2, positive=0, negative=1)
    return toy1(domain=box([-1, -1], [1, 1], ball=((0, 0), 1)), points=[(1, 0), (-1, 0)], member=0,
                steps=[lemma((0, 0), "upper", mu=1), lemma((0, 0), "lower", mu=1)], verdicts=verdicts)


# Toy 2: x in [-1, 1]; a = x, b = -x - 1/2; t = h_a + h_b - 1. Interval arithmetic: t in [-1, 1 + 1/2 - 1].
# True maximum 0 at x = 1. The cell "a on, b on" (x >= 0 and x <= -1/2) is empty: nu = (1, 1) gives
# B = -1/2 + 0 + 0 + max(0.x) = -1/2 < 0.
TOY2 = Net(1, ([[1], [-1]], [0, Fraction(-1, 2)], True), ([[1, 1]], [-1], True))
TREE2 = tree((1, 0), "upper", 0, (0, 0),
             (0, 1), leaf(), leaf(),  # off: B = -1;  b on: B = -1 - 1/2 + max(-x) = -1/2
             (0, 1), leaf(), leaf([(0, 0, 1), (0, 1, 1)], m=0))  # on, b off: B = -1 + max(x) = 0; both on: empty
VERDICTS2 = [verdict((0, 0), "unstable", -1, 1, positive=0, negative=1),
             verdict((0, 1), "undecided", Fraction(-3, 2), Fraction(1, 2), limit="time", positive=1),
             verdict((1, 0), "stably-inactive", -1, 0)]


def toy2():
    return certificate(TOY2, box([-1], [1]), points=[(1,), (-1,)], steps=[copy.deepcopy(TREE2)],
                       verdicts=copy.deepcopy(VERDICTS2))


# Toy 3: x in [1, 2]; a = x [1, 2], b = 2x + 1 [3, 5], c = 5, d = x - 1 [0, 1] (unread).
#   t0 = 3a + b + 2c - 1 [3+3+10-1, 6+5+10-1] = [15, 20];  t1 = a - b [-4, -1];  y = t0 + 2 t1 + 1/2
# fold c: t0 = 3a + b + 9; drop d; fold layer 0: t0 = 5x + 10; drop t1; fold layer 1: y = 5x + 21/2
TOY3 = Net(1, ([[1], [2], [0], [1]], [0, 1, 5, -1], True), ([[3, 1, 2, 0], [1, -1, 0, 0]], [-1, 0], True),
           ([[1, 2]], [Fraction(1, 2)], False))
SMALL3 = Net(1, ([[5]], [Fraction(21, 2)], False))


def toy3():
    return certificate(
        TOY3, box([1], [2]),
        verdicts=[verdict((0, 0), "stably-active", 1, 2), verdict((0, 1), "stably-active", 3, 5),
                  verdict((0, 2), "stably-active", 5, 5, constant=v(5)), verdict((0, 3), "stably-active", 0, 1),
                  verdict((1, 0), "stably-active", 15, 20), verdict((1, 1), "stably-inactive", -4, -1)],
        pruning=pruning(SMALL3, [unit_rule("fold-constant", 0, 2), unit_rule("remove-unread", 0, 3), layer_rule("fold-layer", 0),
                                 unit_rule("remove-inactive", 1, 1), layer_rule("fold-layer", 1)], [(2, [0])], [0]))


# Toy 4: x in [0, 1]; a = -x - 1, b = -2x, both inactive; t = a + b + 3 (so 3), y = (2t + 1, -t) = (7, -3)
TOY4 = Net(1, ([[-1], [-2]], [-1, 0], True), ([[1, 1]], [3], True), ([[2], [-1]], [1, 0], False))
SMALL4 = Net(1, ([[0], [0]], [7, -3], False))


def toy4():
    return certificate(
        TOY4, box([0], [1]),
        verdicts=[verdict((0, 0), "stably-inactive", -2, -1), verdict((0, 1), "stably-inactive", -2, 0),
                  verdict((1, 0), "stably-active", 3, 3, constant=v(3))],
        pruning=pruning(SMALL4, [unit_rule("remove-inactive", 0, 0), unit_rule("remove-inactive", 0, 1),
                                 layer_rule("make-constant", 0)], [(2, [0, 1])], [0, 0]))


# Toy 5: x in [1, 2]; a = w x with w = 1 + 2^-23 (active), t = w a - 2, y = -3 h_t.
# Folding layer 0: t = (1 + 2^-22 + 2^-46) x - 2, rounded to 1 + 2^-22: error 2^-46, times |x| <= 2: 2^-45; y: 3 * 2^-45.
W5 = 1 + Fraction(1, 1 << 23)
TOY5 = Net(1, ([[W5]], [0], True), ([[W5]], [-2], True), ([[-3]], [0], False))
SMALL5 = Net(1, ([[1 + Fraction(1, 1 << 22)]], [-2], True), ([[-3]], [0], False))


def toy5():
    # a in [w, 2w], t in [w^2 - 2, 2 w^2 - 2], 47 bits, so nothing is rounded
    return certificate(
        TOY5, box([1], [2]), points=[(1,), (2,)],
        verdicts=[verdict((0, 0), "stably-active", W5, 2 * W5),
                  verdict((1, 0), "unstable", W5 * W5 - 2, 2 * W5 * W5 - 2, positive=1, negative=0)],
        pruning=pruning(SMALL5, [layer_rule("fold-layer", 0)], [(1, [0]), (2, [0])], [Fraction(3, 1 << 45)]))


# Toy 6: an identity layer in the middle and a bound on an output. x in [-1, 1]; i = 2x (identity) [-2, 2];
# r = i - 3 (relu) [-5, -1], y = i' ... r feeds y = 4 h_r + 1 (identity) = 1.
TOY6 = Net(1, ([[2]], [0], False), ([[1], [1]], [-3, 0], True), ([[4, 1]], [1], False))


def toy6():
    # y = 4 h_r0 + h_r1 + 1 in [1, 3]; lower end 1 and, with nu(1,1) = 1 (upper end 2 at 2: 0, -2: 2),
    # a lemma for the upper side: q = (4, 1); r0: nu 0, max(4 h) over [-5, -1] = 0; r1: nu = 1/2: max(1, 1, 0) = 1;
    # q^0 = 1/2, identity: nu = 1/2; q^-1 = 1: B = 1 + 1 + 1 = 3, no better and no worse.
    return certificate(TOY6, box([-1], [1]), points=[(1,), (-1,)],
                       steps=[lemma((2, 0), "upper", [(1, 1, Fraction(1, 2))]), lemma((2, 0), "lower")],
                       verdicts=[verdict((1, 0), "stably-inactive", -5, -1),
                                 verdict((1, 1), "unstable", -2, 2, positive=0, negative=1)])


# Toy 7: an all-identity float64 network, one number with 53 bits; nothing to decide, no verdict.
TOY7 = Net(1, ([[Fraction(2 ** 53 - 1)]], [Fraction(1, 1 << 1074)], False), kind="d")


def toy7():
    return certificate(TOY7, box([Fraction(1, 2)], [Fraction(1, 2)]), points=[(Fraction(1, 2),)])


class Bench(unittest.TestCase):
    """Writes certificates and models to a folder and runs the checker on them."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.count = 0

    def write(self, name, data):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as handle:
            handle.write(data)
        return path

    def run_raw(self, text, model_bytes, small_bytes=None):
        cert = self.write("cert.json", text)
        model_path = self.write("model.onnx", model_bytes)
        small_path = None if small_bytes is None else self.write("small.onnx", small_bytes)
        return ec.check(cert, model_path, small_path)

    def run_cert(self, cert, net, small=None):
        return self.run_raw(json.dumps(cert).encode(), net.onnx(), None if small is None else small.onnx())

    def accept(self, cert, net, small=None):
        line, code = self.run_cert(cert, net, small)
        self.assertTrue(line.startswith("accepted: "), line)
        self.assertEqual(code, 0)
        self.assertEqual(self.run_raw(in_lines(cert), net.onnx(), small and small.onnx()), (line, 0))
        if jsonschema is not None:
            validator().validate(cert)
        return line

    def reject(self, rule, cert, net, small=None, place=None):
        line, code = self.run_cert(cert, net, small)
        self.assertTrue(line.startswith("rejected: %s at $" % rule), line)
        if place is not None:
            self.assertTrue(line.startswith("rejected: %s at %s: expected " % (rule, place)), line)
        self.assertIn(", found ", line)
        self.assertNotIn("\n", line)
        self.assertEqual(code, 1)
        try:
            text = in_lines(cert)
        except (KeyError, TypeError, ValueError, AttributeError, AssertionError, OverflowError, struct.error):
            return  # cannot be said in lines
        line, code = self.run_raw(text, net.onnx(), small and small.onnx())
        self.assertTrue(line.startswith("rejected: "), line)
        self.assertEqual(code, 1)

    def table(self, make, net, rows, small=None):
        for number, (rule, change) in enumerate(rows):
            with self.subTest(number=number, rule=rule):
                cert = make()
                change(cert)
                self.reject(rule, cert, net, small)


def put(*path):
    """put('a', 0, 'b', value): a change that sets cert['a'][0]['b']."""
    *keys, last, value = path

    def change(cert):
        here = cert
        for key in keys:
            here = here[key]
        here[last] = value
    return change


def drop(*path):
    *keys, last = path

    def change(cert):
        here = cert
        for key in keys:
            here = here[key]
        del here[last]
    return change


def add(*path):
    *keys, value = path

    def change(cert):
        here = cert
        for key in keys:
            here = here[key]
        here.append(value)
    return change


def both(*changes):
    def change(cert):
        for one in changes:
            one(cert)
    return change


_validator = []


def validator():
    if not _validator:
        with open(SCHEMA, encoding="utf-8") as handle:
            schema = json.load(handle)
        jsonschema.Draft202012Validator.check_schema(schema)
        _validator.append(jsonschema.Draft202012Validator(schema))
    return _validator[0]


class Accepted(Bench):
    def test_lemma_tree_and_verdicts(self):
        line = self.accept(toy1(), TOY1)
        self.assertEqual(line, "accepted: 5 units (2 inactive, 1 active, 2 unstable, 0 undecided), 2 steps, 3 leaves, 3 points")

    def test_lemma_alone(self):
        self.accept(toy1([LEMMA1]), TOY1)

    def test_tree_alone_gives_minus_one(self):
        cert = toy1([TREE1])
        cert["verdicts"][3]["upper"] = v(-1)
        self.accept(cert, TOY1)

    def test_lemma_that_helps_nothing(self):
        # nu = 0 for u0 and u2: B = 1 + 2 - 2 = 1, the initial bound
        self.accept(toy1([lemma((1, 0), "upper", [(0, 0, 0), (0, 2, 0)]), LEMMA1]), TOY1)

    def test_scaled_claim(self):
        # m = 3: everything is three times as large, so B = -3 <= 3 * -1
        self.accept(toy1([tree((1, 0), "upper", -1, (0, 0), leaf(m=3), leaf(m=Fraction(3, 8)))]), TOY1)

    def test_lower_side_tree(self):
        # v1 >= -1: side -1: q = (-1, -1, -1), b = 3; u0 nu 0: max(-h) = 0; u1 nu 0: 0; u2 nu = -1: -3;
        # q^-1 = (-1, 0): 1; B = 3 - 3 + 1 = 1 = -bound
        cert = toy1([LEMMA1, tree((1, 1), "lower", -1, leaf())])
        self.accept(cert, TOY1)

    def test_rows(self):
        self.accept(toy1_rows(), TOY1)

    def test_ball(self):
        self.accept(toy1_ball(), TOY1)

    def test_mu_of_zero_without_a_ball(self):
        cert = toy1()
        cert["steps"][0]["leaf"]["mu"] = "0"
        self.accept(cert, TOY1)

    def test_ball_with_center_outside_the_box(self):
        # center (2, 0), radius 1, box [-1, 1]^2: only x = (1, 0) is left
        cert = toy1_ball()
        cert["domain"] = box([-1, -1], [1, 1], ball=((2, 0), 1))
        cert["points"] = [vs(1, 0)]
        # u0 = x0 + x1 <= 1: mu = 1: max(x0 - (2 - x0)) = 0, max(x1 - |x1|) = 0, + 1: B = 1
        # -u0 <= -1: mu = 1: max(-x0 - 2 + x0) = -2, max(-x1 - |x1|) = 0, + 1: B = -1, so u0 = 1
        cert["verdicts"] = [verdict((0, 0), "stably-active", 1, 1, constant=v(1)),
                            verdict((0, 1), "stably-inactive", -4, 0), verdict((0, 2), "stably-active", 2, 4),
                            # v0 in [1-4+1, 1-2+1] = [-2, 0], v1 in [1+0+2-3, 1+0+4-3] = [0, 2]
                            verdict((1, 0), "stably-inactive", -2, 0), verdict((1, 1), "stably-active", 0, 2)]
        self.accept(cert, TOY1)

    def test_rows_and_ball_together(self):
        cert = toy1_rows()
        cert["domain"]["ball"] = {"center": vs(0, 0), "radius": v(4)}
        self.accept(cert, TOY1)

    def test_empty_cell(self):
        self.accept(toy2(), TOY2)

    def test_point_may_be_finer_than_the_scalar_type(self):
        cert = toy2()
        cert["points"].append(vs(Fraction(1, 1 << 5000)))
        cert["verdicts"][0]["positive"] = 2
        self.accept(cert, TOY2)

    def test_undecided_with_both_witnesses(self):
        cert = toy1()
        cert["verdicts"][4] = verdict((1, 1), "undecided", -2, 4, limit="nodes", positive=0, negative=1)
        self.accept(cert, TOY1)

    def test_zero_interval_may_be_either(self):
        net = Net(1, ([[0]], [0], True))
        for kind in ("stably-active", "stably-inactive"):
            self.accept(certificate(net, box([-1], [1]), verdicts=[verdict((0, 0), kind, 0, 0, constant="0")]), net)

    def test_identity_units(self):
        self.accept(toy6(), TOY6)

    def test_no_verdict_to_give(self):
        self.accept(toy7(), TOY7)

    def test_initial_bounds_are_rounded_outward(self):
        # toy 7 at x = 1/2: z = 2^52 - 1/2 + 2^-1074; outward to 53 bits: [2^52 - 1/2, 2^52]
        net = Net(1, (TOY7.layers[0][0], TOY7.layers[0][1], True), kind="d")
        low = Fraction(2 ** 53 - 1, 2)
        cert = certificate(net, box([Fraction(1, 2)], [Fraction(1, 2)]), verdicts=[verdict((0, 0), "stably-active", low, 2 ** 52)])
        self.accept(cert, net)
        for key, value in (("lower", low + Fraction(1, 1 << 1074)), ("upper", low + Fraction(1, 1 << 1074))):
            other = copy.deepcopy(cert)
            other["verdicts"][0][key] = v(value)
            self.reject("verdict-bound", other, net, place="$.verdicts[0]." + key)
        # a tree is not rounded: the exact value is a bound of both sides, and then a constant
        exact = low + Fraction(1, 1 << 1074)
        cert["steps"] = [tree((0, 0), "upper", exact, leaf()), tree((0, 0), "lower", exact, leaf())]
        cert["verdicts"] = [verdict((0, 0), "stably-active", exact, exact, constant=v(exact))]
        self.accept(cert, net)

    def test_prune_inactive(self):
        line = self.accept(toy1_pruned(), TOY1, SMALL1)
        self.assertTrue(line.endswith(", 2 rewrites, 4 of 6 units kept"), line)

    def test_prune_constant_unread_fold(self):
        self.accept(toy3(), TOY3, SMALL3)

    def test_prune_to_a_constant(self):
        self.accept(toy4(), TOY4, SMALL4)

    def test_prune_with_rounding(self):
        self.accept(toy5(), TOY5, SMALL5)

    def test_prune_nothing(self):
        cert = toy1(pruning=pruning(TOY1, [], [(0, [0, 1, 2]), (1, [0, 1]), (2, [0])], [0]))
        self.accept(cert, TOY1, TOY1)

    def test_fold_constant_of_a_negative_unit_adds_nothing(self):
        net = Net(1, ([[0], [1]], [-3, 0], True), ([[7, 1]], [0], False))
        small = Net(1, ([[1]], [0], True), ([[1]], [0], False))
        cert = certificate(net, box([-1], [1]), points=[(1,), (-1,)],
                           verdicts=[verdict((0, 0), "stably-inactive", -3, -3, constant=v(-3)),
                                     verdict((0, 1), "unstable", -1, 1, positive=0, negative=1)],
                           pruning=pruning(small, [unit_rule("fold-constant", 0, 0)], [(0, [1]), (1, [0])], [0]))
        self.accept(cert, net, small)

    def test_fold_constant_fraction(self):
        # c = 3/4 with weights 5 and -1: biases 15/4 and 1 - 3/4
        net = Net(1, ([[0], [1]], [Fraction(3, 4), 0], True), ([[5, 1], [-1, 2]], [0, 1], False))
        small = Net(1, ([[1]], [0], True), ([[1], [2]], [Fraction(15, 4), Fraction(1, 4)], False))
        cert = certificate(net, box([-1], [1]), points=[(1,), (-1,)],
                           verdicts=[verdict((0, 0), "stably-active", Fraction(3, 4), Fraction(3, 4)),
                                     verdict((0, 1), "unstable", -1, 1, positive=0, negative=1)],
                           pruning=pruning(small, [unit_rule("fold-constant", 0, 0)], [(0, [1]), (1, [0, 1])], [0, 0]))
        self.accept(cert, net, small)
        # an even constant: c = 12 = 3 * 2^2
        net = Net(1, ([[0], [1]], [12, 0], True), ([[Fraction(5, 8), 1]], [1], False))
        small = Net(1, ([[1]], [0], True), ([[1]], [Fraction(17, 2)], False))
        cert = certificate(net, box([-1], [1]), points=[(1,), (-1,)],
                           verdicts=[verdict((0, 0), "stably-active", 12, 12),
                                     verdict((0, 1), "unstable", -1, 1, positive=0, negative=1)],
                           pruning=pruning(small, [unit_rule("fold-constant", 0, 0)], [(0, [1]), (1, [0])], [0]))
        self.accept(cert, net, small)

    def test_fold_identity_layers(self):
        # i = x in [-2, 1], a = w i, y = w a, all identity: y = (1 + 2^-22) i with an error of 2^-46 |i| <= 2^-45
        net = Net(1, ([[1]], [0], False), ([[W5]], [0], False), ([[W5]], [0], False))
        small = Net(1, ([[1]], [0], False), ([[1 + Fraction(1, 1 << 22)]], [0], False))
        cert = certificate(net, box([-2], [1]),
                           pruning=pruning(small, [layer_rule("fold-layer", 1)], [(0, [0]), (2, [0])], [Fraction(1, 1 << 45)]))
        self.accept(cert, net, small)
        cert["pruning"]["difference"] = vs(Fraction(1, 1 << 46))
        self.reject("difference", cert, net, small)

    def test_softmax_is_not_part_of_the_network(self):
        cert = toy1()
        data = TOY1.onnx(softmax=True)
        cert["model"]["files"][0]["sha256"] = sha(data)
        line, code = self.run_raw(json.dumps(cert).encode(), data)
        self.assertEqual(code, 0, line)

    def test_members_in_any_order_and_blanks(self):
        cert = toy1()
        text = json.dumps(dict(reversed(list(cert.items()))), indent=3).encode() + b" \r\n\t"
        self.assertEqual(self.run_raw(text, TOY1.onnx())[1], 0)


class Forgeries(Bench):
    def test_empty_cell_with_bound_zero(self):
        # the cell a on, b off is not empty; with m = 0 and no multipliers B is 0, which is not enough
        cert = toy2()
        cert["steps"][0]["tree"][5]["leaf"]["m"] = "0"
        self.reject("leaf-bound", cert, TOY2, place="$.steps[0].tree[5]")
        cert = toy1([tree((1, 1), "upper", -100, leaf(m=0))])
        self.reject("leaf-bound", cert, TOY1, place="$.steps[0].tree[0]")

    def test_one_point_domain_has_no_empty_cell(self):
        # x = 0: a = 0 is on and off at once; no multiplier makes B negative
        net = Net(1, ([[1]], [0], True), ([[1]], [0], True))
        for nu in (-1, 0, 1):
            cert = certificate(net, box([0], [0]), steps=[tree((1, 0), "upper", -1, leaf([(0, 0, nu)], m=0))],
                               verdicts=[verdict((0, 0), "stably-active", 0, 0), verdict((1, 0), "stably-active", 0, 0)])
            self.reject("leaf-bound", cert, net)

    def test_splits(self):
        for split in ((0, 1), (0, 2), (1, 0), (1, 1), (2, 0), (0, 3), (7, 0)):
            # a stable unit, a stable unit, the target, its neighbour, a layer above, no unit, no layer
            with self.subTest(split=split):
                cert = toy1([tree((1, 0), "upper", 5, split, leaf(), leaf())])
                self.reject("split", cert, TOY1, place="$.steps[0].tree[0]")

    def test_split_twice_on_one_path(self):
        cert = toy1([tree((1, 0), "upper", 5, (0, 0), (0, 0), leaf(), leaf(), leaf())])
        self.reject("split", cert, TOY1, place="$.steps[0].tree[1]")
        # in the on branch
        cert = toy1([tree((1, 0), "upper", 5, (0, 0), leaf(), (0, 0), leaf(), leaf())])
        self.reject("split", cert, TOY1, place="$.steps[0].tree[2]")

    def test_split_on_identity_unit(self):
        cert = toy6()
        cert["steps"] = [tree((1, 0), "upper", 5, (0, 0), leaf(), leaf())]
        self.reject("split", cert, TOY6)

    def test_split_on_a_unit_settled_by_a_step(self):
        cert = toy1_rows()
        cert["steps"].append(tree((1, 0), "upper", 5, (0, 0), leaf(), leaf()))
        self.reject("split", cert, TOY1)

    def test_tree_shapes(self):
        for nodes in ((), ((0, 0),), ((0, 0), leaf()), (leaf(), leaf()), ((0, 0), leaf(), leaf(), leaf()),
                      (leaf(), (0, 0)), ((0, 0), leaf(), leaf(), (0, 0))):
            with self.subTest(nodes=nodes):
                self.reject("tree-shape", toy1([tree((1, 0), "upper", 5, *nodes)]), TOY1)

    def test_swapped_branches(self):
        cert = toy2()
        nodes = cert["steps"][0]["tree"]
        nodes[5], nodes[6] = nodes[6], nodes[5]  # "both on" and "a on, b off"
        self.reject("leaf-bound", cert, TOY2)

    def test_phase_does_not_leak_out_of_its_branch(self):
        # off: B = -1; the on branch gets a leaf that only holds in the off branch (nu = 0): -3 + 1 + 2 + 1 = 1
        cert = toy1([tree((1, 0), "upper", -1, (0, 0), leaf(), leaf([(0, 0, 0)]))])
        self.reject("leaf-bound", cert, TOY1, place="$.steps[0].tree[2]")

    def test_default_nu_follows_the_cut_interval(self):
        # u0 uncut: default 0: B = 1 + 2 - 3 + 1 = 1 > 0
        self.reject("verdict-bound", toy1([lemma((1, 0), "upper")]), TOY1)
        self.accept(toy1([tree((1, 0), "upper", 1, leaf())] + [LEMMA1]), TOY1)
        self.reject("leaf-bound", toy1([tree((1, 0), "upper", Fraction(1023, 1024), leaf())]), TOY1)

    def test_wrong_side(self):
        cert = toy1()
        cert["steps"][1]["side"] = "lower"  # claims v0 >= -1
        self.reject("leaf-bound", cert, TOY1)

    def test_tight_bounds(self):
        tiny = Fraction(1, 1 << 2000)
        self.reject("leaf-bound", toy1([tree((1, 0), "upper", -1 - tiny, (0, 0), leaf(), leaf())]), TOY1)
        self.reject("leaf-bound", toy1([tree((1, 0), "upper", -1, (0, 0), leaf(), leaf([(0, 2, -1 + tiny)]))]), TOY1)

    def test_swapped_points(self):
        cert = toy1()
        cert["points"][0], cert["points"][1] = cert["points"][1], cert["points"][0]
        self.reject("verdict-witness", cert, TOY1)
        cert = toy1()
        cert["verdicts"][4].update(positive=1, negative=0)
        self.reject("verdict-witness", cert, TOY1, place="$.verdicts[4].positive")

    def test_zero_is_no_witness(self):
        cert = toy1()
        cert["points"].append(vs(0, 0))
        cert["verdicts"][0]["positive"] = 3
        self.reject("verdict-witness", cert, TOY1)
        cert["verdicts"][0].update(positive=0, negative=3)
        self.reject("verdict-witness", cert, TOY1)

    def test_swapped_digests(self):
        cert = toy1_pruned()
        model_file, result = cert["model"]["files"][0], cert["pruning"]["result"]
        model_file["sha256"], result["file"]["sha256"] = result["file"]["sha256"], model_file["sha256"]
        self.reject("model-digest", cert, TOY1, SMALL1)
        cert = toy1_pruned()
        model_part, result = cert["model"], cert["pruning"]["result"]
        model_part["network"], result["network"] = result["network"], model_part["network"]
        self.reject("network-digest", cert, TOY1, SMALL1)
        cert = toy1_pruned()
        cert["pruning"]["result"]["network"] = TOY1.digest()
        self.reject("result-digest", cert, TOY1, SMALL1)
        cert = toy1_pruned()
        cert["pruning"]["result"]["file"]["sha256"] = sha(TOY1.onnx())
        self.reject("result-digest", cert, TOY1, SMALL1)
        cert = toy1()
        cert["model"]["files"][0]["sha256"], cert["model"]["network"] = cert["model"]["network"], cert["model"]["files"][0]["sha256"]
        self.reject("model-digest", cert, TOY1)

    def test_model_of_the_same_shape(self):
        other = Net(2, TOY1.layers[0], ([[1, 0, -1], [1, 1, 1]], [1, -2], True), TOY1.layers[2])
        self.reject("model-digest", toy1(), other)
        cert = toy1()
        cert["model"]["files"][0]["sha256"] = sha(other.onnx())
        self.reject("network-digest", cert, other)

    def test_small_network_given_or_not(self):
        self.reject("result-digest", toy1_pruned(), TOY1)
        self.reject("result-digest", toy1(), TOY1, SMALL1)

    def test_multiplier_signs(self):
        # lambda = -1 would give r = (2, 2), B = 4: weak but the rule stands for itself
        cert = toy1_rows()
        cert["steps"][0]["leaf"]["lambda"] = [[0, v(-1)]]
        self.reject("multiplier", cert, TOY1, place="$.steps[0].leaf.lambda[0]")
        # the side -1 with lambda = -1 "proves" u0 >= 0 on x0 + x1 <= 0
        cert["steps"][0]["side"] = "lower"
        self.reject("multiplier", cert, TOY1)
        cert = toy1_ball()
        cert["steps"][0]["leaf"]["mu"] = v(-1)
        self.reject("multiplier", cert, TOY1)

    def test_negative_m(self):
        # m = -1 turns the claim around: B = -1 - ... is small
        cert = toy1([tree((1, 0), "upper", -1, leaf(m=-1))])
        self.reject("multiplier", cert, TOY1)

    def test_nu_of_the_targets_layer_and_above(self):
        for entry in ([1, 0, 1], [1, 1, 1], [2, 0, 1], [9, 0, 1], [0, 3, 1]):
            with self.subTest(entry=entry):
                self.reject("multiplier", toy1([lemma((1, 0), "upper", [entry])]), TOY1)
        self.reject("multiplier", toy1([lemma((0, 0), "upper", [(0, 1, 1)])]), TOY1)

    def test_layer_order(self):
        steps = [LEMMA1, lemma((0, 0), "upper")]
        self.reject("step-order", toy1(steps), TOY1, place="$.steps[1].unit")

    def test_bounds_cross(self):
        # No sound step crosses on a domain that is not empty, so the rule is held against the machinery itself.
        checker = ec.Checker.__new__(ec.Checker)
        checker.lower, checker.upper = [[(1, 0)]], [[(1, 1)]]
        checker.tighten(0, 0, 1, (1, 0), "$.steps[0]")
        with self.assertRaises(ec.Rejected) as caught:
            checker.tighten(0, 0, 1, (1, -1), "$.steps[0]")
        self.assertEqual(caught.exception.rule, "bounds-cross")
        checker.lower, checker.upper = [[(1, 0)]], [[(1, 1)]]
        with self.assertRaises(ec.Rejected):
            checker.tighten(0, 0, -1, (3, 0), "$.steps[0]")

    def test_verdict_order(self):
        cert = toy1()
        cert["verdicts"].append(copy.deepcopy(cert["verdicts"][4]))
        self.reject("verdict-coverage", cert, TOY1)
        cert = toy1()
        cert["verdicts"][1] = copy.deepcopy(cert["verdicts"][0])
        self.reject("verdict-coverage", cert, TOY1)
        cert = toy1()
        cert["verdicts"][0:2] = reversed(cert["verdicts"][0:2])
        self.reject("verdict-coverage", cert, TOY1)
        for n in range(5):
            cert = toy1()
            del cert["verdicts"][n]
            self.reject("verdict-coverage", cert, TOY1)
        cert = toy1()
        cert["verdicts"].append(verdict((2, 0), "stably-active", 1, 100))  # an identity unit
        self.reject("verdict-coverage", cert, TOY1)

    def test_false_stability(self):
        for n, kind in ((0, "stably-active"), (0, "stably-inactive"), (1, "stably-active"), (2, "stably-inactive"),
                        (3, "stably-active"), (4, "stably-active"), (4, "stably-inactive")):
            with self.subTest(n=n, kind=kind):
                cert = toy1()
                old = cert["verdicts"][n]
                cert["verdicts"][n] = {k: old[k] for k in ("unit", "lower", "upper", "settledBy")}
                cert["verdicts"][n]["stability"] = kind
                self.reject("verdict-bound", cert, TOY1, place="$.verdicts[%d].stability" % n)

    def test_depth(self):
        # a path of as many splits as units below: 4,097 is refused, 4,096 is not (as far as the depth goes)
        wide = 4097
        net = Net(1, ([[1]] * wide, [0] * wide, True), ([[0] * wide], [-1], True))
        for splits in (4096, 4097):
            nodes = [(0, i) for i in range(splits)] + [leaf()]
            cert = certificate(net, box([-1], [1]), steps=[tree((1, 0), "upper", -1, *nodes)])
            with self.subTest(splits=splits):
                self.reject("limits" if splits > 4096 else "tree-shape", cert, net)


class Fields(Bench):
    def test_document(self):
        rows = []
        for key in ("format", "version", "producer", "model", "domain", "points", "member", "steps", "verdicts", "regions", "pruning"):
            rows.append(("syntax", drop(key)))
            rows.append(("syntax", put(key, True)))
        rows += [("syntax", put("more", 1)), ("syntax", put("format", "espalier")), ("syntax", put("version", 2)), ("syntax", put("version", 4)),
                 ("syntax", put("version", 0)), ("syntax", put("version", "3")), ("syntax", put("version", 3.0)),
                 ("syntax", put("producer", None)), ("syntax", put("member", "0")), ("syntax", put("pruning", [])), ("syntax", put("regions", []))]
        self.table(toy1, TOY1, rows)

    def test_model_part(self):
        one = "0" * 64
        self.table(toy1, TOY1, [
            ("syntax", drop("model", "files")), ("syntax", drop("model", "network")), ("syntax", put("model", "x", 0)),
            ("syntax", put("model", "files", 0, "sha256", one.upper() + "0")), ("syntax", put("model", "network", "A" * 64)),
            ("syntax", put("model", "network", one[1:])), ("syntax", put("model", "network", one + "\n")),
            ("syntax", put("model", "files", 0, "name", 1)), ("syntax", drop("model", "files", 0, "name")),
            ("syntax", put("model", "files", 0, "size", 1)), ("syntax", drop("model", "files", 0, "sha256")),
            ("model-digest", put("model", "files", [])), ("model-digest", put("model", "files", 0, "sha256", one)),
            ("model-digest", add("model", "files", {"name": "w.bin", "sha256": one})),
            ("network-digest", put("model", "network", one))])

    def test_domain_part(self):
        half = v(Fraction(1, 2))
        row = {"terms": [[0, v(1)]], "bound": v(1)}

        def rows_of(row):
            return both(put("domain", "rows", [row]), put("member", 0))

        def ball_of(ball):
            return both(put("domain", "ball", ball), put("member", 0))

        wide = v(1 + Fraction(1, 1 << 53))  # 54 bits
        self.table(toy1, TOY1, [
            ("syntax", drop("domain", "lower")), ("syntax", drop("domain", "upper")), ("syntax", drop("domain", "rows")),
            ("syntax", drop("domain", "ball")), ("syntax", put("domain", "x", 0)), ("syntax", put("domain", "lower", 0, 1)),
            ("syntax", put("domain", "rows", None)), ("syntax", put("domain", "ball", [])),
            ("syntax", rows_of({"terms": [[0, v(1)]]})), ("syntax", rows_of({"bound": v(1)})), ("syntax", rows_of(dict(row, x=1))),
            ("syntax", rows_of(dict(row, terms=[[0]]))), ("syntax", rows_of(dict(row, terms=[[0, v(1), 1]]))),
            ("syntax", rows_of(dict(row, terms=[[v(1), v(1)]]))), ("syntax", rows_of(dict(row, terms=[[0, 1]]))),
            ("syntax", ball_of({"center": vs(0, 0)})), ("syntax", ball_of({"radius": v(2)})),
            ("syntax", ball_of({"center": vs(0, 0), "radius": v(2), "x": 0})), ("syntax", ball_of({"center": vs(0, 0), "radius": 2})),
            ("domain", put("domain", "lower", vs(-1))), ("domain", put("domain", "upper", vs(1, 1, 1))),
            ("domain", put("domain", "lower", 0, v(2))), ("domain", put("domain", "upper", 0, wide)),
            ("domain", put("domain", "upper", 0, v(1 << 1024))), ("domain", put("domain", "lower", 0, v(-Fraction(1, 1 << 1075)))),
            ("domain", rows_of(dict(row, terms=[[2, v(1)]]))), ("domain", rows_of(dict(row, terms=[[0, v(1)], [0, v(1)]]))),
            ("domain", rows_of(dict(row, terms=[[1, v(1)], [0, v(1)]]))), ("domain", rows_of(dict(row, terms=[[0, wide]]))),
            ("domain", rows_of(dict(row, bound=wide))),
            ("domain", ball_of({"center": vs(0), "radius": v(2)})), ("domain", ball_of({"center": [wide, "0"], "radius": v(2)})),
            ("domain", ball_of({"center": vs(0, 0), "radius": v(-1)})), ("domain", ball_of({"center": vs(0, 0), "radius": wide})),
            ("point", put("points", 0, vs(1))), ("point", put("points", 0, vs(1, 1, 1))), ("point", put("points", 0, vs(1, 2))),
            ("point", put("points", 0, vs(1 + Fraction(1, 1 << 3000), 1))), ("point", put("points", 2, vs(-2, 0))),
            ("syntax", put("points", 0, 0, 1)), ("syntax", put("points", 0, "0")),
            ("point", rows_of(dict(row, bound=half))), ("point", rows_of({"terms": [], "bound": v(-1)})),
            ("point", ball_of({"center": vs(0, 0), "radius": v(1)})),
            ("member", put("member", 0)), ("member", put("domain", "rows", [row])),
            ("member", put("domain", "ball", {"center": vs(0, 0), "radius": v(2)})),
            ("member", both(put("domain", "rows", [row]), put("member", 3)))])
        self.table(toy1_rows, TOY1, [("member", put("member", None)), ("member", put("member", 2)), ("syntax", put("member", -1))])

    def test_step_part(self):
        self.table(toy1, TOY1, [
            ("syntax", put("steps", 0, [])), ("syntax", drop("steps", 0, "unit")), ("syntax", drop("steps", 0, "side")),
            ("syntax", drop("steps", 0, "leaf")), ("syntax", drop("steps", 1, "bound")), ("syntax", drop("steps", 1, "tree")),
            ("syntax", put("steps", 0, "bound", "0")), ("syntax", put("steps", 0, "tree", [])), ("syntax", put("steps", 0, "x", 0)),
            ("syntax", put("steps", 1, "x", 0)), ("syntax", put("steps", 0, "side", "both")), ("syntax", put("steps", 0, "side", 1)),
            ("syntax", put("steps", 0, "unit", [1])), ("syntax", put("steps", 0, "unit", [1, 0, 0])),
            ("syntax", put("steps", 0, "unit", [1, 0.0])), ("syntax", put("steps", 0, "unit", [1, -1])),
            ("syntax", put("steps", 0, "unit", [True, 0])), ("syntax", put("steps", 0, "unit", "1,0")),
            ("syntax", put("steps", 1, "bound", -1)), ("syntax", put("steps", 1, "tree", {})),
            ("step-target", put("steps", 0, "unit", [1, 2])), ("step-target", put("steps", 1, "unit", [3, 0])),
            ("step-target", put("steps", 0, "unit", [1 << 53, 0])), ("syntax", put("steps", 0, "unit", [(1 << 53) + 1, 0])), ("syntax", put("steps", 0, "unit", [10 ** 400, 0])),
            ("syntax", put("steps", 1, "tree", 0, {})), ("syntax", put("steps", 1, "tree", 0, {"split": [0, 0], "leaf": leaf()})),
            ("syntax", put("steps", 1, "tree", 0, {"split": [0]})), ("syntax", put("steps", 1, "tree", 1, {"leaf": [], })),
            ("syntax", put("steps", 1, "tree", 1, [])),
            ("syntax", put("steps", 0, "leaf", "m", v(1))), ("syntax", put("steps", 0, "leaf", "x", v(1))),
            ("syntax", put("steps", 0, "leaf", {})), ("syntax", put("steps", 1, "tree", 1, "leaf", {})),
            ("syntax", put("steps", 1, "tree", 1, "leaf", "x", 0)), ("syntax", put("steps", 1, "tree", 1, "leaf", "m", 1)),
            ("syntax", put("steps", 0, "leaf", "nu", [[0, 0]])), ("syntax", put("steps", 0, "leaf", "nu", [[0, 0, 1]])),
            ("syntax", put("steps", 0, "leaf", "nu", [[0, "0", "0"]])), ("syntax", put("steps", 0, "leaf", "nu", [[0.0, 0, "0"]])),
            ("syntax", put("steps", 0, "leaf", "nu", [[0, 0, "0", "0"]])), ("syntax", put("steps", 0, "leaf", "nu", None)),
            ("syntax", put("steps", 0, "leaf", "lambda", [[0]])), ("syntax", put("steps", 0, "leaf", "lambda", None)),
            ("syntax", put("steps", 0, "leaf", "lambda", [[0, 1]])), ("syntax", put("steps", 0, "leaf", "mu", None)),
            ("syntax", put("steps", 0, "leaf", "mu", 0)),
            ("multiplier", put("steps", 0, "leaf", "mu", v(1))), ("multiplier", put("steps", 0, "leaf", "mu", v(-1))),
            ("multiplier", put("steps", 0, "leaf", "lambda", [[0, "0"]])),
            ("multiplier", put("steps", 0, "leaf", "nu", [[0, 0, "0"], [0, 0, "0"]])),
            ("multiplier", put("steps", 0, "leaf", "nu", [[0, 1, "0"], [0, 0, "0"]])),
            ("multiplier", put("steps", 1, "tree", 2, "leaf", "m", v(-1)))])
        self.table(toy1_rows, TOY1, [("multiplier", put("steps", 0, "leaf", "lambda", [[0, v(1)], [0, v(1)]])),
                                     ("multiplier", put("steps", 0, "leaf", "lambda", [[1, v(1)]]))])

    def test_verdict_part(self):
        self.table(toy1, TOY1, [
            ("syntax", put("verdicts", 0, 1)), ("syntax", drop("verdicts", 0, "unit")), ("syntax", drop("verdicts", 0, "stability")),
            ("syntax", drop("verdicts", 0, "lower")), ("syntax", drop("verdicts", 0, "upper")),
            ("syntax", drop("verdicts", 0, "settledBy")), ("syntax", put("verdicts", 0, "x", 1)),
            ("syntax", put("verdicts", 0, "settledBy", 1)), ("syntax", put("verdicts", 0, "stability", "stable")),
            ("syntax", put("verdicts", 0, "stability", [])), ("syntax", put("verdicts", 0, "constant", "0")),
            ("syntax", put("verdicts", 0, "limit", "time")), ("syntax", drop("verdicts", 0, "positive")),
            ("syntax", drop("verdicts", 0, "negative")), ("syntax", put("verdicts", 0, "positive", None)),
            ("syntax", put("verdicts", 1, "positive", 0)), ("syntax", put("verdicts", 1, "negative", 0)),
            ("syntax", put("verdicts", 1, "limit", "time")), ("syntax", put("verdicts", 1, "lower", -4)),
            ("verdict-coverage", put("verdicts", 0, "unit", [0, 1])), ("verdict-coverage", put("verdicts", [])),
            ("verdict-bound", put("verdicts", 1, "lower", v(-3))), ("verdict-bound", put("verdicts", 1, "upper", v(-1))),
            ("verdict-bound", put("verdicts", 4, "upper", v(2))), ("verdict-bound", put("verdicts", 0, "lower", "0")),
            ("verdict-witness", put("verdicts", 0, "positive", 3)), ("verdict-witness", put("verdicts", 0, "positive", 2)),
            ("verdict-witness", put("verdicts", 0, "negative", 0)),
            ("constant", put("verdicts", 1, "constant", "0")), ("constant", put("verdicts", 2, "constant", v(2)))])
        self.table(toy2, TOY2, [
            ("syntax", drop("verdicts", 1, "limit")), ("syntax", put("verdicts", 1, "limit", 3)),
            ("syntax", put("verdicts", 1, "constant", "0")), ("verdict-witness", put("verdicts", 1, "positive", 0)),
            ("verdict-witness", put("verdicts", 1, "negative", 1)), ("verdict-witness", put("verdicts", 1, "negative", 2)),
            ("verdict-bound", put("verdicts", 1, "lower", v(-1)))])
        self.table(toy3, TOY3, [("constant", put("verdicts", 2, "constant", v(4)))], SMALL3)

    def test_pruning_part(self):
        p = "pruning"
        self.table(toy1_pruned, TOY1, [
            ("syntax", drop(p, "rewrites")), ("syntax", drop(p, "kept")), ("syntax", drop(p, "difference")),
            ("syntax", drop(p, "result")), ("syntax", put(p, "x", 0)), ("syntax", drop(p, "result", "file")),
            ("syntax", drop(p, "result", "network")), ("syntax", put(p, "result", "x", 0)), ("syntax", put(p, "result", "file", "x", 0)),
            ("syntax", drop(p, "result", "file", "name")), ("syntax", drop(p, "result", "file", "sha256")),
            ("syntax", put(p, "result", "network", "0")),
            ("syntax", put(p, "rewrites", 0, {"rule": "remove", "unit": [0, 1]})), ("syntax", put(p, "rewrites", 0, [])),
            ("syntax", put(p, "rewrites", 0, {"rule": "remove-inactive", "layer": 0})),
            ("syntax", put(p, "rewrites", 0, {"rule": "fold-layer", "unit": [0, 1]})),
            ("syntax", put(p, "rewrites", 0, {"rule": "fold-layer", "layer": [0]})),
            ("syntax", put(p, "rewrites", 0, {"unit": [0, 1]})), ("syntax", put(p, "rewrites", 0, "x", 1)),
            ("syntax", put(p, "kept", 0, {"layer": 0})), ("syntax", put(p, "kept", 0, {"layer": 0, "units": [0.5]})),
            ("syntax", put(p, "kept", 0, "x", 1)), ("syntax", put(p, "kept", 0, "layer", "0")),
            ("syntax", put(p, "difference", [0])), ("syntax", put(p, "difference", "0")),
            ("rewrite", put(p, "rewrites", 0, unit_rule("remove-inactive", 0, 0))),  # unstable
            ("rewrite", put(p, "rewrites", 0, unit_rule("remove-inactive", 0, 2))),  # active
            ("rewrite", put(p, "rewrites", 0, unit_rule("remove-inactive", 2, 0))),  # last layer
            ("rewrite", put(p, "rewrites", 0, unit_rule("remove-inactive", 3, 0))),
            ("rewrite", put(p, "rewrites", 0, unit_rule("remove-inactive", 0, 3))),
            ("rewrite", put(p, "rewrites", 1, unit_rule("remove-inactive", 0, 1))),  # gone
            ("rewrite", put(p, "rewrites", 0, unit_rule("fold-constant", 0, 1))),
            ("rewrite", put(p, "rewrites", 0, unit_rule("remove-unread", 0, 1))),
            ("rewrite", put(p, "rewrites", 0, layer_rule("fold-layer", 0))), ("rewrite", put(p, "rewrites", 0, layer_rule("fold-layer", 2))),
            ("rewrite", put(p, "rewrites", 0, layer_rule("fold-layer", 3))), ("rewrite", put(p, "rewrites", 0, layer_rule("make-constant", 0))),
            ("kept", put(p, "kept", 0, "units", [0, 1])), ("kept", put(p, "kept", 0, "units", [2, 0])), ("kept", drop(p, "kept", 2)),
            ("kept", put(p, "kept", 0, "layer", 1)), ("kept", add(p, "kept", {"layer": 3, "units": []})),
            ("kept", both(drop(p, "rewrites", 1))), ("kept", put(p, "kept", 0, "units", [0, 2, 2])),
            ("difference", put(p, "difference", [])), ("difference", put(p, "difference", vs(0, 0))),
            ("difference", put(p, "difference", vs(-1)))], SMALL1)

    def test_rewrites_in_a_wrong_order_or_place(self):
        p = "pruning"
        self.table(toy3, TOY3, [
            ("rewrite", put(p, "rewrites", 0, unit_rule("fold-constant", 0, 0))),
            ("rewrite", put(p, "rewrites", 1, unit_rule("remove-unread", 0, 0))),
            ("rewrite", put(p, "rewrites", 3, unit_rule("remove-inactive", 1, 0))),
            ("rewrite", put(p, "rewrites", 3, layer_rule("fold-layer", 0))),  # gone
            ("rewrite", drop(p, "rewrites", 3)),  # then layer 1 still has an inactive unit
            ("rewrite", add(p, "rewrites", unit_rule("remove-unread", 0, 0))),
            ("rewrite", add(p, "rewrites", layer_rule("fold-layer", 2))),
            ("kept", drop(p, "rewrites", 4)), ("kept", put(p, "kept", 0, "layer", 0))], SMALL3)
        self.table(toy4, TOY4, [
            ("rewrite", drop(p, "rewrites", 2)),  # a layer without units at the end
            ("rewrite", put(p, "rewrites", 2, layer_rule("make-constant", 1))),
            ("rewrite", put(p, "rewrites", 2, layer_rule("fold-layer", 0))),  # no unit left to fold
            ("rewrite", drop(p, "rewrites", 1)), ("rewrite", put(p, "rewrites", 2, layer_rule("make-constant", 2)))], SMALL4)
        # an identity unit is never inactive
        cert = toy6()
        cert["domain"] = box([-1], [-1])
        cert["points"] = []
        cert["verdicts"] = [verdict((1, 0), "stably-inactive", -5, -5), verdict((1, 1), "stably-inactive", -2, -2)]
        cert[p] = pruning(TOY6, [unit_rule("remove-inactive", 0, 0)], [], [0])
        self.reject("rewrite", cert, TOY6, TOY6)

    def test_result_network(self):
        layers = list(SMALL1.layers)
        for name, other in (
                ("a weight", Net(2, ([[1, 1], [1, Fraction(1, 1 << 100)]], [0, 3], True), *layers[1:])),
                ("a bias", Net(2, ([[1, 1], [1, 0]], [0, 2], True), *layers[1:])),
                ("an activation", Net(2, layers[0], layers[1], ([[2]], [1], True))),
                ("another activation", Net(2, layers[0], (layers[1][0], layers[1][1], False), layers[2])),
                ("a layer less", Net(2, *layers[:2])), ("a layer more", Net(2, *layers, ([[1]], [0], False))),
                ("the scalar type", Net(2, *layers, kind="d")), ("nothing removed", TOY1),
                ("the inputs", Net(3, ([[1, 1, 0], [1, 0, 0]], [0, 3], True), *layers[1:]))):
            with self.subTest(name):
                cert = toy1_pruned()
                cert["pruning"]["result"] = {"file": {"name": "s", "sha256": sha(other.onnx())}, "network": other.digest()}
                self.reject("result-network", cert, TOY1, other)

    def test_output_maps_of_the_result(self):
        def build(net, opset, *maps):
            nodes, tensors, at = [], [tensor("s1", [1], [-1], "q"), tensor("s2", [2], [1, -1], "q")], "x"
            for k, (w, b, relu) in enumerate(net.layers):
                tensors += [tensor("w%d" % k, [len(w), len(w[0])], flat(w)), tensor("b%d" % k, [len(b)], b)]
                nodes.append(node("Gemm", [at, "w%d" % k, "b%d" % k], ["z%d" % k], transB=1))
                at = "z%d" % k
                if relu:
                    at = "h%d" % k
                    nodes.append(node("Relu", ["z%d" % k], [at]))
            for n, (op, operand, attributes) in enumerate(maps):
                nodes.append(node(op, [at] + ([operand] if operand else []), ["m%d" % n], **attributes))
                at = "m%d" % n
            return model(nodes, tensors, ["n", 2], at, opset=opset)

        def run(big, small):
            cert = toy1_pruned()
            big, small = build(TOY1, *big), build(SMALL1, *small)
            cert["model"]["files"][0]["sha256"] = sha(big)
            cert["pruning"]["result"]["file"]["sha256"] = sha(small)
            return self.run_raw(json.dumps(cert).encode(), big, small)[0]

        soft, last, log = ("Softmax", None, {"axis": 1}), ("Softmax", None, {"axis": -1}), ("LogSoftmax", None, {"axis": 1})
        bare, flat1, flat2 = ("Softmax", None, {}), ("Reshape", "s1", {}), ("Reshape", "s2", {})
        for maps in ((), (soft,), (soft, flat1), (soft, ("Identity", None, {}), log)):
            line = run((13, *maps), (13, *maps))
            self.assertTrue(line.startswith("accepted: "), line)
        self.assertTrue(run((13,), (12,)).startswith("accepted: "))
        for big, small in (((13, soft), (13,)), ((13,), (13, soft)), ((13, soft), (13, log)), ((13, soft), (13, last)), ((13, soft), (13, bare)),
                           ((13, soft, log), (13, log, soft)), ((13, soft, flat1), (13, soft, flat2)), ((13, soft), (13, soft, soft)),
                           ((13, bare), (12, bare))):
            line = run(big, small)
            self.assertTrue(line.startswith("rejected: result-network at $.pruning"), line)

    def test_rounding_of_the_result(self):
        # not rounded to nearest: one unit in the last place above, and the other way round
        for w in (1 + Fraction(1, 1 << 22) + Fraction(1, 1 << 23), 1 + Fraction(1, 1 << 23)):
            other = Net(1, ([[w]], [-2], True), ([[-3]], [0], False))
            cert = toy5()
            cert["pruning"]["result"] = {"file": {"name": "s", "sha256": sha(other.onnx())}, "network": other.digest()}
            self.reject("result-network", cert, TOY5, other)

    def test_overflow_of_the_result(self):
        big = 1 << 127
        net = Net(1, ([[big]], [0], True), ([[2]], [0], False))
        cert = certificate(net, box([1], [1]), verdicts=[verdict((0, 0), "stably-active", big, big)],
                           pruning=pruning(net, [layer_rule("fold-layer", 0)], [(1, [0])], [0]))
        self.reject("result-network", cert, net, net)

    def test_difference(self):
        for value in (Fraction(3, 1 << 45) - Fraction(1, 1 << 100), Fraction(1, 1 << 45), 0):
            cert = toy5()
            cert["pruning"]["difference"] = vs(value)
            self.reject("difference", cert, TOY5, SMALL5)
        cert = toy5()
        cert["pruning"]["difference"] = vs(1)
        self.accept(cert, TOY5, SMALL5)


class Text(Bench):
    def test_json(self):
        good = json.dumps(toy1()).encode()
        model_bytes = TOY1.onnx()
        self.assertEqual(self.run_raw(good, model_bytes)[1], 0)
        pairs = [
            b"", b"null", b"[]", b"{", good[:-1], good + b"x", good + b" {}", good + b"\0", b"\xef\xbb\xbf" + good,
            good.replace(b"by hand", b"by \xff"), good.replace(b"by hand", b"by \xed\xa0\x80"),
            good.replace(b"by hand", b"by \\ud800"), good.replace(b"by hand", b"by\nhand"), good.replace(b"by hand", b"\\x41"),
            good.replace(b'"producer"', b'"producer": "", "producer"'),
            good.replace(b'"nu": []', b'"nu": [], "nu": []'), good.replace(b'"nu": []', b'"nu": [], "m": "0x1p0", "m": "0x1p0"'),
            good.replace(b'"version": 3', b'"version": 3.0'), good.replace(b'"version": 3', b'"version": 3e0'),
            good.replace(b'"version": 3', b'"version": 03'), good.replace(b'"version": 3', b'"version": +3'),
            good.replace(b'"version": 3', b'"version": NaN'), good.replace(b'"version": 3', b'"version": Infinity'),
            good.replace(b'"version": 3', b'"version": -0'), good.replace(b'"unit": [0, 0]', b'"unit": [-0, 0]'),
            good.replace(b'"unit": [0, 0]', b'"unit": [0.0, 0]'), good.replace(b'"unit": [0, 0]', b'"unit": [0e0, 0]'),
            good.replace(b'"unit": [0, 0]', b'"unit": [' + b"9" * 100000 + b", 0]"),
            good.replace(b'"steps": [', b'"steps": [,'), good.replace(b"null", b"nul"), good.replace(b"{", b"{/**/", 1),
            good.replace(b'"by hand 1"', b"[" * 65 + b"]" * 65), good.replace(b'"by hand 1"', b"[" * 200000 + b"]" * 200000),
            b"[" * 1000000, good.decode().encode("utf-16")]
        for number, text in enumerate(pairs):
            with self.subTest(number=number):
                self.assertNotEqual(text, good)
                line, code = self.run_raw(text, model_bytes)
                self.assertTrue(line.startswith("rejected: syntax at $"), line)
                self.assertEqual(code, 1)

    def test_values(self):
        good = ["0", "0x1p0", "-0xdp-2", "0x1p-1", "0xfffp65536", "-0x1p-65536", "0x10001p0", "0x" + "f" * 8192 + "p0", "0x1p10"]
        for text in good:
            ec.get_value(text, "$")
        self.assertEqual(ec.get_value("-0xdp-2", "$"), (-13, -2))
        bad = ["", "-0", "+0", "00", "0x0p0", "0x2p0", "0x10p0", "0x01p0", "0X1p0", "0x1P0", "0x1", "1", "1.5", "0x1p", "0x1p+0",
               "0x1p-0", "0x1p00", "0x1p01", "0x1p65537", "0x1p-65537", "0x1p99999999999", "0xAp0", "0xDp0", "+0x1p0", " 0x1p0",
               "0x1p0 ", "0x1p0\n", "0\n", "0x1p\u0661", "0x" + "f" * 8193 + "p0", "--0x1p0", "0x1.8p0", "1/2", "0x_1p0", "-"]
        for text in bad:
            with self.subTest(text=text[:20]), self.assertRaises(ec.Rejected):
                ec.get_value(text, "$")
        for thing in (0, 1, None, True, [], {}, ec.Odd("1.0")):
            with self.assertRaises(ec.Rejected):
                ec.get_value(thing, "$")
        cert = toy1()
        cert["verdicts"][0]["lower"] = "-0x2p0"  # -2 spelled with an even significand
        self.reject("syntax", cert, TOY1, place="$.verdicts[0].lower")

    def test_limits(self):
        cert = toy1()
        for key in ("points", "steps"):
            name = "MAX_" + key.upper()
            old = getattr(ec, name)
            setattr(ec, name, len(cert[key]) - 1)
            try:
                self.reject("limits", cert, TOY1, place="$." + key)
                setattr(ec, name, len(cert[key]))
                self.accept(cert, TOY1)
            finally:
                setattr(ec, name, old)
        old, ec.MAX_NODES = ec.MAX_NODES, 2
        try:
            self.reject("limits", cert, TOY1, place="$.steps[1].tree")
        finally:
            ec.MAX_NODES = old


class Numbers(unittest.TestCase):
    def test_ieee(self):
        # against the machine's own conversions
        for kind, code, size in (("float32", "f", "I"), ("float64", "d", "Q")):
            width = 8 * struct.calcsize(code)
            seen = 0
            for n in range(20000):
                bits = int.from_bytes(hashlib.sha256(b"%d" % n).digest()[:8], "big") >> (64 - width)
                if n < 64:
                    bits = (1 << n % width) | (bits & 1)
                number = ec.from_bits(bits, kind)
                real = struct.unpack("<" + code, struct.pack("<" + size, bits))[0]
                if real != real or real in (float("inf"), float("-inf")):
                    self.assertIsNone(number)
                    continue
                seen += 1
                self.assertEqual(Fraction(number[0]) * Fraction(2) ** number[1], Fraction(real))
                self.assertTrue(ec.fits(number, kind))
                self.assertEqual(ec.bits64(number), struct.unpack(">Q", struct.pack(">d", real + 0.0))[0])
            self.assertGreater(seen, 10000)

    def test_rounding_to_float32(self):
        for n in range(5000):
            digest = hashlib.sha256(b"r%d" % n).digest()
            bits = int.from_bytes(digest[:8], "big")
            exponent = 1023 + (digest[8] + 256 * digest[9]) % 320 - 160  # around the range of float32
            bits = bits & ~(2047 << 52) | exponent << 52
            if digest[10] & 1:
                bits &= ~((1 << 28) - 1)  # ties
            number = ec.from_bits(bits, "float64")
            real = struct.unpack("<d", struct.pack("<Q", bits))[0]
            try:
                expected = struct.unpack("<f", struct.pack("<f", real))[0]
            except OverflowError:
                expected = None
            found = ec.round_ieee(*number, "float32")
            if expected is None:
                self.assertIsNone(found)
            else:
                self.assertEqual(Fraction(found[0]) * Fraction(2) ** found[1], Fraction(expected))

    def test_reciprocal(self):
        r = random.Random(8)
        for kind, layout, integer in (("float32", "<f", "<I"), ("float64", "<d", "<Q")):
            bits = 8 * struct.calcsize(integer)
            for _ in range(3000):
                c = ec.from_bits(r.getrandbits(bits), kind)
                if c is None or c[0] == 0:
                    continue
                x = struct.unpack(layout, struct.pack(layout, Fraction(c[0]) * Fraction(2) ** c[1]))[0]
                try:  # the quotient of two float32 numbers, rounded to float64 first, gives the same float32
                    expected = struct.unpack(integer, struct.pack(layout, 1 / x))[0]
                    expected = ec.from_bits(expected, kind)
                except OverflowError:
                    expected = None
                self.assertEqual(ec.reciprocal(c, kind), expected if expected != ec.ZERO else None)
        self.assertIsNone(ec.reciprocal(ec.ZERO, "float32"))
        self.assertIsNone(ec.reciprocal((1, -128), "float32"))
        self.assertEqual(ec.reciprocal((1, 127), "float32"), (1, -127))

    def test_outward(self):
        for sign in (1, -1):
            s = sign * ((1 << 60) + 1)
            up, down = ec.round53(s, -60, True), ec.round53(s, -60, False)
            exact = Fraction(s, 1 << 60)
            up, down = (Fraction(a) * Fraction(2) ** e for a, e in (up, down))
            self.assertTrue(down < exact < up)
            self.assertEqual(up - down, Fraction(1, 1 << 52))
        self.assertEqual(ec.round53((1 << 54) - 1, 0, True), (1, 54))
        self.assertEqual(ec.round53((1 << 53) - 1, 9, True), ((1 << 53) - 1, 9))
        self.assertEqual(ec.round53(0, 9, True), (0, 0))

    def test_order(self):
        numbers = [(-3, 2), (-1, 3), (-1, -5), (0, 0), (1, -7), (1, -5), (3, -5), (1, 0), (5, 0), (3, 1), (1, 100000)]
        for i, a in enumerate(numbers):
            for j, b in enumerate(numbers):
                self.assertEqual(ec.d_cmp(a, b), (i > j) - (i < j), (a, b))


class Models(Bench):
    """Section 10: the same network in different clothes, and what is not a network."""

    W = [[1, 2, 3], [4, 5, 6]]  # 2 units, 3 inputs
    WT = [[1, 4], [2, 5], [3, 6]]

    def read(self, data):
        ec.NETWORKS.clear()
        return ec.read_network(self.write("m.onnx", data))

    def same(self, expected, nodes, tensors, dims=("n", 3), output="y", **more):
        network = self.read(model(nodes, tensors, list(dims), output, **more))
        self.assertEqual(network.digest(), expected.digest())

    def refused(self, nodes, tensors, dims=("n", 3), output="y", **more):
        with self.assertRaises(ec.Unreadable):
            self.read(model(nodes, tensors, list(dims), output, **more))

    def w(self, **more):
        return tensor("w", [3, 2], flat(self.WT), **more)

    def test_dense(self):
        plain = Net(3, (self.W, [0, 0], False))
        shifted = Net(3, (self.W, [7, -8], False))
        b = tensor("b", [2], [7, -8])
        self.same(plain, [node("MatMul", ["x", "w"], ["y"])], [self.w()])
        self.same(plain, [node("Gemm", ["x", "w"], ["y"])], [self.w(how="typed")])
        self.same(plain, [node("Gemm", ["x", "w"], ["y"])], [self.w(how="unpacked")])
        self.same(plain, [node("Gemm", ["x", "w", ""], ["y"])], [self.w()])
        self.same(shifted, [node("Gemm", ["x", "w", "b"], ["y"])], [self.w(), b])
        self.same(shifted, [node("Gemm", ["x", "w", "b"], ["y"], transB=1)], [tensor("w", [2, 3], flat(self.W)), b])
        self.same(shifted, [node("MatMul", ["x", "w"], ["z"]), node("Add", ["z", "b"], ["y"])], [self.w(), b])
        self.same(shifted, [node("MatMul", ["x", "w"], ["z"]), node("Add", ["b", "z"], ["y"])], [self.w(), b])
        self.same(shifted, [node("MatMul", ["x", "w"], ["z"]), node("Sub", ["z", "b"], ["y"])],
                  [self.w(), tensor("b", [1, 2], [-7, 8])])
        self.same(Net(3, (self.W, [3, 3], False)), [node("Gemm", ["x", "w", "b"], ["y"])], [self.w(), tensor("b", [1], [3])])
        self.same(Net(3, ([[2 * x for x in r] for r in self.W], [Fraction(7, 2), -4], True)),
                  [node("Gemm", ["x", "w", "b"], ["z"], alpha=2.0, beta=0.5), node("Relu", ["z"], ["y"])], [self.w(), b])

    def test_float64(self):
        net = Net(3, (self.W, [7, -8], False), kind="d")
        self.same(net, [node("Gemm", ["x", "w", "b"], ["y"])], [self.w(kind="d", how="typed"), tensor("b", [2], [7, -8])], code=11)

    def test_negative_zero(self):
        net = Net(3, ([[1, 0, 3], [4, 5, 6]], [0, 0], False))
        self.same(net, [node("Gemm", ["x", "w", "b"], ["y"])],
                  [tensor("w", [3, 2], [1, 4, -0.0, 5, 3, 6]), tensor("b", [2], [-0.0, 0])])

    def test_skipped(self):
        net = Net(3, (self.W, [0, 0], True))
        shape = tensor("s", [2], [0, -1], "q", "typed")
        axes = tensor("a", [1], [0], "q")
        nodes = [node("Identity", ["x"], ["x1"]), node("Flatten", ["x1"], ["x2"]), node("Reshape", ["x2", "s"], ["x3"]),
                 node("Unsqueeze", ["x3", "a"], ["x4"]), node("Squeeze", ["x4", "a"], ["x5"]), node("Cast", ["x5"], ["x6"], to=11),
                 node("Cast", ["x6"], ["x7"], to=1), node("Dropout", ["x7"], ["x8", "mask"]), node("Gemm", ["x8", "w"], ["z"]),
                 node("Relu", ["z"], ["h"]), node("Softmax", ["h"], ["p"], axis=-1), node("LogSoftmax", ["p"], ["y"])]
        self.same(net, nodes, [self.w(), shape, axes])
        self.same(net, nodes, [self.w(), shape, axes], dims=(1, 1, 3, 1))
        self.same(net, [node("Squeeze", ["x"], ["a"], axes=[1]), node("Reshape", ["a", "s"], ["b"]), node("Gemm", ["b", "w"], ["z"]),
                        node("Relu", ["z"], ["y"])], [self.w(), tensor("s", [2], [1, 3], "q")], dims=(1, 1, 3), opset=11)
        constant = node("Constant", [], ["s"], value=tensor("", [2], [1, 3], "q"))
        self.same(net, [constant, node("Reshape", ["x", "s"], ["b"]), node("Gemm", ["b", "w"], ["z"]), node("Relu", ["z"], ["y"])],
                  [self.w()])

    def test_diagonal(self):
        two, third = tensor("c", [1], [2]), tensor("c", [1], [1 / 3])
        matmul = node("MatMul", ["t", "w"], ["y"])
        # a scale before the first layer: exact, so inside; 1/3 is not exact, so a layer of its own
        self.same(Net(3, ([[2 * x for x in r] for r in self.W], [0, 0], False)), [node("Mul", ["x", "c"], ["t"]), matmul], [two, self.w()])
        f = Fraction(struct.unpack("<f", struct.pack("<f", 1 / 3))[0])
        diagonal = [[f, 0, 0], [0, f, 0], [0, 0, f]]
        self.same(Net(3, (diagonal, [0, 0, 0], False), (self.W, [0, 0], False)), [node("Mul", ["x", "c"], ["t"]), matmul], [third, self.w()])
        # a shift: 1 + 2 + 3 and 4 + 5 + 6
        self.same(Net(3, (self.W, [6, 15], False)), [node("Add", ["c", "x"], ["t"]), matmul], [tensor("c", [3], [1, 1, 1]), self.w()])
        self.same(Net(3, ([[-x for x in r] for r in self.W], [6, 15], False)), [node("Sub", ["c", "x"], ["t"]), matmul],
                  [tensor("c", [3], [1, 1, 1]), self.w()])
        # after a layer, before its relu: into the layer; a relu makes a diagonal layer a relu layer
        self.same(Net(3, ([[2 * x for x in self.W[0]], [3 * x for x in self.W[1]]], [0, 0], True)),
                  [node("MatMul", ["x", "w"], ["t"]), node("Mul", ["t", "c"], ["u"]), node("Relu", ["u"], ["y"])],
                  [tensor("c", [2], [2, 3]), self.w()])
        self.same(Net(3, ([[2, 0, 0], [0, 2, 0], [0, 0, 2]], [0, 0, 0], True), (self.W, [0, 0], False)),
                  [node("Mul", ["x", "c"], ["u"]), node("Relu", ["u"], ["t"]), matmul], [two, self.w()])
        # per channel: shape (1, 2, 2, 1) with a constant of shape (2, 1, 1)
        w4 = tensor("w", [4, 1], [1, 1, 1, 1])
        self.same(Net(4, ([[2, 2, 3, 3]], [0], False)), [node("Mul", ["x", "c"], ["u"]), node("Flatten", ["u"], ["t"]), matmul],
                  [tensor("c", [2, 1, 1], [2, 3]), w4], dims=("n", 2, 2, 1))

    def test_division(self):
        """x / c is x times the nearest number to 1/c."""
        matmul = node("MatMul", ["t", "w"], ["y"])
        for kind, c, folds in (("f", 2.0, True), ("f", -0.25, True), ("f", 3.0, False), ("f", 0.3, False), ("d", 7.0, False),
                               ("f", 0.1, True),  # 1 / float32(0.1) is not 10, but 10 is the nearest float32
                               ("f", 2.0 ** 127, True), ("d", 2.0 ** 1023, True)):  # the reciprocals are subnormal
            with self.subTest(kind=kind, c=c):
                c = float32(c)[0] if kind == "f" else c
                r = float32(1 / c)[0] if kind == "f" else 1 / c  # rounding twice is harmless: 53 > 2 * 24 + 1
                layers = [([[x * r for x in row] for row in self.W], [0, 0], False)]
                if not folds:
                    layers = [([[r, 0, 0], [0, r, 0], [0, 0, r]], [0] * 3, False), (self.W, [0, 0], False)]
                self.same(Net(3, *layers, kind=kind), [node("Div", ["x", "c"], ["t"]), matmul], [tensor("c", [1], [c], kind), self.w(kind=kind)])
        for c in (0.0, -0.0, 2.0 ** -149, 2.0 ** -128):
            self.refused([node("Div", ["x", "c"], ["t"]), matmul], [tensor("c", [1], [c]), self.w()])
        self.refused([node("Div", ["c", "x"], ["t"]), matmul], [tensor("c", [1], [2]), self.w()])
        self.refused([node("Div", ["x", "c"], ["t"]), matmul], [tensor("c", [1], [2], "q"), self.w()])
        # the divisor is float32, the scalar type float64: the reciprocal is one of float64
        r = 1 / 3
        self.same(Net(3, ([[r, 0, 0], [0, r, 0], [0, 0, r]], [0] * 3, False), (self.W, [0, 0], False), kind="d"),
                  [node("Div", ["x", "c"], ["t"]), matmul], [tensor("c", [1], [3]), self.w(kind="d")])

    def test_gemm_with_an_inexact_factor(self):
        a = Fraction(float32(0.1)[0])
        eye = [[a, 0], [0, a]]
        b = tensor("b", [2], [7, -8])
        # with the bias doubled exactly, and the matrix kept as it is stored
        w3 = [[3 * x for x in row] for row in self.W]
        tensors = [tensor("w", [2, 3], flat(w3)), b]
        self.same(Net(3, (w3, [0, 0], False), (eye, [14, -16], True)),
                  [node("Gemm", ["x", "w", "b"], ["z"], alpha=0.1, beta=2.0, transB=1), node("Relu", ["z"], ["y"])], tensors)
        self.refused([node("Gemm", ["x", "w", "b"], ["y"], beta=0.1, transB=1)], tensors)
        self.same(Net(3, (self.W, [7, -8], False)), [node("Gemm", ["x", "w", "b"], ["y"], transB=1)],
                  [tensor("w", [2, 3], flat(self.W)), tensor("b", [1, 2], [7, -8])])
        for dims in ([2, 1], [1, 1, 2], [3]):
            self.refused([node("Gemm", ["x", "w", "b"], ["y"])], [self.w(), tensor("b", dims, range(dims[0] * dims[-1] or 1))])

    def test_scaled_bias_must_fit_before_the_shift(self):
        # 3 * (2^24 - 1) needs 25 bits, the sum with 2^24 + 3 does not: the scale stays a layer of its own
        n = (1 << 24) - 1
        nodes = [node("Gemm", ["x", "w", "b"], ["z"]), node("Mul", ["z", "s"], ["u"]), node("Add", ["u", "t"], ["y"])]
        tensors = [tensor("w", [1, 1], [1]), tensor("b", [1], [n]), tensor("s", [1], [3]), tensor("t", [1], [1])]
        self.same(Net(1, ([[1]], [n], False), ([[3]], [1], False)), nodes, tensors, dims=("n", 1))

    def test_matrix_on_the_left(self):
        w = tensor("w", [2, 3], flat(self.W))
        net = Net(3, (self.W, [7, -8], True), ([[1, 1]], [0], False))
        v1 = tensor("v", [1, 2], [1, 1])
        for dims, bias in (((3,), [2]), ((3, 1), [2, 1]), (("n", 3, 1), [2, 1]), ((1, 1, 3, 1), [1, 2, 1])):
            nodes = [node("MatMul", ["w", "x"], ["a"]), node("Add", ["a", "b"], ["z"]), node("Relu", ["z"], ["h"]), node("MatMul", ["v", "h"], ["y"])]
            self.same(net, nodes, [w, v1, tensor("b", bias, [7, -8])], dims=dims)
        for dims in ((3, 2), ("n", 3), (2, 3), (1, 3), (2, 2, 3, 1)):
            self.refused([node("MatMul", ["w", "x"], ["y"])], [w], dims=dims)
        # a matrix on the right on one axis
        self.same(Net(3, (self.W, [0, 0], False)), [node("MatMul", ["x", "w"], ["y"])], [self.w()], dims=(3,))

    def test_relu_first_and_twice(self):
        net = Net(3, ([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 0, 0], True), (self.W, [0, 0], True))
        self.same(net, [node("Relu", ["x"], ["a"]), node("Relu", ["a"], ["b"]), node("MatMul", ["b", "w"], ["c"]), node("Relu", ["c"], ["d"]),
                        node("Identity", ["d"], ["e"]), node("Relu", ["e"], ["y"])], [self.w()])

    def test_computed_constants(self):
        net = Net(3, (self.W, [7, -8], False))
        stored = tensor("w", [2, 3], flat(self.W))
        use = [node("MatMul", ["x", "v"], ["a"]), node("Add", ["a", "b"], ["y"])]
        b = node("Constant", [], ["b"], value_floats=[7.0, -8.0])
        swap = node("Transpose", ["w"], ["v"], perm=[1, 0])
        self.same(net, [b, swap] + use, [stored])
        self.same(net, [b, node("Transpose", ["w"], ["t"]), node("Identity", ["t"], ["v"])] + use, [stored])
        self.same(net, [node("Constant", [], ["c"], value_ints=[7, -8]), node("Cast", ["c"], ["b"], to=1), swap] + use, [stored])
        self.same(Net(3, (self.W, [7, 7], False)), [node("Constant", [], ["b"], value_float=7.0), swap] + use, [stored])
        wide = Net(3, (self.W, [7, -8], False), kind="d")
        self.same(wide, [b, swap, node("Cast", ["v"], ["u"], to=11), node("MatMul", ["x", "u"], ["a"]), use[1]], [stored])
        # a Cast to float32 rounds: the nearest to 0.1
        c = Fraction(float32(0.1)[0])
        self.same(Net(3, (self.W, [c, c], False)), [node("Cast", ["d"], ["b"], to=1), swap] + use, [stored, tensor("d", [], [0.1], "d")])
        self.same(Net(3, (self.W, [0, 0], False)), [node("Constant", [], ["s"], value_ints=[1, -1]), node("Reshape", ["x", "s"], ["t"]),
                                                    node("MatMul", ["t", "w"], ["y"])], [self.w()])
        self.same(Net(3, (self.W, [0, 0], False)), [node("Reshape", ["x", "s"], ["t"]), node("MatMul", ["t", "w"], ["y"])],
                  [self.w(), tensor("s", [2], [1, -1], "i")])
        for nodes in ([b, node("Transpose", ["w"], ["v"], perm=[0, 1])], [b, node("Flatten", ["w"], ["v"])], [b, node("Cast", ["w"], ["v"], to=7)],
                      [node("Constant", [], ["b"], value_floats=[7.0, float("inf")]), swap], [node("Constant", [], ["b"], value_ints=[7, -8]), swap],
                      [node("Constant", [], ["b"], value_float=7.0, value_int=7), swap], [node("Constant", [], ["b"]), swap],
                      [b, node("Identity", ["t"], ["v"]), node("Transpose", ["w"], ["t"])], [b, swap, swap]):
            self.refused(nodes + use, [stored])
        self.refused([node("Cast", ["d"], ["b"], to=1), swap] + use, [stored, tensor("d", [], [1e39], "d")])

    def test_shapes(self):
        net = Net(6, ([[1, 2, 3, 4, 5, 6]], [0], False))
        w = tensor("w", [6, 1], range(1, 7))

        def run(read, dims, *changes):
            nodes, tensors, at = [], [w], "x"
            for n, (op, operand, attributes) in enumerate(changes):
                inputs = [at]
                if operand is not None:
                    inputs.append("c%d" % n)
                    tensors.append(tensor(inputs[1], [len(operand)], operand, "q"))
                at = "t%d" % n
                nodes.append(node(op, inputs, [at], **attributes))
            read(nodes + [node("MatMul", [at, "w"], ["y"])], tensors, dims=dims)

        def good(*arguments):
            with self.subTest(good=arguments):
                run(lambda *a, **more: self.same(net, *a, **more), *arguments)

        def wrong(*arguments):
            with self.subTest(wrong=arguments):
                run(self.refused, *arguments)

        flatten, squeeze, transpose = ("Flatten", None, {}), ("Squeeze", None, {}), ("Transpose", None, {})

        def reshape(*sizes, **attributes):
            return ("Reshape", sizes, attributes)

        good((7, 6))  # a batch of seven
        good((7, 2, 3), flatten)
        good((7, 2, 3), reshape(7, 6))
        good((7, 2, 3), reshape(-1, 6))
        good((7, 2, 3), reshape(0, 6))
        good(("n", 2, 3), reshape(1, 6))
        good((1, 2, 3), reshape(6))
        good((1, 2, 3), reshape(0, 0, 0), flatten)
        good(("n", 2, 3), ("Flatten", None, {"axis": 0}))
        good(("n", 1, 2, 3), ("Flatten", None, {"axis": -2}))
        good((7, 1, 6, 1), squeeze)
        good((1, 1, 6), squeeze)
        good((7, 1, 6), ("Transpose", None, {"perm": [1, 0, 2]}))
        good((1, 6), transpose, reshape(-1))
        good((7, 6), ("Unsqueeze", [0, -2], {}))
        good(("n", 6), ("Unsqueeze", None, {"axes": [1]}))
        wrong((7, 2, 3))
        wrong((7, 2, 3), reshape(6))
        wrong((7, 2, 3), reshape(42))
        wrong((7, 2, 3), reshape(6, -1), flatten)
        wrong((7, 2, 3), ("Flatten", None, {"axis": 0}))
        wrong((7, 2, 3), ("Flatten", None, {"axis": 4}))
        wrong(("n", 2, 3), reshape(0, 6, allowzero=1))
        wrong(("n", 2, 3), reshape(-1, -1))
        wrong(("n", 2, 3), reshape(-2, 6))
        wrong(("n", 2, 3), reshape(0, 4))
        wrong(("n", 2, 3), reshape(1, 6, 0))
        wrong(("n", 6), transpose)
        wrong((1, 2, 3), ("Transpose", None, {"perm": [0, 2, 1]}), flatten)
        wrong((1, 6), ("Transpose", None, {"perm": [0, 0]}))
        wrong((7, 1, 6), ("Squeeze", [0], {}))
        wrong((7, 1, 6), ("Squeeze", [1, -2], {}))
        wrong((7, 1, 6), ("Squeeze", [3], {}))
        wrong((7, 6), ("Unsqueeze", [0, 0], {}))
        wrong((7, 6), ("Unsqueeze", [4], {}))
        wrong((7, "m"))

    def test_output_maps(self):
        net = Net(3, (self.W, [0, 0], False))
        mm = node("MatMul", ["x", "w"], ["z"])
        for op in ("Softmax", "LogSoftmax", "Hardmax", "ArgMax", "ArgMin", "Sigmoid", "Tanh"):
            self.same(net, [mm, node(op, ["z"], ["y"])], [self.w()])
        shape = tensor("s", [1], [-1], "q")
        self.same(net, [mm, node("Softmax", ["z"], ["p"]), node("Reshape", ["p", "s"], ["q"]), node("Cast", ["q"], ["y"], to=7)], [self.w(), shape])
        # a constant of the output maps does not widen the network
        self.refused([mm, node("Softmax", ["z"], ["p"]), node("Mul", ["p", "c"], ["y"])], [self.w(), tensor("c", [1], [2])])
        self.refused([mm, node("Softmax", ["z"], ["p"]), node("Relu", ["p"], ["y"])], [self.w()])
        self.refused([mm, node("Softmax", ["z"], ["p"]), node("Transpose", ["p"], ["y"])], [self.w()])
        self.refused([mm, node("Softplus", ["z"], ["y"])], [self.w()])
        self.refused([node("Softmax", ["x"], ["y"])], [])

    def test_refused(self):
        mm = node("MatMul", ["x", "w"], ["y"])
        w = self.w()
        c3 = tensor("c", [3], [1, 1, 1])
        self.refused([mm], [tensor("w", [3, 2], [1, 2, 3, 4, 5, float("nan")])])
        self.refused([mm], [tensor("w", [3, 2], [1, 2, 3, 4, 5, float("inf")])])
        self.refused([mm], [tensor("w", [3, 2], [1, 2, 3, 4, 5])])
        self.refused([mm], [tensor("w", [3, 2], [1, 2, 3, 4, 5, 6, 7])])
        self.refused([mm], [tensor("w", [6], [1, 2, 3, 4, 5, 6])])
        self.refused([mm], [tensor("w", [4, 2], range(8))])
        self.refused([mm], [tensor("w", [3, 2], range(6), "q")])
        self.refused([mm], [w, w])
        self.refused([mm], [])
        self.refused([node("MatMul", ["w", "x"], ["y"])], [w], dims=(2, 3))
        self.refused([node("Gemm", ["x", "w"], ["y"], transA=1)], [w])
        self.refused([node("Gemm", ["x", "w"], ["y"], gamma=1)], [w])
        self.refused([node("MatMul", ["x", "w"], ["y"], domain="com.acme")], [w])
        self.refused([node("Tanh", ["x"], ["y"])], [])
        self.refused([mm], [w], opset=6)
        self.refused([mm], [w], opset=29)
        self.refused([mm], [w], dims=())
        self.refused([node("MatMul", ["x", "w"], ["y", "more"])], [w])
        self.refused([node("Gemm", ["x", "w"], ["y"], alpha=1)], [w])  # an attribute of a wrong type
        self.refused([node("Gemm", ["x", "w"], ["y"])], [w], dims=(3,))
        self.refused([node("Softmax", ["x"], ["t"]), node("MatMul", ["t", "w"], ["y"])], [w])
        self.refused([node("Identity", ["x"], ["y"])], [])
        self.refused([mm], [w], dims=(3,), output="z")
        self.refused([mm, node("Identity", ["y"], ["z"])], [w])  # a node beside the chain
        self.refused([node("MatMul", ["x", "w"], ["t"]), node("Add", ["t", "t"], ["y"])], [w])
        self.refused([node("Add", ["x", "c"], ["t"]), node("Add", ["t", "x"], ["y"])], [c3])  # a branch
        self.refused([node("MatMul", ["x", "w"], ["t"]), node("Add", ["t", "c"], ["y"])], [w, c3])
        # (n, 3, 1) with a constant of shape (3,) would broadcast to nine numbers
        self.refused([node("Add", ["x", "c"], ["t"]), node("Flatten", ["t"], ["u"]), node("MatMul", ["u", "w"], ["y"])], [w, c3], dims=("n", 3, 1))
        self.refused([node("Reshape", ["x", "s"], ["t"]), node("MatMul", ["t", "w"], ["y"])],
                     [tensor("s", [2], [3, 1], "q"), tensor("w", [1, 2], [1, 2])])
        self.refused([node("Cast", ["x"], ["t"], to=10), node("MatMul", ["t", "w"], ["y"])], [w])
        self.refused([node("Cast", ["x"], ["t"], to=7), node("MatMul", ["t", "w"], ["y"])], [w])
        self.refused([node("Dropout", ["x", "", "c"], ["t"]), node("MatMul", ["t", "w"], ["y"])], [w, tensor("c", [1], [True], "?")])
        self.refused([mm], [w], code=7)
        self.refused([mm], [w], extra_inputs=[value_info("x2", [1])])
        self.refused([mm], [w], extra=f_bytes(25, b""))
        self.refused([mm], [w], extra=f_bytes(7, b""))  # two graphs
        self.refused([node("Gemm", ["x", "w"], ["y"], alpha=float("inf"))], [w])
        good = model([mm], [w], ["n", 3], "y")
        self.read(good)
        with self.assertRaises(ec.Unreadable):
            start, end = ec.Message(good, (0, len(good)), {7: 2}, {}).values[7]
            self.read(good + f_bytes(7, good[start:end]))  # parsers differ: the last one, or both merged
        for cut in range(len(good) - 1, 0, -7):
            with self.assertRaises(ec.Unreadable):
                self.read(good[:cut])
        for junk in (b"", b"\0", b"\xff" * 40, b"PK\3\4", good + b"\x0f"):
            with self.assertRaises(ec.Unreadable):
                self.read(junk)

    def test_damaged_bytes_never_raise_anything_else(self):
        good = TOY1.onnx()
        for at in range(len(good)):
            for flip in (1, 0x80, 0xFF):
                data = bytearray(good)
                data[at] ^= flip
                try:
                    self.read(bytes(data))
                except (ec.Unreadable, ec.Unavailable):
                    pass

    def test_overridable_initializer(self):
        self.same(Net(3, (self.W, [0, 0], False)), [node("MatMul", ["x", "w"], ["y"])], [self.w()],
                  extra_inputs=[value_info("w", [3, 2])])

    def test_external_data(self):
        blob = b"pad!" + struct.pack("<6f", *flat(self.WT))
        self.write("weights.bin", blob)
        plain = Net(3, (self.W, [0, 0], False))
        nodes = [node("MatMul", ["x", "w"], ["y"])]

        def w(**external):
            return [tensor("w", [3, 2], [0] * 6, how="external", external=external)]

        self.same(plain, nodes, w(location="weights.bin", offset="4", length="24"))
        self.same(plain, nodes, w(location="weights.bin", offset="4"))
        network = self.read(model(nodes, w(location="weights.bin", offset="4"), ["n", 3], "y"))
        self.assertEqual(network.files[1:], [sha(blob)])
        for bad_one in (dict(location="weights.bin"), dict(location="weights.bin", offset="8"), dict(location="weights.bin", offset="99"),
                        dict(location="weights.bin", offset="-4"), dict(location="weights.bin", offset="4", length="20"),
                        dict(location="weights.bin", offset="4", length="28"), dict(offset="4"), dict(location=""),
                        dict(location="../weights.bin"), dict(location="/etc/hosts"), dict(location="./weights.bin"),
                        dict(location="a\\b"), dict(location="..")):
            with self.subTest(bad_one):
                self.refused(nodes, w(**bad_one))
        with self.assertRaises(ec.Unavailable):
            self.read(model(nodes, w(location="missing.bin"), ["n", 3], "y"))

    def test_external_data_is_bound_by_the_certificate(self):
        folder = self.folder.name
        net = Net(1, ([[2]], [-3], True))
        blob = struct.pack("<f", 2)
        self.write("w.bin", blob)
        data = model([node("Gemm", ["x", "w", "b"], ["z"]), node("Relu", ["z"], ["y"])],
                     [tensor("w", [1, 1], [2], how="external", external={"location": "w.bin"}), tensor("b", [1], [-3])], ["n", 1], "y")
        cert = certificate(net, box([-1], [1]), verdicts=[verdict((0, 0), "stably-inactive", -5, -1)])
        cert["model"]["files"] = [{"name": "model.onnx", "sha256": sha(data)}, {"name": "w.bin", "sha256": sha(blob)}]
        self.assertEqual(self.run_raw(json.dumps(cert).encode(), data)[1], 0)
        with open(os.path.join(folder, "w.bin"), "wb") as handle:
            handle.write(struct.pack("<f", 9))
        self.assertTrue(self.run_raw(json.dumps(cert).encode(), data)[0].startswith("rejected: model-digest"))
        del cert["model"]["files"][1]
        self.assertTrue(self.run_raw(json.dumps(cert).encode(), data)[0].startswith("rejected: model-digest"))


class Random(unittest.TestCase):
    """The leaf of section 6 once more, word for word in rational numbers, on random networks with random multipliers;
    and the claim itself at random points. The same for the initial intervals."""

    def number(self, bits=3):
        return Fraction(self.random.randrange(-1 << bits, (1 << bits) + 1), 1 << self.random.randrange(4))

    def make(self):
        r = self.random
        sizes = [r.randrange(1, 4) for _ in range(r.randrange(2, 5))]
        layers = []
        for n, m in zip(sizes, sizes[1:]):
            layers.append(([[self.number() for _ in range(n)] for _ in range(m)], [self.number() for _ in range(m)],
                           [r.randrange(4) > 0 for _ in range(m)]))
        lower = [self.number() for _ in range(sizes[0])]
        upper = [x + abs(self.number(2)) * r.randrange(2) for x in lower]
        inside = [x if r.randrange(2) else (x + y) / 2 for x, y in zip(lower, upper)]
        rows = []
        for _ in range(r.randrange(3)):
            terms = [(t, self.number()) for t in range(sizes[0]) if r.randrange(3)]
            rows.append((terms, sum((c * inside[t] for t, c in terms), Fraction(0)) + abs(self.number())))
        ball = None
        if r.randrange(2):
            center = [self.number() for _ in lower]
            ball = (center, sum(abs(x - c) for x, c in zip(inside, center)) + abs(self.number(1)) * r.randrange(2))
        return sizes, layers, lower, upper, rows, ball, inside

    @staticmethod
    def pair(x):
        return ec.get_value(v(x), "$")

    @staticmethod
    def real(pair):
        return Fraction(pair[0]) * Fraction(2) ** pair[1]

    def values(self, layers, x):
        out, h = [], x
        for w, b, relu in layers:
            z = [sum((a * c for a, c in zip(row, h)), bias) for row, bias in zip(w, b)]
            out.append(z)
            h = [max(a, Fraction(0)) if r else a for a, r in zip(z, relu)]
        return out

    def by_the_text(self, layers, lower, upper, rows, ball, intervals, l, j, s, phases, nu, lam, mu, m):
        q = [m * s * w for w in layers[l][0][j]]
        total = m * s * layers[l][1][j]
        for k in range(l - 1, -1, -1):
            w, b, relu = layers[k]
            vector = []
            for i in range(len(b)):
                low, high = intervals[k][i]
                if (k, i) in phases:
                    low, high = (max(low, 0), high) if phases[k, i] else (low, min(high, 0))
                value = nu.get((k, i))
                if value is None:
                    value = q[i] if not relu[i] or low >= 0 else Fraction(0)
                total += value * b[i] + max(q[i] * (max(z, 0) if relu[i] else z) - value * z
                                            for z in [low, high] + ([0] if low < 0 < high else []))
                vector.append(value)
            q = [sum(vector[i] * w[i][t] for i in range(len(b))) for t in range(len(w[0]))]
        for t in range(len(lower)):
            r = q[t] - sum(lam.get(n, 0) * dict(terms).get(t, 0) for n, (terms, _) in enumerate(rows))
            candidates = [lower[t], upper[t]]
            if ball and lower[t] < ball[0][t] < upper[t]:
                candidates.append(ball[0][t])
            total += max(r * x - (mu * abs(x - ball[0][t]) if ball else 0) for x in candidates)
        total += sum(lam.get(n, 0) * bound for n, (_, bound) in enumerate(rows))
        return total + (mu * ball[1] if ball else 0)

    def checker(self, kind, sizes, layers, lower, upper, rows, ball):
        net = ec.Network(kind, sizes[0], [
            ec.Layer.of_pairs([[self.pair(x) for x in row] for row in w], [self.pair(x) for x in b], relu, len(w[0]))
            for w, b, relu in layers])
        raw = {"lower": [self.pair(x) for x in lower], "upper": [self.pair(x) for x in upper],
               "rows": [([(t, self.pair(c)) for t, c in terms], self.pair(bound)) for terms, bound in rows],
               "ball": None if ball is None else ([self.pair(x) for x in ball[0]], self.pair(ball[1]))}
        raw["place"] = "$.domain"
        checker = ec.Checker({"files": [], "network": net.digest(), "member": None, "place": "$", "domain": raw}, net)
        checker.end_steps()
        return checker

    def samples(self, lower, upper, rows, ball, inside):
        r = self.random
        points = [inside]
        for _ in range(40):
            x = [r.choice((a, b, a + (b - a) * Fraction(r.randrange(17), 16))) for a, b in zip(lower, upper)]
            if all(sum((c * x[t] for t, c in terms), Fraction(0)) <= bound for terms, bound in rows) and (
                    ball is None or sum(abs(a - c) for a, c in zip(x, ball[0])) <= ball[1]):
                points.append(x)
        return points

    def members(self, work, rule, k, subject):
        """Other members of a rewrite, often such that it is allowed."""
        r = self.random
        place = next((n for n, layer in enumerate(work.layers) if layer.number == k), len(work.layers) - 1)
        layer, after = work.layers[place], work.layers[min(place + 1, len(work.layers) - 1)]

        def value():
            return self.pair(Fraction(r.randrange(-6, 7), r.choice((1, 2, 4))))

        def shift():
            return self.pair(Fraction(r.randrange(0, 200), 2))

        if rule == "substitute":
            others = sorted(i for i in layer.units if (k, i) != subject and r.randrange(3) == 0)
            return {"by": [(i, value()) for i in others], "constant": value()}
        if rule == "add-linear":
            return {"shift": shift()}
        if rule != "replace-linear":
            return None
        units = [i for at, i in enumerate(layer.units) if layer.is_linear(at) and r.randrange(4)]
        rows = sorted(i for i in after.units if r.randrange(3))
        mix = [(i, [value() for _ in rows]) for i in after.units if i not in rows]
        by = None if r.randrange(3) == 0 else (rows, mix)
        count = len(rows)
        if by is None:
            read = [[sum(row[layer.units.index(a)] * layer.W[layer.units.index(a)][t] for a in units)
                     for t in range(layer.inputs)] for row in after.W] if place + 1 < len(work.layers) else []
            count = sum(any(row[t] for row in read) for t in range(layer.inputs))
        return {"units": units, "by": by, "shifts": [shift() for _ in range(count)]}

    def test_rewrites(self):
        """Random rewrites, where they are allowed: the result stays within the difference at random points."""
        self.random = r = random.Random(77)
        used = dict.fromkeys(ec.REWRITES, 0)
        moved = 0
        for _ in range(1500):
            sizes, layers, lower, upper, rows, ball, inside = self.make()
            for w, b, _ in layers:  # more zeros, more stable units, numbers that need rounding
                for i in range(len(b)):
                    if r.randrange(4) == 0:
                        w[i] = [Fraction(0)] * len(w[i])
                    b[i] += r.choice((0, 0, 8, -8))
                    w[i] = [x * (1 + r.choice((0, 0, Fraction(1, 1 << 20)))) for x in w[i]]
                for t in range(len(w[0])):
                    if r.randrange(5) == 0:
                        for row in w:
                            row[t] = Fraction(0)
            checker = self.checker("float32", sizes, layers, lower, upper, rows, ball)
            work = ec.Pruning(checker, None)
            for _ in range(60):
                rule = r.choice(list(ec.REWRITES))
                k = r.randrange(len(layers))
                subject = (k, r.randrange(sizes[k + 1] + 2)) if ec.REWRITES[rule][0] == "unit" else k
                try:
                    work.rewrite(0, rule, subject, self.members(work, rule, k, subject))
                    used[rule] += 1
                except ec.Rejected as refused:
                    self.assertEqual(refused.rule, "rewrite")
            if any(not layer.units for layer in work.layers):
                continue
            rounded = work.rounded("float32")
            bounds = [self.real(d) for d in work.bounds(rounded)[-1]]
            power = [Fraction(2) ** layer.e for layer in rounded]
            after = [([[x * p for x in row] for row in layer.W], [x * p for x in layer.b], layer.relu)
                     for layer, p in zip(rounded, power)]
            for x in self.samples(lower, upper, rows, ball, inside):
                old, new = self.values(layers, x)[-1], self.values(after, x)[-1]
                self.assertEqual(len(old), len(new))
                for a, b, d, relu in zip(old, new, bounds, layers[-1][2]):
                    if relu:
                        a, b = max(a, 0), max(b, 0)
                    self.assertLessEqual(abs(a - b), d)
                    moved += a != b
        self.assertTrue(all(n > 100 for n in used.values()), used)
        self.assertGreater(moved, 1000)

    def test_leaves(self):
        self.random = r = random.Random(20240229)
        held = points = 0
        for _ in range(400):
            sizes, layers, lower, upper, rows, ball, inside = self.make()
            checker = self.checker("float32", sizes, layers, lower, upper, rows, ball)
            checker.domain.check_point("$", [self.pair(x) for x in inside])
            checker.finish(len(layers) - 1)
            intervals = [[(self.real(a), self.real(b)) for a, b in zip(*ends)] for ends in zip(checker.lower, checker.upper)]
            samples = [self.values(layers, x) for x in self.samples(lower, upper, rows, ball, inside)]
            for z in samples:
                for ends, values in zip(intervals, z):
                    for (low, high), value in zip(ends, values):
                        self.assertTrue(low <= value <= high)
            for _ in range(6):
                l = r.randrange(len(layers))
                j, s, m = r.randrange(sizes[l + 1]), r.choice((1, -1)), abs(self.number()) * r.randrange(3)
                below = [(k, i) for k in range(l) for i in range(sizes[k + 1])]
                phases = {u: r.random() < 0.5 for u in below if layers[u[0]][2][u[1]] and r.randrange(2)
                          and intervals[u[0]][u[1]][0] < 0 < intervals[u[0]][u[1]][1]}
                nu = {u: self.number() for u in below if r.randrange(2)}
                lam = {n: abs(self.number()) for n in range(len(rows)) if r.randrange(2)}
                mu = abs(self.number()) if ball and r.randrange(2) else Fraction(0)
                given = ec.Leaf()
                given.place = "$"
                given.nu = [(k, i, self.pair(x), n) for n, ((k, i), x) in enumerate(sorted(nu.items()))]
                given.rows = [(n, self.pair(x)) for n, x in sorted(lam.items())]
                given.mu = self.pair(mu) if ball else None
                given.m = self.pair(m)
                for (k, i), on in phases.items():
                    checker.cuts[k].assume(i, ec.ON if on else ec.OFF)
                found = self.real(checker.evaluate(given, l, j, s))
                for k, i in phases:
                    checker.cuts[k].assume(i)
                self.assertEqual(found, self.by_the_text(layers, lower, upper, rows, ball, intervals, l, j, s, phases, nu, lam, mu, m))
                held += 1
                for z in samples:
                    if all((z[k][i] >= 0) if on else (z[k][i] <= 0) for (k, i), on in phases.items()):
                        points += 1
                        self.assertLessEqual(m * s * z[l][j], found)
        self.assertGreater(held, 2000)
        self.assertGreater(points, 5000)


def floats(*pairs):
    """A packed entry's text: (index, number) or (index, bits as bytes)."""
    return base64.b64encode(b"".join(struct.pack(">H", i) + (x if isinstance(x, bytes) else struct.pack(">f", x))
                                     for i, x in pairs)).decode()


class Packed(Bench):
    """Section 6: [layer, packed]."""

    def test_accepted(self):
        def nu(*entries):
            return toy1([{"unit": [1, 0], "side": "upper", "leaf": {"nu": list(entries)}}, TREE1])

        self.assertEqual(floats((0, 0.5)), "AAA/AAAA")  # 0000 3f000000
        self.accept(nu([0, "AAA/AAAA"]), TOY1)
        # the same multipliers in three spellings: u0 = 1/2, u1 = 0, u2 = -1 (its default)
        self.accept(nu([0, floats((0, 0.5), (1, 0.0), (2, -1.0))]), TOY1)
        self.accept(nu([0, floats((0, 0.5))], [0, 1, "0"], [0, floats((2, -1.0))]), TOY1)
        self.accept(nu([0, 0, v(Fraction(1, 2))], [0, floats((1, 0.0), (2, -1.0))]), TOY1)
        # the smallest subnormal number and the largest number are numbers; here they prove nothing
        self.accept(toy1([LEMMA1, lemma((1, 0), "upper"), {"unit": [1, 0], "side": "upper", "leaf": {"nu": [
            [0, floats((0, b"\0\0\0\1"), (1, b"\x7f\x7f\xff\xff"), (2, b"\xff\x7f\xff\xff"))]]}}]), TOY1)

    def test_says_the_same(self):
        """Random multipliers, packed and written out, give the same bound."""
        chosen = random.Random(5)
        for _ in range(300):
            pairs = sorted((i, struct.unpack(">f", struct.pack(">I", bits & 0x7F7FFFFF))[0]) for i, bits in zip(
                chosen.sample(range(65536), 5), [chosen.getrandbits(32) for _ in range(5)]))
            one = ec.get_leaf({"nu": [[3, floats(*pairs)]]}, "$", True)
            two = ec.get_leaf({"nu": [[3, i, v(Fraction(x))] for i, x in pairs]}, "$", True)
            self.assertEqual([x[:3] for x in one.nu], [x[:3] for x in two.nu])

    def test_rejected(self):
        good = floats((0, 0.5), (1, 0.5))
        for rule, *entries in (
                ("syntax", [0, ""]), ("syntax", [0, good[:-1]]), ("syntax", [0, good[:-4]]), ("syntax", [0, good + "="]),
                ("syntax", [0, good[:-2] + "=="]), ("syntax", [0, good + "\n"]), ("syntax", [0, good[:8] + "\n" + good[8:]]),
                ("syntax", [0, " " + good[1:]]), ("syntax", [0, good.replace("/", "_")]), ("syntax", [0, good[:-1] + "\u0661"]),
                ("syntax", [0, good[:-1] + "\u00e9"]), ("syntax", [0, None]), ("syntax", [0, 5]), ("syntax", [0, [good]]),
                ("syntax", ["0", good]), ("syntax", [True, good]), ("syntax", [good, 0]), ("syntax", [0, good, "0"]), ("syntax", [0]),
                ("syntax", []), ("syntax", [0, floats((0, b"\x80\0\0\0"))]), ("syntax", [0, floats((0, b"\x7f\x80\0\0"))]),
                ("syntax", [0, floats((0, b"\xff\x80\0\0"))]), ("syntax", [0, floats((0, b"\x7f\xc0\0\0"))]),
                ("multiplier", [0, floats((0, 0.5), (0, 0.5))]), ("multiplier", [0, floats((1, 0.5), (0, 0.5))]),
                ("multiplier", [0, 0, "0"], [0, floats((0, 0.5))]), ("multiplier", [0, floats((0, 0.5))], [0, 0, "0"]),
                ("multiplier", [0, floats((0, 0.5), (2, 1.0))], [0, 1, "0"]),
                ("multiplier", [0, floats((0, 0.5))], [0, floats((0, 0.5))]), ("multiplier", [0, floats((3, 0.5))]),
                ("multiplier", [0, floats((65535, 0.5))]), ("multiplier", [1, good]), ("multiplier", [2, good]),
                ("multiplier", [1 << 53, good])):
            with self.subTest(entries=entries):
                self.reject(rule, toy1([{"unit": [1, 0], "side": "upper", "leaf": {"nu": entries}}, TREE1]), TOY1)


# ---------------------------------------------------------------------------------------------------------
# Section 8: float-safe units

U32, T32 = Fraction(1, 1 << 24), Fraction(1, 1 << 126)


class FloatSafe(Bench):
    """z = x with W = 1 and b = 0 on [-1, -p]: H = 1, A = 1, n = 1, c = 2u, gamma = 2u (1 + 4u) = 2^-23 + 2^-45,
    tau = 2t (2 + 2 + 1 + 1) = 12 t = 3 * 2^-124. Rounded up to 53 bits, the last of which is 2^-75:
    e = 2^-23 + 2^-45 + 2^-75."""

    LAST = Fraction(1, 1 << 75)
    E = Fraction(1, 1 << 23) + Fraction(1, 1 << 45) + LAST

    def one(self, lower, upper, stability, layers=(), kind="f", safe=((0, 0),)):
        """Unit [0, 0] is z = x; more layers as (weights, biases, relu); verdicts with floatSafe for the units `safe`."""
        net = Net(1, ([[1]], [0], True), *(layers or [([[1]], [0], False)]), kind=kind)
        checker = self.intervals(net, lower, upper)
        verdicts = []
        for k, (w, b, relu) in enumerate(net.layers):
            for i in range(len(b)):
                if relu:
                    low, high = checker[k][i]
                    said = stability if (k, i) in safe or k == 0 else "stably-inactive" if high <= 0 else "stably-active"
                    verdicts.append(verdict((k, i), said, low, high, **({"floatSafe": True} if (k, i) in safe else {})))
        return certificate(net, box([lower], [upper]), verdicts=verdicts), net

    @staticmethod
    def intervals(net, lower, upper):
        """Interval arithmetic; the numbers of these tests need no rounding."""
        ends, out = [(Fraction(lower), Fraction(upper))], []
        for w, b, relu in net.layers:
            z = [(c + sum(min(a * p, a * r) for a, (p, r) in zip(row, ends)), c + sum(max(a * p, a * r) for a, (p, r) in zip(row, ends)))
                 for row, c in zip(w, b)]
            out.append(z)
            ends = [(max(p, 0), max(r, 0)) if relu else (p, r) for p, r in z]
        return out

    def test_exact_boundary(self):
        for sign, stability in ((1, "stably-inactive"), (-1, "stably-active")):
            for end, rule in ((self.E, None), (self.E - self.LAST, "float-safe"), (self.E + self.LAST, None), (0, "float-safe")):
                ends = sorted((-sign, -sign * end))
                cert, net = self.one(*ends, stability)
                if rule:
                    self.reject(rule, cert, net, place="$.verdicts[0].floatSafe")
                    del cert["verdicts"][0]["floatSafe"]
                self.accept(cert, net)

    def test_exact_boundary_of_float64(self):
        # u = 2^-53: gamma = 2^-52 + 2^-103, tau = 12 * 2^-1022; the last of 53 bits is 2^-104
        last = Fraction(1, 1 << 104)
        e = Fraction(1, 1 << 52) + 2 * last + last
        self.accept(*self.one(-1, -e, "stably-inactive", kind="d"))
        self.reject("float-safe", *self.one(-1, -e + last, "stably-inactive", kind="d"))
        self.accept(*self.one(e, 1, "stably-active", kind="d"))
        self.reject("float-safe", *self.one(e - last, 1, "stably-active", kind="d"))

    def test_nothing_to_round(self):
        # x = 0 alone: S is empty, A = 0, e = 0, and z = 0 may be called either
        for stability in ("stably-inactive", "stably-active"):
            self.accept(*self.one(0, 0, stability))
        # zero weights: A = |b|; b = 0 gives e = 0; b = 2^-149 gives gamma A + 4t = above b
        for bias, safe in ((0, True), (Fraction(1, 1 << 149), False), (4 * T32, False), (5 * T32, True), (1, True)):
            net = Net(1, ([[0], [1]], [bias, 0], True), ([[1, 1]], [0], False))
            cert = certificate(net, box([-1], [0]), verdicts=[
                verdict((0, 0), "stably-active", bias, bias, constant=v(bias), floatSafe=True), verdict((0, 1), "stably-inactive", -1, 0)])
            self.accept(cert, net) if safe else self.reject("float-safe", cert, net)
            cert["verdicts"][0]["stability"] = "stably-inactive"
            self.accept(cert, net) if bias == 0 else self.reject("verdict-bound", cert, net)

    def test_second_layer(self):
        last, more = self.E - self.LAST, [([[5]], [0], True), ([[1]], [0], False)]
        # below float-safe: H = 0 and d = max(0, -E + E) = 0, so A = 0 and e = 0
        self.accept(*self.one(-1, -self.E, "stably-inactive", more, safe=[(0, 0), (1, 0)]))
        self.accept(*self.one(-1, -self.E, "stably-inactive", more, safe=[(1, 0)]))
        # below one unit short of it: H = 0 but d = 2^-75, so h may be above 0 and [0, 0] does not show that
        self.reject("float-safe", *self.one(-1, -last, "stably-inactive", more, safe=[(1, 0)]), place="$.verdicts[1].floatSafe")
        # a bias of -1 outweighs it
        more = [([[5]], [-1], True), ([[1]], [0], False)]
        self.accept(*self.one(-1, -last, "stably-inactive", more, safe=[(1, 0)]))
        # d is carried on by the weight: with b = -2^-20, A = 2^-20 + 2^50 * 2^-75 = 2^-20 + 2^-25, and the error
        # 2^-25 + gamma A + tau is below 2^-20; with W = 2^55 the error 2^-20 + ... is not
        for power, rule in ((50, None), (55, "float-safe")):
            more = [([[1 << power]], [-Fraction(1, 1 << 20)], True), ([[1]], [0], False)]
            made = self.one(-1, -last, "stably-inactive", more, safe=[(1, 0)])
            self.reject(rule, *made) if rule else self.accept(*made)

    def test_identity_units_pass_their_error_on(self):
        # i = x on [-1, -1/2] with error E; z = i + b with b = 1/2 is at most 0, A = 1/2 + (1 + E), so it is not safe
        net = Net(1, ([[1]], [0], False), ([[1]], [Fraction(1, 2)], True), ([[1]], [0], False))
        cert = certificate(net, box([-1], [Fraction(-1, 2)]), verdicts=[
            verdict((1, 0), "stably-inactive", Fraction(-1, 2), 0, floatSafe=True)])
        self.reject("float-safe", cert, net)
        net = Net(1, ([[1]], [0], False), ([[1]], [Fraction(1, 4)], True), ([[1]], [0], False))
        cert = certificate(net, box([-1], [Fraction(-1, 2)]), verdicts=[
            verdict((1, 0), "stably-inactive", Fraction(-3, 4), Fraction(-1, 4), floatSafe=True)])
        self.accept(cert, net)

    def test_huge_weights(self):
        w = 1 << 100
        # z = 2^100 x on [2^25, 2^26]: A = 2^126, fine; on [2^26, 2^27]: A = 2^127, and A (1 + gamma) is above
        for top, rule in ((26, None), (27, "float-safe")):
            net = Net(1, ([[w]], [0], True), ([[1]], [0], False))
            low, high = w << (top - 1), w << top
            cert = certificate(net, box([1 << (top - 1)], [1 << top]), verdicts=[
                verdict((0, 0), "stably-active", low, high, floatSafe=True)])
            self.reject(rule, cert, net) if rule else self.accept(cert, net)
        # x up to 2^27 - 1: A = 2^127 - 2^100 is below, A (1 + gamma) is not
        net = Net(1, ([[w]], [0], True), ([[1]], [0], False))
        self.reject("float-safe", certificate(net, box([1 << 26], [(1 << 27) - 1]), verdicts=[
            verdict((0, 0), "stably-active", w, w << 27, floatSafe=True)]), net)
        # beside an infinite sum a unit keeps its sign, but nothing above does: 0 times infinity is no number
        net = Net(1, ([[w], [0]], [0, 1], True), ([[0, 1]], [1], True), ([[1]], [0], False))
        cert = certificate(net, box([1 << 29], [1 << 30]), verdicts=[
            verdict((0, 0), "stably-active", w << 29, w << 30), verdict((0, 1), "stably-active", 1, 1, floatSafe=True),
            verdict((1, 0), "stably-active", 2, 2)])
        self.accept(cert, net)
        cert["verdicts"][2]["floatSafe"] = True
        self.reject("float-safe", cert, net, place="$.verdicts[2].floatSafe")
        # and nothing two layers above, although the layer between has small sums
        net = Net(1, ([[w], [0]], [0, 1], True), ([[0, 1]], [1], True), ([[1]], [1], True))
        cert = certificate(net, box([1 << 29], [1 << 30]), verdicts=cert["verdicts"][:2] + [
            verdict((1, 0), "stably-active", 2, 2), verdict((2, 0), "stably-active", 3, 3, floatSafe=True)])
        self.reject("float-safe", cert, net, place="$.verdicts[3].floatSafe")

    def test_subnormal_numbers_may_become_zero(self):
        # x in [2^-130, 2^-129] is subnormal, z = 2^60 x - b. With b = 2^-71 z is at least 2^-71, but a runtime that
        # takes x for 0 finds -b. tau = 2^-125 (4 + 2^60 + H) covers that: e is above 2^-65. The same with the sizes of weight and
        # input exchanged. For x from 2^-60 on, z is at least 1 - b, and e is about 2^-21.
        two = Fraction(2)
        for w, low, b, safe in ((two ** 60, two ** -130, two ** -71, False), (two ** -130, two ** 60, two ** -71, False),
                                (two ** 60, two ** -130, 0, False), (two ** 60, two ** -60, Fraction(1, 2), True), (two ** -60, two ** 60, Fraction(1, 2), True)):
            net = Net(1, ([[w]], [-b], True), ([[1]], [0], False))
            cert = certificate(net, box([low], [2 * low]), verdicts=[
                verdict((0, 0), "stably-active", w * low - b, 2 * w * low - b, floatSafe=True)])
            self.accept(cert, net) if safe else self.reject("float-safe", cert, net)
            del cert["verdicts"][0]["floatSafe"]
            self.accept(cert, net)

    def test_many_terms(self):
        net = Net(3, ([[1, 1, 0]], [1], True), ([[1]], [0], True))
        cert = certificate(net, box([1] * 3, [2] * 3), verdicts=[verdict((0, 0), "stably-active", 3, 5), verdict((1, 0), "stably-active", 3, 5)])
        old = ec.Rounding.MOST_TERMS
        try:
            for at in (0, 1):
                new = copy.deepcopy(cert)
                new["verdicts"][at]["floatSafe"] = True
                ec.Rounding.MOST_TERMS = 3  # n = 2 is below
                self.accept(new, net)
                ec.Rounding.MOST_TERMS = 2  # and now it is not; the unit above reads one number but rests on it
                self.reject("float-safe", new, net)
        finally:
            ec.Rounding.MOST_TERMS = old

    def test_member(self):
        cert, net = self.one(-1, -1, "stably-inactive")
        for other in (False, 1, "true", None, []):
            self.reject("syntax", *self.changed(cert, net, put("verdicts", 0, "floatSafe", other)))
        cert = toy2()
        for n in (0, 1):
            new = copy.deepcopy(cert)
            new["verdicts"][n]["floatSafe"] = True
            self.reject("syntax", new, TOY2)
        # 0 is proved for t, but not with room for rounding
        cert["verdicts"][2]["floatSafe"] = True
        self.reject("float-safe", cert, TOY2)

    @staticmethod
    def changed(cert, net, change):
        new = copy.deepcopy(cert)
        change(new)
        return new, net


class Plain(Bench):
    """Which layers are plain, section 8."""

    def plain(self, expected, nodes, tensors, output="y", dims=("n", 2), **more):
        network, _ = ec.parse_network("m.onnx", model(nodes, tensors, list(dims), output, **more), None)
        self.assertEqual([layer.plain for layer in network.layers], expected)

    def test_nodes(self):
        w, b, one, zero, s = (tensor("w", [2, 2], [1, 2, 3, 4]), tensor("b", [2], [5, 6]), tensor("one", [1], [1]), tensor("zero", [1], [0]),
                              tensor("s", [2], [-1, 2], "q"))
        third, minus = tensor("third", [1], [float32(1 / 3)[0]]), tensor("minus", [1], [-1])
        matmul = node("MatMul", ["x", "w"], ["a"])
        rows = [
            ([True], [node("Gemm", ["x", "w", "b"], ["y"])]),
            ([True], [node("Gemm", ["x", "w"], ["y"], beta=2.0)]),
            ([False], [node("Gemm", ["x", "w", "b"], ["y"], beta=2.0)]),
            ([False], [node("Gemm", ["x", "w", "b"], ["y"], beta=0.0)]),
            ([False], [node("Gemm", ["x", "w", "b"], ["y"], alpha=2.0)]),
            ([False], [node("Gemm", ["x", "w"], ["y"], alpha=2.0)]),
            ([True], [node("MatMul", ["x", "w"], ["y"])]),
            ([True], [matmul, node("Add", ["a", "b"], ["y"])]),
            ([True], [matmul, node("Add", ["b", "a"], ["y"])]),
            ([True], [matmul, node("Sub", ["a", "b"], ["y"])]),
            ([False], [matmul, node("Sub", ["b", "a"], ["y"])]),
            ([True], [matmul, node("Add", ["a", "b"], ["c"]), node("Add", ["c", "zero"], ["y"])]),
            ([False], [matmul, node("Add", ["a", "b"], ["c"]), node("Add", ["c", "b"], ["y"])]),
            ([False], [matmul, node("Add", ["a", "one"], ["c"]), node("Mul", ["c", "minus"], ["d"]), node("Mul", ["d", "minus"], ["y"])]),
            ([True], [matmul, node("Mul", ["a", "one"], ["y"])]),
            ([True], [matmul, node("Div", ["a", "one"], ["y"])]),
            ([True], [matmul, node("Add", ["a", "b"], ["c"]), node("Mul", ["c", "one"], ["y"])]),
            ([True], [matmul, node("Mul", ["a", "one"], ["c"]), node("Add", ["c", "b"], ["y"])]),
            ([True], [node("Gemm", ["x", "w", "b"], ["a"]), node("Add", ["a", "zero"], ["y"])]),
            ([False], [node("Gemm", ["x", "w"], ["a"]), node("Add", ["a", "b"], ["y"])]),
            ([True], [node("Add", ["x", "zero"], ["a"]), node("MatMul", ["a", "w"], ["y"])]),
            ([False], [node("Sub", ["zero", "x"], ["a"]), node("MatMul", ["a", "w"], ["y"])]),
            ([True], [node("Sub", ["x", "zero"], ["a"]), node("Gemm", ["a", "w", "b"], ["y"])]),
            ([False], [node("Add", ["x", "b"], ["y"])]),
            ([False], [node("Mul", ["x", "b"], ["a"]), node("Add", ["a", "b"], ["y"])]),
            # what changes no number: shapes, Dropout, Relu (also twice)
            ([True], [matmul, node("Identity", ["a"], ["c"]), node("Reshape", ["c", "s"], ["d"]), node("Add", ["d", "b"], ["e"]),
                      node("Dropout", ["e"], ["f"]), node("Relu", ["f"], ["g"]), node("Relu", ["g"], ["y"])]),
            # a Relu ends a layer; what follows is its own, and a Relu first makes one
            ([True, False], [matmul, node("Relu", ["a"], ["c"]), node("Add", ["c", "b"], ["y"])]),
            ([False, True], [node("Relu", ["x"], ["c"]), node("Gemm", ["c", "w", "b"], ["y"])]),
            # 1/3 times the weights is no float32 number: the scale stays a layer
            ([True, False], [node("Gemm", ["x", "w", "b"], ["a"]), node("Mul", ["a", "third"], ["y"])]),
            ([False, True], [node("Mul", ["x", "third"], ["a"]), node("Gemm", ["a", "w", "b"], ["y"])]),
            ([False, False], [node("Gemm", ["x", "w", "b"], ["y"], alpha=float32(1 / 3)[0])]),
            # a Cast of the data anywhere before the output maps, and one after
            ([False, False], [node("Gemm", ["x", "w", "b"], ["a"]), node("Relu", ["a"], ["c"]), node("Cast", ["c"], ["d"], to=1),
                              node("Gemm", ["d", "w", "b"], ["y"])]),
            ([False], [node("Gemm", ["x", "w", "b"], ["a"]), node("Cast", ["a"], ["y"], to=1)]),
            ([False], [node("Gemm", ["x", "w", "b"], ["a"]), node("Cast", ["a"], ["c"], to=1), node("Softmax", ["c"], ["y"])]),
            ([True], [node("Gemm", ["x", "w", "b"], ["a"]), node("Softmax", ["a"], ["c"]), node("Cast", ["c"], ["y"], to=11)]),
            # a Cast of a constant is none of the data
            ([True], [node("Cast", ["b"], ["bb"], to=1), node("Gemm", ["x", "w", "bb"], ["y"])]),
        ]
        for expected, nodes in rows:
            with self.subTest(nodes=nodes):
                self.plain(expected, nodes, [w, b, one, zero, s, third, minus])

    def test_float_safe_needs_them(self):
        """z = x on [-2, -1] in two graphs of the same layers."""
        tensors = [tensor("w", [1, 1], [1]), tensor("z", [1], [0])]
        net = Net(1, ([[1]], [0], True))
        for rule, nodes in ((None, [node("MatMul", ["x", "w"], ["a"]), node("Relu", ["a"], ["y"])]),
                            (None, [node("MatMul", ["x", "w"], ["a"]), node("Mul", ["a", "o"], ["b"]), node("Relu", ["b"], ["y"])]),
                            ("float-safe", [node("MatMul", ["x", "w"], ["a"]), node("Mul", ["a", "m"], ["b"]), node("Mul", ["b", "m"], ["c"]),
                                            node("Relu", ["c"], ["y"])]),
                            ("float-safe", [node("Relu", ["x"], ["y"])])):
            data = model(nodes, tensors + [tensor("o", [1], [1]), tensor("m", [1], [-1])], ["n", 1], "y")
            cert = certificate(net, box([-2], [-1]), verdicts=[verdict((0, 0), "stably-inactive", -2, -1, floatSafe=True)])
            cert["model"]["files"][0]["sha256"] = sha(data)
            line, _ = self.run_raw(json.dumps(cert).encode(), data)
            self.assertTrue(line.startswith("rejected: float-safe" if rule else "accepted"), line)

    def test_all_layers_below_must_be_plain(self):
        """z = x on [-2, -1], then constants 1 in plain layers."""
        net = Net(1, ([[1]], [0], True), ([[0]], [1], True), ([[0]], [1], True))
        tensors = [tensor("w", [1, 1], [1]), tensor("v", [1, 1], [0]), tensor("o", [1], [1]), tensor("m", [1], [-1])]
        tail = [node("Relu", ["b"], ["c"]), node("Gemm", ["c", "v", "o"], ["d"]), node("Relu", ["d"], ["e"]), node("Gemm", ["e", "v", "o"], ["f"]), node("Relu", ["f"], ["y"])]
        for middle, safe in (([node("Identity", ["a"], ["b"])], True), ([node("Mul", ["a", "o"], ["b"])], True),
                             ([node("Mul", ["a", "m"], ["n"]), node("Mul", ["n", "m"], ["b"])], False)):
            data = model([node("MatMul", ["x", "w"], ["a"])] + middle + tail, tensors, ["n", 1], "y")
            for at in (1, 2):
                cert = certificate(net, box([-2], [-1]), verdicts=[verdict((0, 0), "stably-inactive", -2, -1), verdict((1, 0), "stably-active", 1, 1),
                                                                   verdict((2, 0), "stably-active", 1, 1)])
                cert["model"]["files"][0]["sha256"] = sha(data)
                self.assertTrue(self.run_raw(json.dumps(cert).encode(), data)[0].startswith("accepted"))
                cert["verdicts"][at]["floatSafe"] = True
                line, _ = self.run_raw(json.dumps(cert).encode(), data)
                self.assertTrue(line.startswith("accepted" if safe else "rejected: float-safe"), line)


class RandomRounding(Random):
    """Section 8 word for word in rational numbers; and what a runtime computes in float32, in random orders, with and
    without fused operations and subnormal numbers, stays within e."""

    test_rewrites = test_leaves = None

    @staticmethod
    def up(x):
        pair = ec.get_value(v(x), "$")
        return Random.real(ec.round53(*pair, True))

    def by_the_text(self, layers, lower, upper, intervals):
        H, d = [max(abs(a), abs(b)) for a, b in zip(lower, upper)], [Fraction(0)] * len(lower)
        out = []
        for (w, b, relu), ends in zip(layers, intervals):
            es, hs, ds, oks = [], [], [], []
            for row, bias, r, (low, high) in zip(w, b, relu, ends):
                S = [j for j in range(len(row)) if row[j] != 0 and H[j] + d[j] > 0]
                n = len(S)
                A = self.up(abs(bias) + sum(abs(row[j]) * (H[j] + d[j]) for j in S))
                c = (n + 1) * U32
                gamma = c * (1 + 2 * c)
                tau = 2 * T32 * (2 * n + 2 + sum(abs(row[j]) + H[j] + d[j] for j in S))
                e = Fraction(0) if A == 0 else self.up(sum(abs(row[j]) * d[j] for j in S) + gamma * A + tau)
                es.append(e)
                oks.append(n < 1 << 20 and A * (1 + gamma) + tau <= 1 << 127)
                ds.append(self.up(max(Fraction(0), min(high, Fraction(0)) + e)) if r else e)
                hs.append(max(high, Fraction(0)) if r else max(abs(low), abs(high)))
            out.append((es, oks))
            H, d = hs, ds
        return out

    @staticmethod
    def rounded(x, flush):
        if flush and abs(x) < T32:
            return Fraction(0)
        y = Random.real(ec.round_ieee(x.numerator, -(x.denominator.bit_length() - 1), "float32"))
        return Fraction(0) if flush and abs(y) < T32 else y

    def runtime(self, layers, x):
        r, out = self.random, []
        fused, flush = r.randrange(2), r.randrange(2)
        h = [self.rounded(a, flush) for a in x]
        for w, b, relu in layers:
            z = []
            for row, bias in zip(w, b):
                terms = [(self.rounded(a, flush), self.rounded(c, flush)) for a, c in zip(row, h)]
                r.shuffle(terms)
                if fused:
                    total = self.rounded(bias, flush) if r.randrange(2) else Fraction(0)
                    first = total
                    for a, c in terms:
                        total = self.rounded(a * c + total, flush)
                    if not first:
                        total = self.rounded(total + self.rounded(bias, flush), flush)
                else:
                    sums = [self.rounded(a * c, flush) for a, c in terms] + [self.rounded(bias, flush)]
                    while len(sums) > 1:
                        r.shuffle(sums)
                        sums.append(self.rounded(sums.pop() + sums.pop(), flush))
                    total = sums[0]
                z.append(total)
            out.append(z)
            h = [max(a, Fraction(0)) if t else a for a, t in zip(z, relu)]
        return out

    def test_float_safe(self):
        self.random = r = random.Random(41)
        compared = moved = 0
        for _ in range(250):
            sizes, layers, lower, upper, _, _, _ = self.make()
            scale = Fraction(2) ** r.choice((0, 0, 0, -60, -72, 40))
            f32 = lambda x: self.rounded(x * scale * (1 + Fraction(r.randrange(1 << 20), 1 << 20)), 0)  # noqa: E731
            layers = [([[f32(x) for x in row] for row in w], [f32(x) for x in b], relu) for w, b, relu in layers]
            lower, upper = [f32(x) for x in lower], [f32(x) for x in upper]
            lower, upper = map(list, zip(*[sorted(pair) for pair in zip(lower, upper)]))
            checker = self.checker("float32", sizes, layers, lower, upper, [], None)
            for layer in checker.network.layers:
                layer.plain = True
            intervals = [[(self.real(a), self.real(b)) for a, b in zip(*ends)] for ends in zip(checker.lower, checker.upper)]
            rounding = ec.Rounding(checker)
            for _ in layers:
                rounding.next_layer()
            found = [([self.real(e) for e, _ in layer], [ok for _, ok in layer]) for layer in rounding.errors]
            self.assertEqual(found, self.by_the_text(layers, lower, upper, intervals))
            if not all(ok for _, oks in found for ok in oks):
                continue
            for _ in range(4):
                x = [r.choice((a, b, self.rounded((a + b) / 2, 0))) for a, b in zip(lower, upper)]
                x = [min(max(t, a), b) for t, a, b in zip(x, lower, upper)]
                for exact, computed, (es, _) in zip(self.values(layers, x), self.runtime(layers, x), found):
                    for a, b, e in zip(exact, computed, es):
                        self.assertLessEqual(abs(a - b), e)
                        compared += 1
                        moved += a != b
        self.assertGreater(compared, 3000)
        self.assertGreater(moved, 1000)


# ---------------------------------------------------------------------------------------------------------
# Section 13: the form in lines

class Lines(Bench):
    """Every `accept` and `reject` of this file also tries the same certificate in lines; here is what only lines have."""

    def lines(self, text, rule=None, place=None, net=TOY1, small=None):
        line, code = self.run_raw(text, net.onnx(), small and small.onnx())
        if rule is None:
            self.assertTrue(line.startswith("accepted"), line)
        else:
            start = "rejected: %s at " % rule + ("" if place is None else place + ": ")
            self.assertTrue(line.startswith(start), line)
            self.assertEqual(code, 1)

    def objects(self, change=None, make=toy1):
        objects = line_objects(make())
        if change:
            change(objects)
            if "end" in objects[-1]:
                objects[-1]["end"] = len(objects) - 1
        return in_lines(make(), objects)

    # toy1 in lines: 0 head, 1 lemma, 2 tree, 3 and 4 branches, 5 to 7 points, 8 to 12 verdicts, 13 end
    def test_layout(self):
        self.assertEqual([sorted(x)[0] for x in line_objects(toy1())],
                         ["domain", "leaf", "bound", "leaf", "leaf"] + ["point"] * 3 + ["verdict"] * 5 + ["end"])
        self.lines(self.objects())
        self.lines(self.objects(make=toy1_pruned), small=SMALL1)
        self.lines(self.objects(make=toy1_pruned), "result-digest", "line 14 $.pruning.result.file")
        self.lines(self.objects(), "result-digest", small=SMALL1)

    def test_members_in_any_order_and_blanks(self):
        parts = rests(toy1())
        parts[1] = parts[1].replace(b'"unit": [1, 0], "side": "upper",', b'"side"\t:\r "upper" ,"unit":[1,0],', 1)
        self.lines(chained(parts))

    def test_sums(self):
        text = self.objects()
        lines = text.splitlines(keepends=True)
        self.assertEqual(len(lines), 14)
        for n in range(len(lines)):
            with self.subTest(line=n):
                self.lines(b"".join(lines[:n] + lines[n + 1:]), "lines")  # dropped
                self.lines(b"".join(lines[:n + 1] + lines[n:]), "lines")  # twice
                if n:
                    self.lines(b"".join(lines[:n]), "lines", "line %d" % (n + 1))  # torn after a line
                    self.lines(b"".join(lines[:n - 1] + [lines[n], lines[n - 1]] + lines[n + 1:]), "lines")  # swapped
        other = in_lines(toy1([TREE1])).splitlines(keepends=True)
        self.lines(b"".join(lines[:1] + other[1:]), None)  # both begin with the same head
        self.lines(b"".join(lines[:2] + other[2:]), "lines", "line 3")

    def test_every_byte(self):
        """No byte of the form in lines may change, and no end may be missing."""
        text, data = self.objects(make=toy1_rows), TOY1.onnx()
        network, _ = ec.parse_network("m.onnx", data, None)

        def accepted(text):
            try:
                if not text.startswith(b'{"sum": '):
                    ec.check_document(text, network, None)
                else:
                    ec.check_lines(io.BytesIO(text), network, None)
                return True
            except ec.Rejected:
                return False

        self.assertTrue(accepted(text))
        for n in range(len(text)):
            self.assertFalse(accepted(text[:n]), n)
            for other in {text[n] ^ 1, text[n] ^ 32, 10, 13, 32, 0xFF} - {text[n]}:
                self.assertFalse(accepted(text[:n] + bytes([other]) + text[n + 1:]), n)
        for more in (b"\n", b" ", b"\0", b"{}\n", text, text.splitlines(keepends=True)[-1]):
            self.assertFalse(accepted(text + more))

    def test_order(self):
        def swap(a, b):
            def change(objects):
                objects[a], objects[b] = objects[b], objects[a]
            return change

        def insert(at, thing):
            return lambda objects: objects.insert(at, copy.deepcopy(thing) if isinstance(thing, dict) else copy.deepcopy(objects[thing]))

        for number, (place, change) in enumerate((
                (1, swap(0, 1)), (1, lambda o: o.pop(0)), (2, insert(1, 0)), (15, insert(14, 0)),
                (10, insert(9, 5)), (3, swap(1, 6)), (7, insert(6, 1)), (14, insert(13, 5)), (14, insert(13, 1)),
                (4, insert(3, 1)), (4, insert(3, 2)), (4, insert(3, 5)), (4, insert(3, {"end": 0})), (5, lambda o: o.pop(4)),
                (6, insert(5, 4)), (2, insert(1, 4)), (4, lambda o: (o.pop(3), o.pop(3))),
                (2, insert(1, {"x": 1})), (14, insert(13, {"x": 1})), (2, insert(1, {"sides": 1, "unit": [0, 0]})), (15, insert(14, {"end": 14})),
                (14, lambda o: o.pop(13)))):
            with self.subTest(number=number):
                self.lines(self.objects(change), "lines", "line %d" % place)
        small = dict(make=toy1_pruned)
        self.lines(self.objects(insert(14, 13), **small), "lines", "line 15", small=SMALL1)
        self.lines(self.objects(insert(14, 12), **small), "lines", "line 15", small=SMALL1)
        self.lines(self.objects(lambda o: o[13].update(pruning=None), **small), "syntax", small=SMALL1)

    def test_ends(self):
        for end, rule in ((13, None), (12, "lines"), (14, "lines"), (0, "lines"), ("13", "syntax"), (-1, "syntax"), (13.0, "syntax"),
                          (True, "syntax"), (None, "syntax")):
            objects = line_objects(toy1())
            objects[-1]["end"] = end
            self.lines(in_lines(toy1(), objects), rule)

    def test_of(self):
        good = rests(toy1())
        of = good[0][7:71]
        for number in (0, 1, 5, 13):
            for other in (b"0" * 64, of[1:] + of[:1]):
                parts = list(good)
                parts[number] = parts[number].replace(of, other)
                self.lines(chained(parts), "lines", "line %d" % (number + 1))
        # lines of another domain, of another network, and of another order of the ends
        self.assertNotEqual(rests(toy1_rows())[1][:80], good[1][:80])
        self.lines(chained(good[:1] + rests(toy1_ball())[1:]), "lines", "line 2")
        self.assertEqual(claims(toy1()["model"]["network"], toy1()["domain"]), of.decode())
        self.lines(chained([part.replace(of, sha(of).encode()) for part in good]), "lines", "line 1")
        # by hand, for toy 2: the input x in [-1, 1], no rows, no ball
        one = struct.pack(">d", 1)
        data = b"espalier-claims/2\n" + TOY2.digest().encode() + b"\n" + struct.pack(">Q", 1) + b"\xbf" + one[1:] + one + bytes(16)
        self.assertIn(sha(data).encode(), in_lines(toy2()))
        self.lines(in_lines(toy2()), net=TOY2)

    def test_spelling(self):
        good = rests(toy1())
        text = chained(good)
        cases = [text.replace(b"\n", b"\r\n"), text[:-1], text.replace(b"\n", b"\n\n", 1), text + b"\n", text.replace(b'{"sum": "', b'{"sum":  "', 1),
                 b" " + text, b"\n" + text, b"\xef\xbb\xbf" + text]
        for number, case in enumerate(cases):
            with self.subTest(number=number):
                line, code = self.run_raw(case, TOY1.onnx())
                self.assertTrue(line.startswith("rejected: "), line)

        def with_part(n, part, rule="lines"):
            parts = list(good)
            parts[n] = part
            self.lines(chained(parts), rule, "line %d" % (n + 1) if rule == "lines" else None)

        part, of = good[1], good[1][7:71]
        for n, other in enumerate((part + b"\r", part + b" ", part + b"\0", part.replace(b'"of": ', b'"of":'),
                                   part.replace(b'", "unit"', b'","unit"'), part.replace(b'", "unit"', b'" , "unit"'),
                                   part.replace(of, of.upper()), part.replace(of, of[:-1]), part.replace(b'"of": "' + of + b'", ', b""),
                                   b'"unit": [1, 0], "of"' + part[4:], b"", b"}", part[:-2] + b" ")):
            with self.subTest(part=n):
                with_part(1, other)
        for n, other in enumerate((part[:-1] + b', "of": "' + of + b'"}', part[:-1] + b', "sum": "0"}', part[:-1] + b', "s\\u0075m": "0"}',
                                   part[:-1] + b', "x": 0}', part.replace(b"upper", b"upp\xff"), part.replace(b"upper", b"upp\0"),
                                   part + b"}", part + b"{}", part + b"{}}", part[:-1], part[:-1] + b",}", part.replace(b'"unit"', b'"unit": [1, 0], "unit"'),
                                   b'"of": "' + of + b'", [1]}', part.replace(b"[1, 0]", b"[" * 100000 + b"}"))):
            with self.subTest(syntax=n):
                with_part(1, other, "syntax")
        # sums in upper case, and a first sum that is not made from zeros
        sums = re.findall(rb'"sum": "([0-9a-f]{16})"', text)
        letter = next(x for x in sums if re.search(rb"[a-f]", x))
        self.lines(text.replace(letter, letter.upper()), "lines")
        self.lines(b'{"sum": "' + sha(b"f" * 16 + good[0])[:16].encode() + b'", ' + good[0] + b"\n", "lines", "line 1")
        # a document is no line and a line no document
        self.lines(json.dumps(toy1()).encode() + b"\n" + text, "syntax")
        head = dict(toy1(), format="espalier-certificate-lines")
        self.lines(json.dumps(head).encode(), "syntax")
        for key, other in (("version", 2), ("version", 4), ("format", "espalier-certificate"), ("format", "x"), ("producer", 1), ("points", [])):
            self.lines(self.objects(lambda o: o[0].update({key: other})), "syntax")

    def test_length(self):
        text = self.objects()
        longest = max(map(len, text.splitlines()))
        old = ec.MAX_LINE
        try:
            ec.MAX_LINE = longest  # without the line feed
            self.lines(text)
            ec.MAX_LINE = longest - 1
            self.lines(text, "lines")
            ec.MAX_LINE = 1 << 20
            self.lines(b'{"sum": ' + b" " * (2 << 20) + text[8:], "lines", "line 1")
        finally:
            ec.MAX_LINE = old

    def test_limits(self):
        for name, most in (("MAX_STEPS", 2), ("MAX_POINTS", 3), ("MAX_NODES", 3)):
            old = getattr(ec, name)
            try:
                setattr(ec, name, most)
                self.lines(self.objects())
                setattr(ec, name, most - 1)
                self.lines(self.objects(), "limits")
            finally:
                setattr(ec, name, old)

    def test_tree_by_branches(self):
        self.lines(in_lines(toy2()), net=TOY2)
        objects = line_objects(toy2())
        self.assertEqual([len(x["splits"]) for x in objects[2:6]], [2, 0, 1, 0])
        for n, splits, rule in ((2, [[0, 0]], "leaf-bound"), (3, [[0, 1]], "split"), (4, [], "leaf-bound"), (5, [[0, 0]], "split"),
                                (2, [[0, 0], [0, 0]], "split"), (2, [[0, 2]], "split"), (2, [[1, 0]], "split"), (2, {}, "syntax"),
                                (2, [0], "syntax"), (2, None, "syntax")):
            changed = copy.deepcopy(objects)
            changed[n]["splits"] = splits
            line, _ = self.run_raw(in_lines(toy2(), changed), TOY2.onnx())
            self.assertTrue(line.startswith("rejected: "), (n, splits, line))
        changed = copy.deepcopy(objects)
        changed[3]["leaf"]["m"] = "-0x1p0"
        self.lines(in_lines(toy2(), changed), "multiplier", "line 4 $.leaf.m", net=TOY2)

    def test_layers_of_multipliers_ascend(self):
        half = v(Fraction(1, 2))
        for entries, rule in (([[0, 0, half], [1, 1, half]], None), ([[1, 1, half], [0, 0, half]], "multiplier"),
                              ([[0, 0, half], [1, 1, half], [0, 2, half]], "multiplier"), ([[0, 0, half], [1, 1, half], [0, 0, "0"]], "multiplier"),
                              ([[1, floats((1, 0.5))], [0, floats((0, 0.5))]], "multiplier")):
            cert = toy1([LEMMA1, {"unit": [2, 0], "side": "upper", "leaf": {"nu": entries}}])
            self.reject(rule, cert, TOY1) if rule else self.accept(cert, TOY1)

    def test_empty_domain_without_points(self):
        """x0 + x1 <= -3 has no point in the box, so everything could be said of it."""
        verdicts = [verdict((k, i), "stably-inactive", -9, 9) for k, n in ((0, 3), (1, 2)) for i in range(n)]
        steps = [lemma((0, i), "upper", lam=[(0, 100)]) for i in range(3)]
        cert = toy1(steps, domain=box([-1, -1], [1, 1], rows=[([(0, 1), (1, 1)], -3)]), points=[], member=0, verdicts=verdicts)
        self.reject("member", cert, TOY1)
        cert["member"] = None
        self.reject("member", cert, TOY1)
        # a lemma that crosses is rejected in lines before the points are read; without one, for want of a member
        cert = toy1([], domain=box([-1, -1], [1, 1], rows=[([(0, 1), (1, 1)], -3)]), points=[], member=0, verdicts=[
            verdict((0, i), "undecided", -9, 9, limit="") for i in range(3)] + [verdict((1, i), "undecided", -9, 9, limit="") for i in range(2)])
        for member in (0, None):
            cert["member"] = member
            self.reject("member", cert, TOY1)
            self.lines(in_lines(cert), "member", "line 1 $.member")

    def test_member_comes_after_the_points(self):
        for member, rule in ((1, None), (0, None), (2, "member"), (None, "member"), (1 << 53, "member"), (-1, "syntax")):
            cert = toy1_rows()
            cert["member"] = member
            self.lines(in_lines(cert), rule)

    DEPTH = 12

    def grown(self, path, trees):
        """t = h_0 + ... + h_11 - 12 over x in [-1, 1]^12, h_i = max(x_i, 0); every tree splits on all h_i and proves
        t <= 0: in each of its 4,096 leaves the default multipliers give B = -12 + the number of units that are on."""
        d = self.DEPTH
        net = Net(d, ([[int(i == t) for t in range(d)] for i in range(d)], [0] * d, True), ([[1] * d], [-d], True))
        cert = certificate(net, box([-1] * d, [1] * d), points=[[1] * d, [-1] * d], verdicts=[
            verdict((0, i), "unstable", -1, 1, positive=0, negative=1) for i in range(d)] + [verdict((1, 0), "stably-inactive", -d, 0)])
        first, *rest, _ = line_objects(cert)

        def objects():
            yield first
            for _ in range(trees):
                yield {"unit": [1, 0], "side": "upper", "bound": "0"}
                for n in range(1 << d):  # as a binary number: bit 1 is on; a branch begins after the last bit that changed
                    turned = d if n == 0 else (n & -n).bit_length() - 1
                    yield {"splits": [[0, i] for i in range(d - turned, d)], "leaf": {"nu": []}}
            yield from rest
            yield {"end": 1 + trees * (1 + (1 << d)) + len(rest)}

        of = claims(net.digest(), cert["domain"])
        total = b"0" * 16
        with open(path, "wb") as out:
            for item in objects():
                part = json.dumps({"of": of, **item})[1:].encode()
                total = sha(total + part)[:16].encode()
                out.write(b'{"sum": "' + total + b'", ' + part + b"\n")
        return net

    def test_memory_does_not_grow(self):
        path, peaks = os.path.join(self.folder.name, "grown.jsonl"), []
        for trees in (1, 5):
            net = self.grown(path, trees)
            model_path = self.write("model.onnx", net.onnx())
            ec.check(path, model_path, None)  # what is kept of the model is kept from here on
            tracemalloc.start()
            try:
                line, _ = ec.check(path, model_path, None)
                peaks.append(tracemalloc.get_traced_memory()[1])
            finally:
                tracemalloc.stop()
            self.assertTrue(line.startswith("accepted: 13 units (1 inactive, 0 active, 12 unstable, 0 undecided), %d steps, %d leaves" % (
                trees, trees << self.DEPTH)), line)
        self.assertGreater(os.path.getsize(path), 2_900_000)  # 20,480 leaves
        self.assertLess(peaks[1], 250_000)
        self.assertLess(peaks[1] - peaks[0], 10_000)


# ---------------------------------------------------------------------------------------------------------
# Section 15: regions

def split(k, i):
    return {"split": [k, i]}


def empty(side, k, i, nu=(), **more):
    return {"empty": side, "unit": [k, i], "leaf": leaf(nu, **more)}


def zero(k, i, upper=None, lower=None):
    return {"zero": [k, i], "upper": leaf() if upper is None else upper, "lower": leaf() if lower is None else lower}


def spot(*x):
    return {"point": vs(*x)}


def regions(layers, counts, *nodes):
    return {"layers": layers, "counts": counts, "tree": list(nodes)}


HALF = Fraction(1, 2)
# f(x, y) = max(-y, min(0, -x)) with min(0, -x) = -relu(x) and max(a, b) = b + relu(a - b); y as relu(y) - relu(-y):
#   layer 0   x, y, -y                  all [-1, 1]
#   layer 1   v = h0 - h1 + h2          [-1, 2], that is relu(x) - y
#             w = h0                    [0, 1]   active
#   layer 2   v - w
GOLDEN = Net(2, ([[1, 0], [0, 1], [0, -1]], [0, 0, 0], True), ([[1, -1, 1], [1, 0, 0]], [0, 0], True), ([[1, -1]], [0], False))
GOLDEN_VERDICTS = [verdict((0, 0), "unstable", -1, 1, positive=0, negative=1), verdict((0, 1), "unstable", -1, 1, positive=1, negative=0),
                   verdict((0, 2), "unstable", -1, 1, positive=0, negative=1), verdict((1, 0), "unstable", -1, 2, positive=0, negative=1),
                   verdict((1, 1), "stably-active", 0, 1)]
# -y >= 0 where y is off: side lower, q = (0, 1) + nu (0, 1) = 0 with nu = -1, and max of z over [-1, 0] is 0: B = 0.
ON_IF_OFF = empty("off", 0, 2, [(0, 1, -1)])
# -y <= 0 where y is on: q = (0, -1) + (0, 1) = 0, and max of -z over [0, 1] is 0: B = 0.
OFF_IF_ON = empty("on", 0, 2, [(0, 1, 1)])
GOLDEN_TREE = [
    split(0, 0),
    split(0, 1),  # x off
    ON_IF_OFF, empty("off", 1, 0, [(0, 2, 0)]), spot(-HALF, -HALF),  # v = -y: side lower, max of -h2 - 0 z over [0, 1] is 0
    OFF_IF_ON, empty("on", 1, 0, [(0, 1, 0)]), spot(-HALF, HALF),  # v = -y: max of -h1 over [0, 1] is 0
    split(0, 1),  # x on
    ON_IF_OFF, empty("off", 1, 0, [(0, 0, 0), (0, 2, 0)]), spot(HALF, -HALF),  # v = x - y: -h0 - h2
    OFF_IF_ON, split(1, 0), spot(HALF / 2, HALF), spot(HALF, HALF / 2)]  # v = x - y
GOLDEN_REGIONS = regions(3, [[4, 5, 5]], *GOLDEN_TREE)


def golden(claim=None, domain=None, points=((1, -1), (-1, 1)), member=None, **more):
    return certificate(GOLDEN, domain or box([-1, -1], [1, 1]), points=points, member=member, verdicts=copy.deepcopy(GOLDEN_VERDICTS),
                       regions=copy.deepcopy(GOLDEN_REGIONS if claim is None else claim), **more)


def at(n, *nodes, drop=1):
    """Puts nodes in the place of the n-th of the golden tree."""
    def change(cert):
        cert["regions"]["tree"][n:n + drop] = copy.deepcopy(list(nodes))
    return change


def set_counts(*counts):
    return put("regions", "counts", [list(one) for one in counts])


class RegionTrees(Bench):
    def test_golden(self):
        line = self.accept(golden(), GOLDEN)
        self.assertTrue(line.endswith(", 2 points, 4 5 5 regions after each layer (1 parts)"), line)

    def test_order_within_a_layer_is_free(self):
        other = copy.deepcopy(GOLDEN_TREE)
        # y first: then -y, then x
        tree_ = [split(0, 1),
                 ON_IF_OFF, split(0, 0), *other[3:5], *other[10:12],
                 OFF_IF_ON, split(0, 0), *other[6:8], *other[13:]]
        self.accept(golden(regions(3, [[4, 5, 5]], *tree_)), GOLDEN)
        # -y before y: z <= 0 where -y is on: side upper for y, nu = 1 for -y
        tree_ = [split(0, 2),
                 empty("off", 0, 1, [(0, 2, -1)]), split(0, 0), *other[6:8], *other[13:],
                 empty("on", 0, 1, [(0, 2, 1)]), split(0, 0), *other[3:5], *other[10:12]]
        self.accept(golden(regions(3, [[4, 5, 5]], *tree_)), GOLDEN)

    def test_layers_and_parts(self):
        # one layer: x shares no input with y and -y; points are of any other input
        parts = [split(0, 0), spot(-1, 0), spot(1, 1)], [split(0, 1), ON_IF_OFF, spot(0, -1), OFF_IF_ON, spot(0, HALF)]
        line = self.accept(golden(regions(1, [[2], [2]], *parts[0], *parts[1])), GOLDEN)
        self.assertTrue(line.endswith(", 4 regions after each layer (2 parts)"), line)
        self.reject("region-unit", golden(regions(1, [[2], [2]], *parts[1], *parts[0])), GOLDEN, place="$.regions.tree[0]")
        self.reject("region-unit", golden(regions(1, [[2], [2]], split(0, 0), spot(-1, 0), split(0, 1), spot(0, 0), spot(0, 0))), GOLDEN)
        self.reject("region-shape", golden(regions(1, [[2], [2]], *parts[0])), GOLDEN, place="$.regions.tree")
        self.reject("region-shape", golden(regions(1, [[2], [2]], *parts[0], *parts[1], spot(0, 0))), GOLDEN, place="$.regions.tree[8]")
        for counts in ([[4]], [[2], [3]], [[2], [1]], [[2]], [[2], [2], [1]], [[2, 2], [2]], [[], [2]], [], [[4], [1]]):
            self.reject("region-count", golden(regions(1, counts, *parts[0], *parts[1])), GOLDEN)
        self.accept(golden(regions(2, [[4, 5]], *GOLDEN_TREE)), GOLDEN)
        # rows or a ball, even such as cut nothing off, make one part
        whole = [split(0, 0)] + [node for x in (-HALF, HALF) for node in (split(0, 1), ON_IF_OFF, spot(x, -HALF), OFF_IF_ON, spot(x, HALF))]
        for domain in (box([-1, -1], [1, 1], rows=[([], 0)]), box([-1, -1], [1, 1], ball=((0, 0), 2))):
            self.reject("region-point", golden(regions(1, [[2], [2]], *parts[0], *parts[1]), domain=domain, member=0), GOLDEN, place="$.regions.tree[1]")
            self.accept(golden(regions(1, [[4]], *whole), domain=domain, member=0), GOLDEN)
            self.reject("region-count", golden(regions(1, [[2], [2]], *whole), domain=domain, member=0), GOLDEN)

    def test_product_and_units_that_come_later(self):
        # x0 in layer 0 and 1; x1 in layer 1 only: x1 + 2 is active below
        net = Net(2, ([[1, 0], [0, 1]], [0, 2], True), ([[1, 0], [0, 1]], [-HALF, -2], True))
        verdicts = [verdict((0, 0), "unstable", -1, 1, positive=0, negative=1), verdict((0, 1), "stably-active", 1, 3),
                    verdict((1, 0), "unstable", -HALF, HALF, positive=0, negative=1), verdict((1, 1), "unstable", -1, 1, positive=0, negative=1)]
        one = [split(0, 0), empty("on", 1, 0), spot(-1, 0), split(1, 0), spot(HALF / 2, 0), spot(1, 0)]  # off: B = -1/2
        two = [split(1, 1), spot(0, -1), spot(0, 1)]

        def cert(counts, *nodes):
            return certificate(net, box([-1, -1], [1, 1]), points=[(1, 1), (-1, -1)], verdicts=verdicts, regions=regions(2, counts, *nodes))

        line = self.accept(cert([[2, 3], [1, 2]], *one, *two), net)
        self.assertTrue(line.endswith(", 2 6 regions after each layer (2 parts)"), line)
        for counts in ([[2, 3], [2, 2]], [[2, 3], [0, 2]], [[1, 2], [2, 3]], [[2, 6]]):
            self.reject("region-count", cert(counts, *one, *two), net)
        self.reject("region-unit", cert([[1, 2], [2, 3]], *two, *one), net)

    def test_no_open_units(self):
        for counts, rule in (([], None), ([[]], "region-count"), ([[1, 1, 1]], "region-count"), ([[0]], "region-count")):
            cert = toy3()
            cert["regions"] = regions(3, counts)
            if rule:
                self.reject(rule, cert, TOY3, SMALL3)
            else:
                self.assertIn(", 1 1 1 regions after each layer (0 parts), 5 rewrites", self.accept(cert, TOY3, SMALL3))
        cert["regions"] = regions(3, [], spot(1))
        self.reject("region-shape", cert, TOY3, SMALL3)

    def test_steps_decide_which_units_are_open(self):
        # toy 1: v0 is settled by steps. u0, then v1 = h0 + h2 - 3 (u1 is inactive) with h2 = x0 + 3: x0 + h0
        nodes = [split(0, 0), split(1, 1), spot(-1, 0), spot(Fraction(1, 4), -HALF), split(1, 1), spot(-Fraction(3, 4), 1), spot(1, 1)]
        claim = regions(3, [[2, 4, 4]], *nodes)
        self.accept(toy1(regions=claim), TOY1)
        for unit in ((1, 0), (0, 1), (0, 2), (2, 0)):
            self.reject("region-unit", toy1(regions=regions(3, [[2, 4, 4]], split(0, 0), split(*unit), *nodes[2:])), TOY1)
        # without the steps v0 is open, too
        verdicts = copy.deepcopy(VERDICTS1)
        verdicts[3] = verdict((1, 0), "undecided", -3, 1, limit="")
        self.reject("region-point", toy1([], verdicts=verdicts, regions=claim), TOY1)

    def test_fields(self):
        node_changes = [("syntax", change) for n in (0, 2, 4) for change in (at(n, {}), at(n, []), at(n, None), at(n, 0), at(n, {"leaf": leaf()}))]
        self.table(golden, GOLDEN, node_changes + [
            ("syntax", drop("regions")), ("syntax", put("regions", True)), ("syntax", put("regions", [])), ("syntax", put("regions", "x", 0)),
            ("syntax", drop("regions", "layers")), ("syntax", drop("regions", "counts")), ("syntax", drop("regions", "tree")),
            ("syntax", put("regions", "layers", "3")), ("syntax", put("regions", "layers", -1)), ("syntax", put("regions", "layers", 3.0)),
            ("syntax", put("regions", "layers", None)), ("syntax", put("regions", "counts", None)), ("syntax", put("regions", "counts", [4, 5, 5])),
            ("syntax", put("regions", "counts", 0, 1, "5")), ("syntax", put("regions", "counts", 0, 1, -5)), ("syntax", put("regions", "counts", 0, 1, True)),
            ("syntax", put("regions", "counts", 0, 1, (1 << 53) + 1)), ("syntax", put("regions", "counts", 0, 1, 5.0)), ("syntax", put("regions", "tree", {})),
            ("syntax", put("regions", "tree", 0, "x", 0)), ("syntax", put("regions", "tree", 2, "x", 0)), ("syntax", put("regions", "tree", 4, "x", 0)),
            ("syntax", drop("regions", "tree", 2, "leaf")), ("syntax", drop("regions", "tree", 2, "unit")), ("syntax", put("regions", "tree", 2, "empty", "upper")),
            ("syntax", put("regions", "tree", 2, "empty", None)), ("syntax", put("regions", "tree", 2, "unit", [0])), ("syntax", put("regions", "tree", 2, "unit", [0, -2])),
            ("syntax", put("regions", "tree", 2, "leaf", "m", 1)), ("syntax", put("regions", "tree", 2, "leaf", "x", "0")), ("syntax", put("regions", "tree", 2, "leaf", None)),
            ("syntax", put("regions", "tree", 0, "split", 0)), ("syntax", put("regions", "tree", 0, "split", ["0", 0])), ("syntax", put("regions", "tree", 0, "unit", [0, 0])),
            ("syntax", at(0, dict(zero(0, 0), x=0))), ("syntax", at(0, {"zero": [0, 0], "upper": leaf()})), ("syntax", at(0, {"zero": [0, 0], "lower": leaf()})),
            ("syntax", at(0, {"zero": [0, 0], "leaf": leaf()})), ("syntax", at(0, {"zero": 0, "upper": leaf(), "lower": leaf()})),
            ("syntax", put("regions", "tree", 4, "point", "0")), ("syntax", put("regions", "tree", 4, "point", 0, 0)), ("syntax", put("regions", "tree", 4, "split", [0, 0])),
            ("region-layers", put("regions", "layers", 0)), ("region-layers", put("regions", "layers", 4)), ("region-layers", put("regions", "layers", 1 << 53)),
            ("region-count", put("regions", "layers", 2)), ("region-unit", put("regions", "layers", 1)),
            ("region-count", set_counts((4, 5, 4))), ("region-count", set_counts((4, 5, 6))), ("region-count", set_counts((5, 5, 5))), ("region-count", set_counts((1, 5, 5))),
            ("region-count", set_counts((4, 4, 5))), ("region-count", set_counts((4, 5))), ("region-count", set_counts((4, 5, 5, 5))), ("region-count", set_counts()),
            ("region-count", set_counts((4, 5, 5), (1, 1, 1))), ("region-count", set_counts(())), ("region-count", set_counts((0, 0, 0))), ("region-count", set_counts((3, 5, 5)))])

    def test_units(self):
        self.table(golden, GOLDEN, [
            ("region-unit", at(0, split(0, 3))), ("region-unit", at(0, split(3, 0))), ("region-unit", at(0, split(1 << 53, 0))), ("region-unit", at(0, split(1, 0))),
            ("region-unit", at(0, split(1, 1))), ("region-unit", at(0, split(2, 0))), ("region-unit", at(1, split(0, 0))), ("region-unit", at(1, split(1, 0))),
            ("region-unit", at(0, empty("on", 1, 1))), ("region-unit", at(0, zero(1, 1))), ("region-unit", at(0, zero(2, 0))), ("region-unit", at(0, empty("on", 7, 0))),
            ("region-unit", at(2, empty("off", 0, 1, [(0, 2, -1)]))), ("region-unit", at(2, split(1, 0))), ("region-unit", at(2, empty("off", 1, 0))),
            ("region-unit", at(3, split(0, 1))), ("region-unit", at(4, split(1, 0))), ("region-unit", at(4, split(0, 0))), ("region-unit", at(4, split(1, 1))),
            ("region-unit", at(4, zero(1, 0))), ("region-unit", at(13, split(0, 2))), ("region-unit", at(5, split(0, 1)))])

    def test_shape(self):
        self.table(golden, GOLDEN, [
            ("region-shape", put("regions", "tree", [])), ("region-shape", at(15)), ("region-shape", at(14, drop=2)), ("region-shape", at(8, drop=8)),
            ("region-shape", at(1, drop=15)), ("region-shape", at(16, spot(0, 0))), ("region-shape", at(16, split(0, 0))), ("region-shape", at(16, *GOLDEN_TREE)),
            ("region-shape", at(0, *GOLDEN_TREE[:8], drop=16)), ("region-unit", at(15, split(1, 0), drop=0)), ("region-unit", at(4)),
            ("region-unit", at(2)), ("region-point", at(14)), ("region-point", at(3)), ("region-point", at(0, spot(0, 0))), ("region-point", at(0, spot(0, 0), drop=16))])

    def test_points(self):
        quarter = HALF / 2
        tiny = Fraction(1, 1 << 3000)
        self.table(golden, GOLDEN, [("region-point", at(n, spot(*x))) for n, xs in (
            (4, ((0, -HALF), (-HALF, 0), (0, 0), (HALF, -HALF), (-HALF, HALF), (-2, -HALF), (-HALF, -1 - tiny), (-HALF,), (-HALF, -HALF, 0), (), (tiny, -HALF))),
            (7, ((-HALF, -HALF), (-HALF, 0), (0, HALF))), (11, ((0, -HALF), (HALF, 0), (HALF, HALF))),
            (14, ((HALF, HALF), (HALF, quarter), (1, 1), (0, 1), (HALF, HALF - tiny))), (15, ((HALF, HALF), (quarter, HALF), (1, 1 + tiny), (1, 0)))) for x in xs])
        for n, x in ((4, (-tiny, -tiny)), (4, (-1, -1)), (14, (HALF, HALF + tiny)), (15, (1, 1 - tiny)), (15, (tiny + tiny, tiny))):
            cert = golden()
            at(n, spot(*x))(cert)
            self.accept(cert, GOLDEN)
        cert = golden()
        cert["regions"]["tree"][14:] = [copy.deepcopy(cert["regions"]["tree"][n]) for n in (15, 14)]  # the branches swapped
        self.reject("region-point", cert, GOLDEN, place="$.regions.tree[14].point")
        # points must lie in the domain as rows and ball make it, too
        for domain in (box([-1, -1], [1, 1], rows=[([(0, 1), (1, -1)], HALF)]), box([-1, -1], [1, 1], ball=((0, 0), 1))):
            cert = golden(domain=domain, points=[(quarter, -quarter), (-quarter, quarter)], member=0)
            at(11, spot(quarter, -quarter))(cert)
            self.accept(cert, GOLDEN)
            at(11, spot(HALF + quarter, -HALF))(cert)
            self.reject("region-point", cert, GOLDEN, place="$.regions.tree[11].point")

    def test_empty_sides(self):
        good = empty("off", 0, 2, [(0, 1, -1)])
        for m in (1, 3, Fraction(1, 8)):  # a multiple of all
            cert = golden()
            at(2, empty("off", 0, 2, [(0, 1, -m)], m=m))(cert)
            self.accept(cert, GOLDEN)
        self.table(golden, GOLDEN, [
            ("region-empty", at(2, empty("on", 0, 2, [(0, 1, -1)]))), ("region-empty", at(2, empty("on", 0, 2, [(0, 1, 1)]))), ("region-empty", at(2, empty("off", 0, 2))),
            ("region-empty", at(2, empty("off", 0, 2, [(0, 1, 1)]))), ("region-empty", at(2, empty("off", 0, 2, [(0, 1, -1)], m=0))),
            ("region-empty", at(2, empty("off", 0, 2, m=0))), ("region-empty", at(2, empty("off", 0, 2, [(0, 1, -1)], m=1 - Fraction(1, 1 << 200)))),
            ("region-empty", at(2, empty("off", 0, 2, [(0, 1, -1 + Fraction(1, 1 << 200))]))), ("region-empty", at(2, empty("off", 0, 2, [(0, 1, -1 - Fraction(1, 1 << 200))]))),
            ("multiplier", at(2, empty("off", 0, 2, [(0, 1, -1)], m=-1))), ("multiplier", at(2, empty("off", 0, 2, [(0, 2, -1)]))), ("multiplier", at(2, empty("off", 0, 2, [(0, 2, 0)]))),
            ("multiplier", at(2, empty("off", 0, 2, [(0, 3, 0)]))), ("multiplier", at(2, empty("off", 0, 2, [(1, 0, 0)]))), ("multiplier", at(2, empty("off", 0, 2, [(0, 1, -1), (0, 1, 0)]))),
            ("multiplier", at(2, empty("off", 0, 2, [(0, 1, -1), (0, 0, 0)]))), ("multiplier", at(2, empty("off", 0, 2, [(0, 1, -1)], lam=[(0, 1)]))),
            ("multiplier", at(2, empty("off", 0, 2, [(0, 1, -1)], mu=1))), ("multiplier", at(3, empty("off", 1, 0, [(1, 0, 0)]))), ("multiplier", at(3, empty("off", 1, 0, [(2, 0, 0)]))),
            ("multiplier", at(3, empty("off", 1, 0, [(1, 2, 0)]))), ("multiplier", at(3, empty("off", 1, 0, [(1, 1, 0), (0, 2, 0)]))),
            ("region-empty", at(3, empty("off", 1, 0))), ("region-empty", at(3, empty("on", 1, 0, [(0, 2, 0)]))),
            ("region-empty", at(13, empty("on", 1, 0), drop=2)), ("region-empty", at(13, empty("off", 1, 0), drop=2)),
            # the same of x: one half of the plane cannot go
            ("region-empty", at(0, empty("on", 0, 0), drop=1)), ("region-empty", at(0, empty("off", 0, 0, m=0), drop=8))])
        # multipliers of the target's layer and below, packed as well
        cert = golden()
        at(3, empty("off", 1, 0, [(0, 2, 0), (1, 1, 0)]))(cert)
        self.accept(cert, GOLDEN)
        good["leaf"]["nu"] = [[0, floats((1, -1.0))]]
        at(2, good)(cert)
        self.accept(cert, GOLDEN)
        # v >= 0 from w = h0 of its own layer, w in [0, 1]: nu(1, 1) = -1 and q = (-1, 1, -1) - ... : max of z over [0, 1] is 1
        at(3, empty("off", 1, 0, [(0, 2, 0), (1, 1, -1)]))(cert)
        self.reject("region-empty", cert, GOLDEN)

    def test_the_targets_layer_in_region_leaves_only(self):
        self.reject("multiplier", golden(steps=[lemma((0, 2), "upper", [(0, 1, 1)])]), GOLDEN)
        self.reject("multiplier", golden(steps=[tree((1, 0), "upper", 3, leaf([(1, 1, 0)]))]), GOLDEN)

    def test_zero_phase(self):
        # u = x0 + x1, w = 2 u, and v = x0 - x1 on the line x0 + x1 = 0, of which rows leave nothing else
        net = Net(2, ([[1, 1], [2, 2], [1, -1]], [0, 0, 0], True), ([[1, 1, 1], [1, 0, 0]], [-1, 0], True))
        rows = [([(0, 1), (1, 1)], 0), ([(0, -1), (1, -1)], 0)]
        verdicts = [verdict((0, 0), "undecided", -2, 2, limit=""), verdict((0, 1), "undecided", -4, 4, limit=""),
                    verdict((0, 2), "unstable", -2, 2, positive=0, negative=1),
                    verdict((1, 0), "unstable", -1, 7, positive=0, negative=1), verdict((1, 1), "stably-active", 0, 2)]
        up, down = leaf(lam=[(0, 1)]), leaf(lam=[(1, 1)])  # r = 0, B = 0
        two = zero(0, 1, leaf([(0, 0, -2)]), leaf([(0, 0, 2)]))  # u is 0, so its cut interval adds nothing
        # v off: u and w are 0, t = -1 with the default multipliers (0 is no negative low): B = -1 + max(2 x0 ...) needs nu = 0 for both
        none = [(0, 0, 0), (0, 1, 0)]
        nodes = [zero(0, 0, up, down), two, split(0, 2), empty("on", 1, 0, none), spot(-HALF, HALF),
                 split(1, 0), spot(Fraction(1, 4), -Fraction(1, 4)), spot(1, -1)]

        def cert(counts, nodes):
            return certificate(net, box([-1, -1], [1, 1], rows=rows), points=[(1, -1), (-1, 1)], member=0, verdicts=verdicts, regions=regions(2, counts, *nodes))

        line = self.accept(cert([[2, 3]], nodes), net)
        self.assertTrue(line.endswith(", 2 3 regions after each layer (1 parts)"), line)
        doubled = dict(zero(0, 1, leaf(lam=[(0, 2)]), leaf(lam=[(1, 2)])))
        self.accept(cert([[2, 3]], [nodes[0], doubled] + nodes[2:]), net)
        for rule, first in (("region-zero", zero(0, 0, up, leaf())), ("region-zero", zero(0, 0, leaf(), down)), ("region-zero", zero(0, 0, down, up)),
                            ("region-zero", zero(0, 0, up, up)), ("region-zero", zero(0, 0, leaf(m=0), down)), ("region-zero", zero(0, 0, up, leaf(m=0))),
                            ("multiplier", zero(0, 0, leaf(lam=[(0, 1)], m=-1), down)), ("multiplier", zero(0, 0, up, leaf([(0, 0, 1)]))),
                            ("multiplier", zero(0, 0, leaf(lam=[(0, -1)]), down)), ("multiplier", zero(0, 0, leaf(lam=[(2, 1)]), down)),
                            ("region-zero", zero(0, 2, up, down)), ("region-unit", zero(1, 0, up, down)), ("region-unit", zero(1, 1, up, down))):
            self.reject(rule, cert([[2, 3]], [first] + nodes[1:]), net, place=None)
        self.reject("region-unit", cert([[2, 3]], [nodes[0]] + nodes), net)
        # z <= 0 and z >= 0 hold both; but no point has z < 0 or z > 0
        for side, given in (("on", up), ("off", down)):
            rest = [doubled, split(0, 2), empty("on", 1, 0, none, m=1) if side == "on" else empty("on", 1, 0, [(0, 1, 0)], lam=[(0, 1)])] + nodes[4:]
            self.reject("region-point", cert([[2, 3]], [{"empty": side, "unit": [0, 0], "leaf": given}] + rest), net, place="$.regions.tree[4].point")
        self.reject("region-point", cert([[4, 6]], [split(0, 0)] + [doubled] + nodes[2:] + [doubled] + nodes[2:]), net, place="$.regions.tree[4].point")

    # -- domains of one point -----------------------------------------------------------------------------

    def forged(self, make, net, true, places):
        """All trees of up to three nodes of one unit, with any leaves of a list and points: only what is true is accepted."""
        layers = len(net.layers)
        network, _ = ec.parse_network("m.onnx", net.onnx(), None)
        k, i = places["unit"]
        leaves = places["leaves"]
        points = [spot(x) for x in places["points"]]
        heads = [split(k, i)] + [{"empty": side, "unit": [k, i], "leaf": a} for side in ("on", "off") for a in leaves]
        heads += [{"zero": [k, i], "upper": a, "lower": b} for a in leaves for b in leaves]
        trees = [[]] + [[p] for p in points] + [[h] for h in heads]
        trees += [[h, p] for h in heads for p in points] + [[h, p, q] for h in heads for p in points for q in points]
        accepted = 0
        for nodes in trees:
            for counts in ([[1] * layers], [[0] * layers], [], [[]], [[2] * layers], [[1] * (layers - 1) + [2]], [[1] * (layers - 1) + [0]],
                           [[0] * (layers - 1) + [1]])[:8 if len(nodes) < 3 else 2]:
                cert = make(regions(layers, counts, *nodes))
                found = set()
                for text in (json.dumps(cert).encode(), self.or_document(cert)):
                    try:
                        if text.startswith(ec.FIRST_BYTES):
                            ec.check_lines(io.BytesIO(text), network, None)
                        else:
                            ec.check_document(text, network, None)
                        found.add(True)
                    except ec.Rejected:
                        found.add(False)
                self.assertEqual(len(found), 1)
                if found == {True}:
                    accepted += 1
                    self.assertEqual(counts, [[1] * layers])
                    self.assertEqual([sorted(n)[0] for n in nodes], true)
        self.assertGreater(accepted, 0)

    @staticmethod
    def or_document(cert):
        try:
            return in_lines(cert)
        except ValueError:
            return json.dumps(cert).encode()

    def test_one_point_by_rows(self):
        """Rows leave x = 0 (or 1/2) of the box [-1, 1]; a unit's interval does not know it."""
        for value in (0, HALF, -HALF):
            net = Net(1, ([[1]], [0], True))
            domain = box([-1], [1], rows=[([(0, 1)], value), ([(0, -1)], -value)])

            def make(claim):
                return certificate(net, domain, points=[(value,)], member=0, verdicts=[verdict((0, 0), "undecided", -1, 1, limit="")], regions=claim)

            leaves = [leaf(), leaf(lam=[(0, 1)]), leaf(lam=[(1, 1)]), leaf(m=0), leaf(lam=[(0, 1), (1, 1)]), leaf(lam=[(0, 1)], m=0)]
            self.forged(make, net, ["lower" if value == 0 else "empty", "point"],
                        {"unit": (0, 0), "leaves": leaves, "points": [value, value + Fraction(1, 1 << 60), -1]})

    def test_one_point_by_the_box(self):
        """A box of one point: a unit of layer 1 has an interval around 0, because those of layer 0 are rounded."""
        x = 1 + Fraction(1, 1 << 52)
        w = 1 + Fraction(1, 1 << 23)
        for bias in (0, Fraction(1, 1 << 80), -Fraction(1, 1 << 80)):
            net = Net(1, ([[w], [w]], [0, 0], True), ([[1, -1]], [bias], True))

            def make(claim):
                return certificate(net, box([x], [x]), verdicts=[verdict((0, 0), "stably-active", 1, 2), verdict((0, 1), "stably-active", 1, 2),
                                                                 verdict((1, 0), "undecided", -1, 1, limit="")], regions=claim)

            leaves = [leaf(), leaf(m=0), leaf([(0, 0, 0), (0, 1, 0)]), leaf([(0, 0, 1), (0, 1, -1)])]
            self.forged(make, net, ["lower" if bias == 0 else "empty", "point"], {"unit": (1, 0), "leaves": leaves, "points": [x, 1, 2]})

    # -- lines --------------------------------------------------------------------------------------------

    def lines(self, change, rule=None, place=None, make=golden):
        objects = line_objects(make())
        change(objects)
        if "end" in objects[-1]:
            objects[-1]["end"] = len(objects) - 1
        line, code = self.run_raw(in_lines(make(), objects), GOLDEN.onnx())
        self.assertTrue(line.startswith("accepted" if rule is None else "rejected: %s at %s" % (rule, place or "line")), line)

    def test_lines(self):
        # 0 head, 1 and 2 points, 3 to 7 verdicts, 8 regions, 9 to 13 cells, 14 counts, 15 end
        kinds = [next(k for k in ("format", "point", "verdict", "regions", "cell", "counts", "end") if k in x) for x in line_objects(golden())]
        self.assertEqual(kinds, ["format"] + ["point"] * 2 + ["verdict"] * 5 + ["regions"] + ["cell"] * 5 + ["counts", "end"])
        cell = line_objects(golden())[13]

        def edit(n, **more):
            return lambda o: o[n].update(copy.deepcopy(more))

        def cut(*ns):
            def change(objects):
                for n in sorted(ns, reverse=True):
                    del objects[n]
            return change

        def insert(n, thing):
            return lambda o: o.insert(n, copy.deepcopy(o[thing] if isinstance(thing, int) else thing))

        def move(a, b):
            return lambda o: o.insert(b, o.pop(a))

        self.lines(lambda o: None)
        self.lines(cut(*range(8, 15)))  # none at all
        for change, place in ((cut(8), 9), (cut(14), 15), (cut(8, 14), 9), (cut(*range(8, 14)), 9), (insert(9, 8), 10), (insert(10, 8), 11), (insert(15, 14), 16),
                              (insert(15, 13), 16), (insert(15, 8), 16), (move(8, 9), 9), (insert(10, 1), 11),
                              (insert(9, 3), 10), (cut(14, 15), 15), (insert(9, {"pruning": None}), 10), (lambda o: o.insert(10, o[15].copy()), 11)):
            self.lines(change, "lines", "line %d" % place)
        self.lines(cut(*range(9, 14)), "region-shape", "line 10")
        self.lines(cut(13), "region-shape", "line 14")
        self.lines(move(14, 9), "region-shape", "line 10")
        self.lines(cut(9), "region-empty", "line 10 $.cell[0].leaf")
        self.lines(insert(14, cell), "region-shape", "line 15 $.cell[0]")
        self.lines(edit(13, cell=cell["cell"] * 2), "syntax", "line 14 $.cell[0]")
        self.lines(lambda o: o[9].update(cell=o[9]["cell"] + o.pop(10)["cell"]), "syntax", "line 10 $.cell[4]")  # two cells in one line
        self.lines(edit(13, cell=[]), "syntax", "line 14 $.cell")
        for other in ({}, None, [[]], [{}], 0, "x", [split(1, 0)]):
            self.lines(edit(13, cell=other), "syntax", "line 14")
        self.lines(lambda o: o[9]["cell"].pop(), "syntax", "line 10 $.cell[3]")
        self.lines(edit(9, x=0), "syntax", "line 10")
        self.lines(edit(8, regions=0), "region-layers", "line 9 $.regions")
        self.lines(edit(8, regions=4), "region-layers", "line 9 $.regions")
        for other in (None, "3", -1, {}, [3]):
            self.lines(edit(8, regions=other), "syntax", "line 9 $.regions")
        self.lines(edit(14, counts=[[4, 5, 6]]), "region-count", "line 15 $.counts[0]")
        self.lines(edit(14, counts=[]), "region-count", "line 15 $.counts")
        for other in (None, [4, 5, 5], [["4", 5, 5]], {}, 5):
            self.lines(edit(14, counts=other), "syntax", "line 15 $.counts")

    def test_every_byte(self):
        """No byte of the lines of regions may change, even where the sums are made right; nor a letter of a document."""
        network, _ = ec.parse_network("m.onnx", GOLDEN.onnx(), None)
        parts = rests(golden())
        chosen = random.Random(15)
        bad = 0
        for n in range(8, 15):
            for place in range(80, len(parts[n])):
                old = parts[n][place:place + 1]
                new = bytes([chosen.choice(b"0123579-[]{}, apxz\"")])
                if old == new or (old + new).isspace():
                    continue
                changed = parts[:n] + [parts[n][:place] + new + parts[n][place + 1:]] + parts[n + 1:]
                try:
                    ec.check_lines(io.BytesIO(chained(changed)), network, None)
                    self.assertIn(b"point", parts[n])  # another point of the same region, or a blank
                except ec.Rejected:
                    bad += 1
        self.assertGreater(bad, 600)

    def grown(self, path, d):
        """x_i in [-1, 1], all in one part by a row without terms: 2^d regions, one of each pattern."""
        net = Net(d, ([[int(i == t) for t in range(d)] for i in range(d)], [0] * d, True))
        cert = certificate(net, box([-1] * d, [1] * d, rows=[([], 0)]), points=[[1] * d, [-1] * d], member=0, verdicts=[
            verdict((0, i), "unstable", -1, 1, positive=0, negative=1) for i in range(d)])
        objects = line_objects(cert)[:-1]
        objects.append({"regions": 1})
        for n in range(1 << d):
            turned = d if n == 0 else (n & -n).bit_length() - 1
            objects.append({"cell": [split(0, i) for i in range(d - turned, d)] + [spot(*[1 if n >> (d - 1 - i) & 1 else -1 for i in range(d)])]})
        objects.append({"counts": [[1 << d]]})
        objects.append({"end": len(objects)})
        with open(path, "wb") as out:
            out.write(in_lines(cert, objects))
        return net

    def test_memory_does_not_grow(self):
        path, peaks = os.path.join(self.folder.name, "grown.jsonl"), []
        for d in (9, 12):
            model_path = self.write("model.onnx", self.grown(path, d).onnx())
            ec.check(path, model_path, None)
            tracemalloc.start()
            try:
                line, _ = ec.check(path, model_path, None)
                peaks.append(tracemalloc.get_traced_memory()[1])
            finally:
                tracemalloc.stop()
            self.assertTrue(line.endswith(", %d regions after each layer (1 parts)" % (1 << d)), line)
        self.assertGreater(os.path.getsize(path), 1_000_000)
        self.assertLess(peaks[1], 250_000)
        self.assertLess(peaks[1] - peaks[0], 40_000)


class RandomRegions(Bench):
    """Networks of independent blocks with one input each, whose regions are intervals: certificates made from them are
    accepted with exactly the number that an enumeration of break points gives; damaged ones never with another."""

    def make(self):
        r = self.random
        blocks, depth = r.randrange(1, 4), r.choice((1, 2, 2, 3))
        layers, before = [], [[t] for t in range(blocks)]
        for k in range(depth):
            owners = [t for t in range(blocks) for _ in range(r.randrange(1, 4 if blocks > 1 else 5))]
            r.shuffle(owners)
            after = [[i for i, t in enumerate(owners) if t == block] for block in range(blocks)]
            width = sum(map(len, before))
            w = [[r.randrange(-3, 4) if i in before[t] else 0 for i in range(width)] for t in owners]
            if r.randrange(3) == 0 and len(w) > 1:  # proportional rows
                a, b = r.sample(range(len(w)), 2)
                if owners[a] == owners[b]:
                    w[a] = [r.choice((-2, -1, 1)) * x for x in w[b]]
            layers.append((w, [r.choice((0, 0, 0, r.randrange(-3, 4), Fraction(r.randrange(-7, 8), 4))) for _ in owners], True))
            before = after
        lower = [r.choice((-2, -1, 0, Fraction(-5, 4))) for _ in range(blocks)]
        return Net(blocks, *layers), lower, [x + r.choice((1, 2, 3, HALF)) for x in lower]

    @staticmethod
    def values(net, x):
        out, h = [], x
        for w, b, _ in net.layers:
            z = [sum((a * c for a, c in zip(row, h) if a), Fraction(bias)) for row, bias in zip(w, b)]
            out.append(z)
            h = [max(a, Fraction(0)) for a in z]
        return out

    def inputs_of(self, net):
        """Per unit the block it is in, by what it reads; None for one that reads nothing."""
        sets, out = [{t} for t in range(net.inputs)], []
        for w, _, _ in net.layers:
            sets = [set().union(*(s for a, s in zip(row, sets) if a)) for row in w]
            out.append([next(iter(s), None) for s in sets])
        return out

    def enumerated(self, net, lower, upper):
        """Per layer the number of patterns of all units: the product over the inputs of those of one input, others at
        their lower ends. Break points by exact interpolation between break points of the layers below."""
        owners = self.inputs_of(net)
        product = [1] * len(net.layers)
        for t in range(net.inputs):
            def z(x):
                return self.values(net, [Fraction(x) if s == t else Fraction(lower[s]) for s in range(net.inputs)])
            marks = [Fraction(lower[t]), Fraction(upper[t])]
            for k in range(len(net.layers)):
                new = set()
                for a, b in zip(marks, marks[1:]):
                    for i, owner in enumerate(owners[k]):
                        y, w = z(a)[k][i], z(b)[k][i]
                        if owner == t and min(y, w) < 0 < max(y, w):
                            new.add(a + (b - a) * y / (y - w))
                marks = sorted(set(marks) | new)
            seen = [set() for _ in net.layers]
            for a, b in zip(marks, marks[1:]):
                bits = ()
                for k, values in enumerate(z((a + b) / 2)):
                    bits += tuple(x > 0 for x, owner in zip(values, owners[k]) if owner == t)
                    seen[k].add(bits)
            product = [a * len(b) for a, b in zip(product, seen)]
        return product

    def tree(self, net, t, units, lower, upper):
        """The nested tree of one part: nodes are [kind, unit, leaves, branches] or ["point", x]."""
        r = self.random

        def affine(phases):
            """(slope, constant) of all units in input t; and per layer which units pass."""
            h = [(Fraction(int(s == t)), Fraction(0 if s == t else lower[s])) for s in range(net.inputs)]
            out = []
            for k, (w, b, _) in enumerate(net.layers):
                z = [(sum((a * c[0] for a, c in zip(row, h)), Fraction(0)), sum((a * c[1] for a, c in zip(row, h)), Fraction(bias))) for row, bias in zip(w, b)]
                out.append(z)
                h = [c if (phases[k, i] == "on" if (k, i) in phases else self.ends[k][i][0] >= 0) else (Fraction(0), Fraction(0)) for i, c in enumerate(z)]
            return out

        def proof(unit, s, maps, phases, owner):
            """A leaf for s z <= its value at the end of the cell that `owner` bounds (None: an end of the box)."""
            if owner is None:
                return leaf(m=r.choice((1, 2, HALF)))
            (l, j), (k, i) = unit, owner
            slope = maps[k][i][0]
            m, delta = abs(slope), -s * maps[l][j][0] * (1 if slope > 0 else -1)
            default = Fraction(0)
            if k < l and self.passes(owner, phases):  # q at the owner's unit
                q = [m * s * x for x in net.layers[l][0][j]]
                for n in range(l - 1, k, -1):
                    q = [sum((c * row[a] for b, (c, row) in enumerate(zip(q, net.layers[n][0])) if self.passes((n, b), phases)), Fraction(0))
                         for a in range(len(net.layers[n][0][0]))]
                default = q[i]
            return leaf([(k, i, default + delta)], m=m)

        def grow(phases, ends):
            left = [u for u in units if u not in phases]
            left = [u for u in left if u[0] == left[0][0]]
            if not left:
                middle = ends[0][0] + (ends[1][0] - ends[0][0]) * HALF
                bits = 4
                while True:  # a dyadic number inside
                    x = Fraction(int(middle * (1 << bits)), 1 << bits)
                    if ends[0][0] < x < ends[1][0]:
                        break
                    bits += 1
                return ["point", [x if s == t else r.choice((lower[s], upper[s])) for s in range(net.inputs)]]
            unit = r.choice(left)
            maps = affine(phases)
            slope, constant = maps[unit[0]][unit[1]]
            low, high = sorted(slope * x + constant for x, _ in ends)
            top, bottom = (ends[1][1], ends[0][1]) if slope >= 0 else (ends[0][1], ends[1][1])
            if low < 0 < high:
                cut = (-constant / slope, unit)
                sides = ((ends[0], cut), (cut, ends[1]))
                return ["split", unit, [], [grow({**phases, unit: p}, side) for p, side in zip(("off", "on"), sides if slope > 0 else sides[::-1])]]
            if low == high == 0:
                return ["zero", unit, [proof(unit, 1, maps, phases, None), proof(unit, -1, maps, phases, None)], [grow({**phases, unit: "zero"}, ends)]]
            if high <= 0:
                return ["on", unit, [proof(unit, 1, maps, phases, top)], [grow({**phases, unit: "off"}, ends)]]
            return ["off", unit, [proof(unit, -1, maps, phases, bottom)], [grow({**phases, unit: "on"}, ends)]]

        return grow({}, ((Fraction(lower[t]), None), (Fraction(upper[t]), None)))

    def passes(self, unit, phases):
        return phases[unit] != "off" if unit in phases else self.ends[unit[0]][unit[1]][0] >= 0

    @staticmethod
    def flat(tree_):
        out, waiting = [], [tree_]
        while waiting:
            node = waiting.pop()
            if node[0] == "point":
                out.append(spot(*node[1]))
                continue
            kind, unit, leaves, branches = node
            if kind == "split":
                out.append(split(*unit))
            elif kind == "zero":
                out.append({"zero": list(unit), "upper": leaves[0], "lower": leaves[1]})
            else:
                out.append({"empty": kind, "unit": list(unit), "leaf": leaves[0]})
            waiting += branches[::-1]
        return out

    @staticmethod
    def told(tree_, units, layers):
        """The counts that a tree tells, right or wrong."""
        counts = [0] * layers

        def walk(node, given):
            for k in range(1, layers + 1):
                counts[k - 1] += given == {u for u in units if u[0] < k}
            if node[0] != "point":
                for branch in node[3]:
                    walk(branch, given | {node[1]})
        walk(tree_, set())
        return counts

    def damaged(self, tree_, units):
        """Another tree, of which the shape is right more often than not."""
        r = self.random
        tree_ = copy.deepcopy(tree_)
        nodes, waiting = [], [tree_]
        while waiting:
            nodes.append(waiting.pop())
            if nodes[-1][0] != "point":
                waiting += nodes[-1][3]
        inner = [n for n in nodes if n[0] != "point"]
        node = r.choice(inner or nodes)
        leaves = [x for n in inner for x in n[2]] + [leaf(), leaf(m=0), leaf([(k, i, r.choice((0, 1, -1))) for k, i in sorted(r.sample(units, min(2, len(units))))])]
        how = r.randrange(7)
        if node[0] == "point" or how == 0:
            spots = [n for n in nodes if n[0] == "point"]
            r.choice(spots)[1][:] = r.choice(spots)[1]
        elif how == 1 and node[0] == "split":  # one side goes
            node[:] = [("on", "off")[n := r.randrange(2)], node[1], [r.choice(leaves)], [node[3][n]]]
        elif how == 2 and node[0] == "split":
            node[:] = ["zero", node[1], [r.choice(leaves), r.choice(leaves)], [r.choice(node[3])]]
        elif how == 3 and node[0] != "split":  # a side comes
            node[:] = ["split", node[1], [], [node[3][0], copy.deepcopy(node[3][0])]]
        elif how == 4 and node[0] != "split":
            node[:] = [r.choice(("on", "off", "zero")), node[1], [r.choice(leaves), r.choice(leaves)], node[3]]
        elif how == 5:
            node[1] = r.choice(units)
        else:  # a node is left out, or stands elsewhere
            node[:] = r.choice(node[3])
        return tree_

    def test_enumeration(self):
        self.random = r = random.Random(1500)
        seen = {"split": 0, "on": 0, "off": 0, "zero": 0, "parts": 0, "damaged": 0, "still": 0, "rejected": set()}
        for _ in range(400):
            net, lower, upper = self.make()
            network, _ = ec.parse_network("m.onnx", net.onnx(), None)
            domain = box(lower, upper)
            head = {"files": network.files, "network": net.digest(), "member": None, "place": "$",
                    "domain": ec.get_domain(domain, "$.domain")}
            head["files"] = [("", digest) for digest in network.files]
            checker = ec.Checker(head, network)
            checker.end_steps()
            self.ends = [[(Random.real(a), Random.real(b)) for a, b in zip(*ends)] for ends in zip(checker.lower, checker.upper)]
            verdicts = [verdict((k, i), "undecided", *self.ends[k][i], limit="") for k, ends in enumerate(self.ends) for i in range(len(ends))]
            layers = r.randrange(1, len(net.layers) + 1)
            owners = self.inputs_of(net)
            units = [(k, i) for k in range(layers) for i, (low, high) in enumerate(self.ends[k]) if low < 0 < high]
            firsts = list(dict.fromkeys(owners[k][i] for k, i in units))  # parts in order of their first units
            parts = [[u for u in units if owners[u[0]][u[1]] == t] for t in firsts]
            trees = [self.tree(net, t, part, lower, upper) for t, part in zip(firsts, parts)]
            true = self.enumerated(net, lower, upper)[:layers]

            def check(trees, counts):
                claim = regions(layers, counts, *[node for one in trees for node in self.flat(one)])
                cert = certificate(net, domain, verdicts=verdicts, regions=claim)
                try:
                    one = ec.check_document(json.dumps(cert).encode(), network, None)
                except ec.Rejected as problem:
                    self.assertRaises(ec.Rejected, ec.check_lines, io.BytesIO(in_lines(cert)), network, None)
                    return problem
                self.assertEqual(ec.check_lines(io.BytesIO(in_lines(cert)), network, None), one)
                return one

            counts = [self.told(one, part, layers) for one, part in zip(trees, parts)]
            line = check(trees, counts)
            self.assertIsInstance(line, str, getattr(line, "line", str)())
            text = "%s regions after each layer (%d parts)" % (" ".join(map(str, true)), len(parts))
            self.assertTrue(line.endswith(text), (line, text))
            seen["parts"] += len(parts) > 1
            for node in (node for one in trees for node in self.flat(one) if "point" not in node):
                seen[node.get("empty") or ("zero" if "zero" in node else "split")] += 1
            for _ in range(12 if parts else 0):
                n = r.randrange(len(parts))
                others = trees[:n] + [self.damaged(trees[n], parts[n])] + trees[n + 1:]
                found = check(others, [self.told(one, part, layers) for one, part in zip(others, parts)])
                seen["damaged"] += 1
                if isinstance(found, str):
                    self.assertTrue(found.endswith(text), (found, text))
                    seen["still"] += 1
                else:
                    seen["rejected"].add(found.rule)
        self.assertTrue(all(seen[key] > 20 for key in ("split", "on", "off", "zero", "parts", "still")), seen)
        self.assertGreater(seen["damaged"], 2000)
        self.assertLessEqual({"region-unit", "region-empty", "region-zero", "region-point"}, seen["rejected"])


# ---------------------------------------------------------------------------------------------------------
# Section 16: boxes

def boxes(targets, *nodes):
    return {"targets": [list(t) for t in targets], "tree": ["box" if n is None else {"cut": [n[0], v(n[1])]} for n in nodes]}


# x in [0, 1]; a = x, c = x - 1/2; u = h_a - 2 h_c - 5/8, never above -1/8; w = -h_a + 2 h_c + 17/32, never below 1/32;
# y = h_u + h_w - 2. Interval arithmetic: a in [0, 1], c in [-1/2, 1/2], u in [-13/8, 3/8], w in [-15/32, 49/32].
BOXED = Net(1, ([[1], [1]], [0, -HALF], True), ([[1, -2], [-1, 2]], [-Fraction(5, 8), Fraction(17, 32)], True), ([[1, 1]], [-2], True))
# All numbers are short, so nothing is rounded; in each box a is on.
# [0, 1]: c is as far below 0 as above, so nu = 0 for it. u: upper: V = 0, c_x = 1, V = 1: B = 3/8. w: lower: B = 1 - 17/32.
# [0, 7/16]: c is off. u in [-5/8, 7/16 - 5/8], which closes it with -3/16; w in [17/32 - 7/16, ...] with 3/32.
# [7/16, 1]: c in [-1/16, 1/2] has nu = -2. u: upper: V = 7/16 + 2/16, c_x = 1 - 2 = -1, V = 0: B = 9/16 - 5/8 closes it with
#   -1/16. w: lower: B = 9/16 - 17/32 = 1/32, which closes nothing.
# [7/16, 1/2]: c is off; w in [17/32 - 1/2, ...] is closed with 1/32.
# [1/2, 1]: c is on. w: lower: V = 1/2, c_x = -1, V = 0: B = 1/2 - 17/32 closes it with 1/32. u is closed from above; its
#   interval by arithmetic is [-9/8, 3/8], of which nothing above 0 is left. That does not change with what it was closed: -1/16.
SIDES, FIVE = ((1, 0, "upper"), (1, 1, "lower")), [(0, Fraction(7, 16)), None, (0, HALF), None, None]
U_TOP, W_LOW, TINY = -Fraction(1, 16), Fraction(1, 32), Fraction(1, 1 << 60)


def boxed(nodes=None, targets=SIDES, u_top=U_TOP, w_low=W_LOW, y_low=W_LOW - 2, **more):
    return certificate(BOXED, box([0], [1]), points=[(1,), (0,)], verdicts=[
        verdict((0, 0), "stably-active", 0, 1), verdict((0, 1), "unstable", -HALF, HALF, positive=0, negative=1),
        verdict((1, 0), "stably-inactive", -Fraction(13, 8), u_top), verdict((1, 1), "stably-active", w_low, Fraction(49, 32)),
        verdict((2, 0), "stably-inactive", y_low, -Fraction(15, 32))], boxes=boxes(targets, *(FIVE if nodes is None else nodes)), **more)


def half_boxed(side, **more):
    """With one target alone."""
    cert = boxed(targets=SIDES[side:side + 1], **more)
    cert["verdicts"][2 + (side == 0)].update(stability="undecided", limit="", lower=v(-Fraction(13, 8)), upper=v(Fraction(49, 32)))
    cert["verdicts"][4] = verdict((2, 0), "undecided", -2, 1, limit="")
    return cert


class BoxTrees(Bench):
    def test_by_hand(self):
        line = self.accept(boxed(), BOXED)
        self.assertTrue(line.endswith(", 0 steps, 0 leaves, 2 points, 3 boxes"), line)
        self.reject("verdict-bound", boxed(u_top=U_TOP - TINY), BOXED, place="$.verdicts[2].upper")
        self.reject("verdict-bound", boxed(w_low=W_LOW + TINY), BOXED, place="$.verdicts[3].lower")
        # the layer above starts from there
        self.reject("verdict-bound", boxed(y_low=W_LOW - 2 + TINY), BOXED, place="$.verdicts[4].lower")
        # cut at 1/2 at once: u is closed with -1/8 in both boxes, w with 1/32
        self.accept(boxed([(0, HALF), None, None], u_top=-Fraction(1, 8)), BOXED)
        self.reject("verdict-bound", boxed([(0, HALF), None, None], u_top=-Fraction(1, 8) - TINY), BOXED)
        self.reject("verdict-bound", boxed([(0, HALF), None, None], w_low=W_LOW + TINY), BOXED)

    def test_one_target(self):
        """A side that is no target gets no bound, and what closes it proves nothing."""
        seven = (0, Fraction(7, 16))
        self.accept(half_boxed(0, nodes=[seven, None, None]), BOXED)
        self.reject("verdict-bound", half_boxed(0, nodes=[seven, None, None], u_top=U_TOP - TINY), BOXED)
        self.reject("boxes", half_boxed(1, nodes=[seven, None, None]), BOXED, place="$.boxes.tree[2]")
        self.accept(half_boxed(1), BOXED)
        for side in (0, 1):
            cert = half_boxed(side)
            cert["verdicts"][2 + (side == 0)]["lower" if side == 0 else "upper"] = v(W_LOW if side == 0 else U_TOP)
            self.reject("verdict-bound", cert, BOXED, place="$.verdicts[%d].%s" % ((3, "lower") if side == 0 else (2, "upper")))

    def test_open_targets(self):
        seven = (0, Fraction(7, 16))
        for nodes, n in (([None], 0), ([seven, None, None], 2), ([seven, None, (0, 1 - HALF / 2), None, None], 3),
                         ([(0, HALF / 2), None, None], 2), ([(0, 1 - HALF / 2), None, None], 1), ([(0, HALF / 2), (0, HALF / 4), None, None, None], 4)):
            with self.subTest(nodes=nodes):
                self.reject("boxes", boxed(nodes), BOXED, place="$.boxes.tree[%d]" % n)
        self.lines(lambda o: o[3].update(cuts=[[0, v(1 - HALF / 2)]]), "boxes", "line 4 $")
        self.lines(lambda o: o.__setitem__(slice(2, 5), [{"cuts": []}]), "boxes", "line 3 $")

    def test_more_cuts(self):
        """Cuts where all targets are closed change nothing."""
        seven, quarter = (0, Fraction(7, 16)), HALF / 2
        self.accept(boxed([seven, (0, quarter), None, None, (0, HALF), None, (0, 1 - quarter), (0, HALF + HALF / 4), None, None, None]), BOXED)

    def test_none(self):
        bare = boxed()
        del bare["boxes"]
        self.reject("verdict-bound", bare, BOXED, place="$.verdicts[2].upper")
        bare["boxes"] = None
        self.reject("verdict-bound", bare, BOXED, place="$.verdicts[2].upper")
        for cert in (toy1(), golden()):
            line = self.accept(cert, GOLDEN if cert["regions"] else TOY1)
            cert["boxes"] = None
            self.assertEqual(self.accept(cert, GOLDEN if cert["regions"] else TOY1), line)

    def test_targets(self):
        upper, lower = SIDES
        for targets, n in (([], None), ([upper, upper], 1), ([lower, upper], 1), ([upper, lower, lower], 2), ([(1, 1, "upper"), upper], 1),
                           ([(1, 0, "lower"), upper], 1), ([upper, (0, 0, "lower")], 1), ([(2, 0, "upper"), lower], 1), ([(0, 2, "upper")], 0),
                           ([(1, 2, "upper")], 0), ([(3, 0, "upper")], 0), ([upper, (2, 1, "upper")], 1), ([upper, (3, 0, "upper")], 1),
                           ([(1 << 53, 0, "lower")], 0), ([(0, 1 << 53, "lower")], 0)):
            with self.subTest(targets=targets):
                at = "" if n is None else "[%d]" % n
                self.reject("boxes", boxed(targets=targets), BOXED, place="$.boxes.targets" + at)
                self.lines(lambda o: o[1].update(boxes=[list(t) for t in targets]), "boxes", "line 2 $.boxes" + at + ":")
        for targets in (SIDES, [(0, 0, "lower"), *SIDES], [*SIDES, (2, 0, "upper")], [(0, 0, "lower"), *SIDES, (2, 0, "upper")]):
            self.accept(boxed(targets=targets), BOXED)
        for wrong in ((0, 0, "upper"), (0, 1, "upper"), (0, 1, "lower"), (2, 0, "lower")):  # what does not hold
            self.reject("boxes", boxed(targets=sorted([*SIDES, wrong])), BOXED, place="$.boxes.tree[1]" if wrong != (0, 1, "upper") else "$.boxes.tree[4]")

    def test_both_sides(self):
        """A unit that is 0 everywhere has both sides; the upper one comes first."""
        net = Net(1, ([[1], [0]], [1, 0], True), ([[1, -1], [0, 3]], [0, 0], True))
        for targets, rule in (([(0, 1, "upper"), (0, 1, "lower")], None), ([(1, 1, "upper"), (1, 1, "lower")], None),
                              ([(1, 1, "lower"), (1, 1, "upper")], "boxes")):
            cert = certificate(net, box([0], [1]), boxes=boxes(targets, None), verdicts=[
                verdict((0, 0), "stably-active", 1, 2), verdict((0, 1), "stably-active", 0, 0, constant="0"),
                verdict((1, 0), "stably-active", 1, 2), verdict((1, 1), "stably-inactive", 0, 0, constant="0")])
            self.reject(rule, cert, net) if rule else self.accept(cert, net)

    def test_identity_units(self):
        """None up to the layer of the last target; above it they do not matter."""
        for k in range(4):
            net = Net(1, *[([[1]], [1], n != k) for n in range(3)])
            for last in range(3):
                with self.subTest(identity=k, last=last):
                    cert = certificate(net, box([0], [1]), boxes=boxes([(last, 0, "lower")], None), verdicts=[
                        verdict((n, 0), "stably-active", n + 1, n + 2) for n in range(3) if n != k])
                    self.reject("boxes", cert, net, place="$.boxes.targets") if k <= last else self.accept(cert, net)

    def test_nothing_varies(self):
        net = Net(2, ([[1, 1], [0.1, -0.1]], [0, 0], True), ([[1, 1], [-1, 1]], [-HALF, 0], True), kind="d")
        cert = certificate(net, box([3, 1], [3, 1]), boxes=boxes([(0, 0, "lower"), (1, 0, "lower"), (1, 1, "upper")], None), verdicts=[
            verdict((0, 0), "stably-active", 4, 4), verdict((0, 1), "stably-active", 0, 1), verdict((1, 0), "stably-active", 3, 4),
            verdict((1, 1), "stably-inactive", -4, -3)])
        self.accept(cert, net)
        cert["boxes"] = boxes([(1, 0, "lower")], (0, 3), None, None)
        self.reject("boxes", cert, net, place="$.boxes.tree[0]")

    @staticmethod
    def parts(cert, net):
        network, _ = ec.parse_network("m.onnx", net.onnx(), None)
        return ec.read_document(json.dumps(cert).encode()) | {"place": "$"}, network

    def test_fields(self):
        self.table(boxed, BOXED, [
            ("syntax", put("boxes", [])), ("syntax", put("boxes", 2)), ("syntax", put("boxes", {})), ("syntax", put("boxes", False)),
            ("syntax", drop("boxes", "targets")), ("syntax", drop("boxes", "tree")), ("syntax", put("boxes", "x", 0)),
            ("syntax", put("boxes", "layers", 2)), ("syntax", put("boxes", "targets", None)), ("syntax", put("boxes", "targets", 2)),
            ("syntax", put("boxes", "targets", {})), ("syntax", put("boxes", "targets", 0, [])), ("syntax", put("boxes", "targets", 0, [1, 0])),
            ("syntax", put("boxes", "targets", 0, [1, 0, "upper", 0])), ("syntax", put("boxes", "targets", 0, ["1", 0, "upper"])),
            ("syntax", put("boxes", "targets", 0, [1, -1, "upper"])), ("syntax", put("boxes", "targets", 0, [1, 0.0, "upper"])),
            ("syntax", put("boxes", "targets", 0, 2, "Upper")), ("syntax", put("boxes", "targets", 0, 2, None)),
            ("syntax", put("boxes", "targets", 0, 2, 1)), ("syntax", put("boxes", "targets", 0, {"unit": [1, 0], "side": "upper"})),
            ("syntax", put("boxes", "targets", 0, [[1, 0], "upper"])), ("syntax", add("boxes", "targets", None)),
            ("syntax", put("boxes", "tree", None)), ("syntax", put("boxes", "tree", "box")), ("syntax", put("boxes", "tree", 1, "Box")),
            ("syntax", put("boxes", "tree", 1, None)), ("syntax", put("boxes", "tree", 1, {})), ("syntax", put("boxes", "tree", 1, ["box"])),
            ("syntax", put("boxes", "tree", 1, {"box": None})), ("syntax", put("boxes", "tree", 0, "x", 0)),
            ("syntax", put("boxes", "tree", 0, {"cut": [0]})), ("syntax", put("boxes", "tree", 0, {"cut": [0, v(HALF), 0]})),
            ("syntax", put("boxes", "tree", 0, {"cut": [0, 0]})), ("syntax", put("boxes", "tree", 0, {"cut": ["0", "0"]})),
            ("syntax", put("boxes", "tree", 0, {"cut": [0, "0x2p0"]})), ("syntax", put("boxes", "tree", 0, {"cut": None})),
            ("syntax", put("boxes", "tree", 0, {"cut": [0.0, "0"]})), ("syntax", put("boxes", "tree", 0, {"split": [0, 0]}))])

    def test_shape(self):
        cut, low = (0, HALF), (0, HALF / 2)
        halves = [cut, None, None]
        for nodes in ([], [cut], [cut, None], [cut, low, None, None], halves + [None], halves + [cut], [cut, low, None, None, None, None]):
            with self.subTest(nodes=nodes):
                self.reject("tree-shape", boxed(nodes), BOXED)
        self.reject("tree-shape", boxed([cut, None]), BOXED, place="$.boxes.tree")
        self.reject("tree-shape", boxed(halves + [None]), BOXED, place="$.boxes.tree[3]")

    def test_cuts(self):
        """Ends are not inside, also those that cuts above have left; a cut between is fine."""
        least = Fraction(1, 1 << 1074)
        quarter, eighth, near = HALF / 2, HALF / 4, HALF + Fraction(1, 1 << 53)
        for nodes in ([(0, 0)], [(0, 1)], [(0, 2)], [(0, -2)], [(1, 0)], [(1, HALF)], [(1 << 53, HALF)], [(0, HALF), (0, HALF)], [(0, HALF), (0, 1 - quarter)],
                      [(0, HALF), (0, 0)], [(0, HALF), None, (0, HALF)], [(0, HALF), None, (0, quarter)], [(0, HALF), None, (0, 1)],
                      [(0, HALF), (0, quarter), None, (0, quarter)], [(0, HALF), (0, quarter), None, (0, HALF)],
                      [(0, HALF), (0, quarter), None, None, (0, eighth)],
                      [(0, HALF + Fraction(1, 1 << 54))], [(0, least / 2)], [(0, Fraction(1 << 1024))], [(0, Fraction(3, 1 << 1075))]):
            with self.subTest(nodes=nodes):
                self.reject("boxes", boxed(nodes + [None] * 4), BOXED, place="$.boxes.tree[%d]" % (len(nodes) - 1))
        for nodes in ([(0, near), (0, HALF), None, None, None], [(0, HALF), (0, least), None, None, None],
                      [(0, HALF), (0, quarter), None, (0, quarter + eighth), None, None, (0, 1 - quarter), None, None],
                      [(0, HALF), (0, quarter), (0, eighth), None, None, None, None]):
            self.accept(boxed(nodes, w_low=0, y_low=-2), BOXED)
        # an input without a width cannot be cut
        net = Net(2, ([[1, 1]], [0], True))
        for t, rule in ((0, None), (1, "boxes")):
            cert = certificate(net, box([-1, 1], [1, 1]), boxes=boxes([(0, 0, "lower")], (t, 0) if t == 0 else (t, 1), None, None), verdicts=[
                verdict((0, 0), "stably-active", 0, 2)])
            self.reject(rule, cert, net) if rule else self.accept(cert, net)

    def test_depth(self):
        """[0, 2^13] cut at 4096, 4095, ..., always in the lower part, or at 1, 2, ... in the upper part: 4,096 times but no more."""
        net = Net(1, ([[1], [1]], [0, -1], True), ([[1, -1]], [0], True))
        for count, rule in ((4096, None), (4097, "limits")):
            for nodes in ([(0, x) for x in range(count, 0, -1)] + [None] * (count + 1),
                          [n for x in range(1, count + 1) for n in ((0, x), None)] + [None]):
                cert = certificate(net, box([0], [1 << 13]), points=[(2,), (0,)], boxes=boxes([(1, 0, "lower")], *nodes), verdicts=[
                    verdict((0, 0), "stably-active", 0, 1 << 13), verdict((0, 1), "unstable", -1, (1 << 13) - 1, positive=0, negative=1),
                    verdict((1, 0), "stably-active", 0, 1 << 13)])
                self.reject(rule, cert, net) if rule else self.accept(cert, net)

    def test_nodes(self):
        old = ec.MAX_NODES
        try:
            ec.MAX_NODES = 5
            self.accept(boxed(), BOXED)
            ec.MAX_NODES = 4
            self.reject("limits", boxed(), BOXED, place="$.boxes.tree")
            line, _ = self.run_raw(in_lines(boxed()), BOXED.onnx())
            self.assertTrue(line.startswith("rejected: limits at line 5 $: "), line)
        finally:
            ec.MAX_NODES = old

    def test_steps_follow(self):
        """y <= -47/32 by a lemma: u is off and gets 0, w and a are on with nu = 1 and -1, c has nu = 1 and adds
        -1/2 + max(0 + 1/2, 2 * 1/2 - 1/2) = 0, q = -1 + 1: B = -2 + 17/32."""
        step = lemma((2, 0), "upper", [(0, 0, -1), (0, 1, 1), (1, 1, 1)])
        for steps, rule in (([step], None), ([], "verdict-bound")):
            cert = boxed(steps=steps)
            cert["verdicts"][4]["upper"] = v(-Fraction(47, 32))
            self.reject(rule, cert, BOXED, place="$.verdicts[4].upper") if rule else self.accept(cert, BOXED)
        # lemmas on the first layer too, which has no initial intervals before the boxes are done
        self.accept(boxed(steps=[lemma((0, 0), "upper"), lemma((0, 1), "lower")]), BOXED)
        # a split is allowed by the intervals of all boxes: none for w, which interval arithmetic alone would allow
        step = tree((2, 0), "upper", 1, (1, 1), leaf(), leaf())
        self.reject("split", boxed(steps=[step]), BOXED, place="$.steps[0].tree[0]")
        self.accept(half_boxed(0, steps=[step]), BOXED)

    def test_rows_and_ball_are_not_used(self):
        for more in (dict(rows=[([(0, 1)], HALF)]), dict(ball=((0,), HALF))):
            cert = boxed()
            cert["domain"] = box([0], [1], **more)
            cert["member"], cert["points"] = 0, [vs(0)]
            cert["verdicts"][1] = verdict((0, 1), "undecided", -HALF, HALF, limit="")
            self.accept(cert, BOXED)
            cert["verdicts"][3]["lower"] = v(W_LOW + TINY)
            self.reject("verdict-bound", cert, BOXED)
            cert["boxes"] = boxes(SIDES, (0, HALF), None, (0, 1 - HALF / 2), None, None)
            cert["verdicts"][3]["lower"] = v(W_LOW)
            cert["verdicts"][2]["upper"] = v(-Fraction(1, 8))
            self.accept(cert, BOXED)
            cert["boxes"] = boxes(SIDES, None)
            self.reject("boxes", cert, BOXED)

    def test_empty_domain(self):
        """x <= -3 has no point in the box. lambda = 1/4 gives -a <= -3/4, lambda = 1/8 gives c <= 7/8 - 3/8 - 1/2; so u would be at
        least 3/4 - 5/8."""
        cert = boxed(steps=[lemma((0, 0), "lower", lam=[(0, HALF / 2)]), lemma((0, 1), "upper", lam=[(0, HALF / 4)])])
        cert["domain"] = box([0], [1], rows=[([(0, 1)], -3)])
        cert["points"], cert["member"] = [], 0
        self.reject("member", cert, BOXED)
        line, _ = self.run_raw(in_lines(cert), BOXED.onnx())
        self.assertTrue(line.startswith("rejected: bounds-cross at line 2 $.boxes: expected a lower end of at most -0x1p-4, found 0x1p-3"), line)

    def test_crossing(self):
        """No boxes can say what is not so; if they did, nothing would be left of an interval."""
        for ends, k in (({(0, 1, 1): (-3, 0)}, 0), ({(0, 0, -1): (3, 0)}, 0), ({(1, 0, 1): (-3, 0)}, 1), ({(1, 0, 1): (-1, 0), (1, 1, -1): (3, 0)}, 1)):
            cert, network = self.parts(boxed(), BOXED)
            checker = ec.Checker(cert, network)
            checker.boxes = ec.Boxes(checker, "$.boxes.targets", [(1, 0, 1)])
            checker.boxes.ends = ends
            with self.assertRaises(ec.Rejected) as caught:
                checker.end_steps()
            self.assertEqual((caught.exception.rule, caught.exception.place, len(checker.lower)), ("bounds-cross", "$.boxes.targets", k + 1))

    # -- lines --------------------------------------------------------------------------------------------

    def lines(self, change, rule=None, place=None, make=boxed):
        objects = line_objects(make())
        change(objects)
        if "end" in objects[-1]:
            objects[-1]["end"] = len(objects) - 1
        line, code = self.run_raw(in_lines(make(), objects), BOXED.onnx())
        self.assertTrue(line.startswith("accepted" if rule is None else "rejected: %s at %s" % (rule, place or "line")), line)

    def test_lines(self):
        # 0 head, 1 boxes, 2 to 4 box, 5 lemma, 6 and 7 points, 8 to 12 verdicts, 13 end
        def make():
            return boxed(steps=[lemma((0, 0), "upper")])

        kinds = [next(k for k in ("format", "boxes", "cuts", "side", "point", "verdict", "end") if k in x) for x in line_objects(make())]
        self.assertEqual(kinds, ["format", "boxes"] + ["cuts"] * 3 + ["side"] + ["point"] * 2 + ["verdict"] * 5 + ["end"])
        self.assertEqual(line_objects(make())[1:5], [{"boxes": [list(t) for t in SIDES]}, {"cuts": [[0, v(Fraction(7, 16))]]},
                                                     {"cuts": [[0, v(HALF)]]}, {"cuts": []}])

        def check(change, rule=None, place=None):
            self.lines(change, rule, place, make)

        def edit(n, **more):
            return lambda o: o[n].update(copy.deepcopy(more))

        def insert(n, thing):
            return lambda o: o.insert(n, copy.deepcopy(o[thing] if isinstance(thing, int) else thing))

        def move(a, b):
            return lambda o: o.insert(b, o.pop(a))

        check(lambda o: None)
        check(edit(4, cuts=[[0, v(1 - HALF / 2)]]), "tree-shape", "line 6:")  # one box is missing then
        check(lambda o: o.__delitem__(slice(1, 5)), "verdict-bound")
        for change, place in ((lambda o: o.pop(1), 2), (lambda o: o.pop(4), 5), (insert(5, 4), 6), (insert(6, 4), 7), (insert(13, 4), 14),
                              (move(5, 4), 5), (insert(3, 6), 4), (insert(3, 1), 4), (insert(2, 1), 3), (move(5, 2), 3)):
            check(change, "tree-shape", "line %d" % place)
        # a stretch ends with its box: the cut alone has no line; two boxes in one line neither
        for change, place in ((insert(5, 1), 6), (insert(6, 1), 7), (insert(9, 1), 10), (insert(13, {"boxes": [list(SIDES[0])]}), 14), (move(1, 0), 1),
                              (lambda o: o.__delitem__(slice(4, None)), 5)):
            check(change, "lines", "line %d" % place)
        for other in (None, "2", -1, 2, {}, [2], [[1, 0]], [[1, 0, "upper", 0]], [[1, 0, "on"]], boxes(SIDES, None)):
            check(edit(1, boxes=other), "syntax", "line 2 $.boxes")
        for other in (None, {}, "box", [None], [["0", "0"]], [[0]], [[0, "0", 0]], [0, "0"], [{"cut": [0, "0"]}], [[0, 0]], ["box"]):
            check(edit(2, cuts=other), "syntax", "line 3 $.cuts")
        check(edit(1, targets=[]), "syntax", "line 2 $")
        check(edit(1, tree=[]), "syntax", "line 2 $")
        check(edit(2, box=1), "syntax", "line 3 $")
        check(edit(0, boxes=None), "syntax", "line 1 $")
        for cut in ([0, v(1)], [1, v(HALF)], [0, "0"], [0, v(HALF + Fraction(1, 1 << 54))]):
            check(edit(2, cuts=[cut]), "boxes", "line 3 $.cuts[0]")
        check(edit(3, cuts=[[0, v(Fraction(7, 16))]]), "boxes", "line 4 $.cuts[0]")
        check(edit(2, cuts=[[0, v(HALF)], [0, v(1 - HALF / 2)]]), "boxes", "line 3 $.cuts[1]")
        check(edit(1, boxes=[[0, 0, "upper"], [1, 0, "upper"]]), "boxes", "line 3 $:")
        # an unfinished tree at the end of the file is no end either
        text = in_lines(make()).splitlines(keepends=True)
        line, _ = self.run_raw(b"".join(text[:4]), BOXED.onnx())
        self.assertTrue(line.startswith("rejected: lines at line 5: "), line)

    def test_random_bytes_never_crash(self):
        chosen = random.Random(16)
        network, _ = ec.parse_network("m.onnx", BOXED.onnx(), None)
        seen = set()
        parts = rests(boxed())
        document = json.dumps(boxed()).encode()
        at_boxes = document.index(b'"boxes"')
        for _ in range(3000):
            form = chosen.randrange(2)
            text = bytearray(document if form else parts[n := chosen.randrange(1, 5)])
            place = chosen.randrange(at_boxes if form else 80, len(text))
            text[place:place + chosen.randrange(3)] = bytes(chosen.choice(b"0123579-[]{}, apxzcutbolwer\"") for _ in range(chosen.randrange(3)))
            try:
                if form:
                    ec.check_document(bytes(text), network, None)
                else:
                    ec.check_lines(io.BytesIO(chained(parts[:n] + [bytes(text)] + parts[n + 1:])), network, None)
                seen.add("accepted")
            except ec.Rejected as problem:
                seen.add(problem.rule)
        self.assertLessEqual({"syntax", "boxes", "verdict-bound", "accepted"}, seen)

    def grown(self, path, depth):
        """2^depth boxes of equal width, of the network above."""
        head, *rest = line_objects(boxed())
        objects = [head, {"boxes": [list(t) for t in SIDES]}]
        for n in range(1 << depth):
            turned = depth if n == 0 else (n & -n).bit_length() - 1
            objects.append({"cuts": [[0, v(Fraction(n + (1 << d), 1 << depth))] for d in range(turned - 1, -1, -1)]})
        objects += [item for item in rest if "boxes" not in item and "cuts" not in item]
        objects[-1]["end"] = len(objects) - 1
        with open(path, "wb") as out:
            out.write(in_lines(boxed(), objects))

    def test_memory_does_not_grow(self):
        path, peaks = os.path.join(self.folder.name, "grown.jsonl"), []
        model_path = self.write("model.onnx", BOXED.onnx())
        for depth in (8, 12):
            self.grown(path, depth)
            ec.check(path, model_path, None)
            tracemalloc.start()
            try:
                line, _ = ec.check(path, model_path, None)
                peaks.append(tracemalloc.get_traced_memory()[1])
            finally:
                tracemalloc.stop()
            self.assertTrue(line.endswith(", %d boxes" % (1 << depth)), line)
        self.assertGreater(os.path.getsize(path), 500_000)
        self.assertLess(peaks[1], 250_000)
        self.assertLess(peaks[1] - peaks[0], 20_000)


class Watched(ec.Boxes):
    """Keeps what it finds in each box."""

    unbounded = 0

    def node(self, place, node):
        self.intervals, self.bounds = [], []
        super().node(place, node)

    def close(self, k, left, low, high, e):
        self.intervals.append([(Random.real((x, e)), Random.real((y, e))) for x, y in zip(low, high)])
        return super().close(k, left, low, high, e)

    def backward(self, c, e, sum_, unit):
        bound = super().backward(c, e, sum_, unit)
        self.bounds.append(None if bound is None else Random.real((bound, unit)))
        self.unbounded += bound is None
        return bound


class BoxText:
    """Section 16 word for word in rational numbers."""

    def __init__(self, layers, lower, upper, targets):
        """layers: (weights, biases) of relu units; the box of the domain; targets (layer, index, side)."""
        self.layers, self.targets = layers, targets
        self.varying = [t for t, (a, b) in enumerate(zip(lower, upper)) if a != b]
        self.W = [[[row[t] for t in self.varying] if k == 0 else row for row in w] for k, (w, _) in enumerate(layers)]
        self.better = self.unbounded = self.early = 0  # ends that backward bounds improved, missing ones, those that end before the inputs

    @staticmethod
    def up(x, e):
        unit = Fraction(2) ** e
        return -(-x / unit // 1) * unit

    @staticmethod
    def down(x, e):
        unit = Fraction(2) ** e
        return x / unit // 1 * unit

    @staticmethod
    def top(numbers):
        largest = max([abs(Fraction(x)) for x in numbers], default=0)
        if not largest:
            return 0
        e = largest.numerator.bit_length() - largest.denominator.bit_length()
        while Fraction(2) ** e > largest:
            e -= 1
        while Fraction(2) ** (e + 1) <= largest:
            e += 1
        return e

    def evaluate(self, lower, upper, closed):
        """The intervals of the layers 0 to m in this box, and the sides that its evaluation closes."""
        up, down, top = self.up, self.down, self.top
        left = [t for t in self.targets if t not in closed]
        m = max(k for k, _, _ in left)
        d = [upper[t] - lower[t] for t in self.varying]
        self.d = [up(x, top(d) - 31) for x in d]
        ends = [(Fraction(0), x) for x in self.d]
        self.found, closes = [], set()  # per layer: intervals, kinds, o+, o-
        self.bounds = []
        for k in range(m + 1):
            w, r = self.layers[k]
            if k == 0:
                r = [b + sum(x * y for x, y in zip(row, lower)) for b, row in zip(r, w)]
            W = self.W[k]
            high = [sum(x * (b if x > 0 else a) for x, (a, b) in zip(row, ends)) for row in W]
            low = [sum(x * (a if x > 0 else b) for x, (a, b) in zip(row, ends)) for row in W]
            T = top(high + low + r)
            g = T - 31
            o_up, o_down = [up(x, g) for x in r], [down(x, g) for x in r]
            intervals = []
            for i in range(len(w)):
                a, b = down(low[i], g) + o_down[i], up(high[i], g) + o_up[i]
                if (k, i, 1) in closed:
                    b = min(b, Fraction(0))
                if (k, i, -1) in closed:
                    a = max(a, Fraction(0))
                if k > 0 and a < 0 < b:
                    if k < m or (k, i, 1) in self.targets:
                        bound = self.backward(k, W[i], o_up[i], T)
                        if bound is not None:
                            self.better += up(bound, g) < b
                            b = min(b, up(bound, g))
                    if (k, i, -1) in self.targets or k < m and b > 0:
                        bound = self.backward(k, [-x for x in W[i]], -o_down[i], T)
                        if bound is not None:
                            self.better += -up(bound, g) > a
                            a = max(a, -up(bound, g))
                intervals.append((a, b))
            kinds = ["off" if b <= 0 else "on" if a >= 0 else "open" for a, b in intervals]
            self.found.append((intervals, kinds, o_up, o_down))
            ends = [(max(a, 0), max(b, 0)) for a, b in intervals]
            closes |= {(k, i, 1) for i, (_, b) in enumerate(intervals) if b <= 0}
            closes |= {(k, i, -1) for i, (a, _) in enumerate(intervals) if a >= 0}
        return [intervals for intervals, _, _, _ in self.found], closes

    def backward(self, k, c, S, T):
        self.bounds.append(None)
        self.bounds[-1] = bound = self.sum_of_layers(k, c, S, T)
        return bound

    def sum_of_layers(self, k, c, S, T):
        most = Fraction(2) ** (T + 21)
        for j in range(k - 1, -1, -1):
            intervals, kinds, o_up, o_down = self.found[j]
            live = [i for i, kind in enumerate(kinds) if kind != "off"]
            if not any(c[i] for i in live):
                self.early += 1
                return S
            rho = self.top(c[i] for i in live) - 27
            V, nus = Fraction(0), [Fraction(0)] * len(kinds)
            for i in live:
                C, (lower, upper) = self.up(c[i], rho), intervals[i]
                if kinds[i] == "on":
                    nu = C
                elif C > 0:
                    nu = self.down(C * Fraction(65536 * upper / (upper - lower) // 1, 65536), rho)
                    V += max(-nu * lower, (C - nu) * upper)
                else:
                    nu = C if upper > -lower else Fraction(0)
                V += nu * (o_up[i] if nu > 0 else o_down[i])
                nus[i] = nu
            S += self.up(V, T - 39)
            if abs(self.up(V, T - 39)) > most or abs(S) > most:
                self.unbounded += 1
                return None
            c = [sum(nu * x for nu, x in zip(nus, column)) for column in zip(*self.W[j])]
        rho = self.top(c) - 27
        V = self.up(sum(self.up(x, rho) * d for x, d in zip(c, self.d) if self.up(x, rho) > 0), T - 39)
        if abs(V) > most or abs(S + V) > most:
            self.unbounded += 1
            return None
        return S + V


class RandomBoxes(Random):
    """Section 16 once more on random networks, trees and targets; and values at corners and random points of every box lie
    within the intervals there."""

    test_rewrites = test_leaves = None

    def wide(self, x):
        """About x, with more bits; sometimes far more or far less."""
        r = self.random
        kind = r.randrange(6)
        if kind < 3:
            return x * (1 + Fraction(r.randrange(1 << 20), 1 << 21))
        return Fraction(float(x * (1 + Fraction(r.randrange(1 << 50), 1 << 51)))) * Fraction(2) ** r.choice((0, 0, 0, -40, 12)) if kind < 5 else x

    def network(self, plain):
        """A network and a box. Many units have one sign in it, some of them only just."""
        r = self.random
        sizes = [r.randrange(1, 4)] + [r.randrange(1, 7) for _ in range(r.randrange(1, 6))]
        lower = [self.number() if plain else self.wide(self.number()) for _ in range(sizes[0])]
        upper = [x + Fraction(r.randrange(1, 17), r.choice((2, 4, 64))) * (r.randrange(6) > 0) for x in lower]
        upper = [max(a, Fraction(float(b))) for a, b in zip(lower, upper)]
        points = [x for _ in range(5) for x in self.inside(lower, upper)]
        layers, values = [], points
        for n, m in zip(sizes, sizes[1:]):
            w = [[self.number() for _ in range(n)] for _ in range(m)]
            power = Fraction(2) ** r.choice((-300, -60, 50, 200)) if not plain and r.randrange(20) == 0 else 1
            b = []
            for i in range(m):
                if r.randrange(12) == 0:
                    w[i] = [Fraction(0)] * n
                if not plain:
                    w[i] = [self.wide(x) * power for x in w[i]]
                found = [sum(x * y for x, y in zip(w[i], h)) for h in values]
                low, high = min(found), max(found)
                margin = (high - low) / r.choice((2, 4, 8, 16, 64))
                b.append(Fraction(float(r.choice((margin - low, -high - margin, -(low + high) / 2, -(low + 3 * high) / 4, self.number(2) * power)))))
            layers.append((w, b))
            values = [[max(sum(x * y for x, y in zip(row, h)) + bias, Fraction(0)) for row, bias in zip(w, b)] for h in values]
        return sizes, layers, lower, upper

    def inside(self, lower, upper):
        r = self.random
        points = [[r.choice((a, b)) for a, b in zip(lower, upper)] for _ in range(4)] + [lower, upper]
        return points + [[a + (b - a) * Fraction(r.randrange(17), 16) for a, b in zip(lower, upper)] for _ in range(6)]

    def guess(self, layers, lower, upper):
        """Targets that hold at many points; and sometimes one that does not hold."""
        r = self.random
        relu = [(w, b, [True] * len(b)) for w, b in layers]
        values = [self.values(relu, x) for _ in range(8) for x in self.inside(lower, upper)]
        last = r.randrange(len(layers))
        sides = [(k, i, side) for k in range(last + 1) for i in range(len(layers[k][1])) for side in (1, -1)
                 if (r.randrange(40) == 0 or all(side * z[k][i] <= 0 for z in values)) and r.randrange(5)]
        return sides

    def grow(self, text, lower, upper, closed, depth):
        """A random tree that closes the targets where depth allows it. What the text says of each of its nodes goes to
        self.seen: the box, the sides closed before, those closed in it, intervals, numbers B. Targets left open go to self.left."""
        r = self.random
        before, intervals, bounds = closed, [], []
        if any(t not in closed for t in text.targets):
            intervals, closes = text.evaluate(lower, upper, closed)
            closed, bounds = closed | closes, text.bounds
        self.seen.append((lower, upper, before, closed, intervals, bounds))
        left = [t for t in text.targets if t not in closed]
        if depth == 0 or (not left and r.randrange(4)) or not text.varying:
            self.left += left
            return [None]
        t = r.choice(text.varying)
        for _ in range(20):
            value = lower[t] + (upper[t] - lower[t]) * r.choice((HALF, HALF, HALF, Fraction(r.randrange(1, 64), 64), Fraction(r.randrange(1, 1 << 40), 1 << 40)))
            value = Fraction(float(value))
            if lower[t] < value < upper[t]:
                break
        else:
            self.left += left
            return [None]
        return ([(t, value)] + self.grow(text, lower, upper[:t] + [value] + upper[t + 1:], closed, depth - 1)
                + self.grow(text, lower[:t] + [value] + lower[t + 1:], upper, closed, depth - 1))

    def replay(self, checker, targets, nodes):
        """The same by the checker, which finds the same in each node, or a box with open targets at the same node."""
        work = Watched(checker, "$", targets)
        bits = {(k, i, side): 1 << work.first_bits[k] + i + (side < 0) * layer.units
                for k, layer in enumerate(work.layers) for i in range(layer.units) for side in (1, -1)}
        for n, (_, _, before, closed, intervals, bounds) in zip(nodes, self.seen):
            self.assertEqual(work.closed, sum(bits[side] for side in before))
            bad = n is None and any(t not in closed for t in targets)
            try:
                work.node("$", None if n is None else (n[0], self.pair(n[1])))
            except ec.Rejected as refused:
                self.assertEqual((bad, refused.rule), (True, "boxes"))
            else:
                self.assertFalse(bad)
            self.assertEqual((work.intervals, work.bounds), (intervals, bounds))
            if bad:
                return None
        work.end("$")
        return work

    def check_points(self, layers):
        """All values in the boxes lie within the intervals, and have the signs of the sides closed."""
        relu = [(w, b, [True] * len(b)) for w, b in layers]
        for lower, upper, _, closed, intervals, _ in self.seen:
            for x in self.inside(lower, upper):
                values = self.values(relu, x)
                for ends, zs in zip(intervals, values):
                    for (a, b), z in zip(ends, zs):
                        self.assertTrue(a <= z <= b)
                self.assertTrue(all(side * values[k][i] <= 0 for k, i, side in closed))
                self.points += 1

    def initial(self, checker, layers, lower, upper, ends):
        """What the checker makes of the ends: initial intervals from tightened ones, then tightened."""
        tightened = 0
        ranges = list(zip(lower, upper))
        for k, (w, b) in enumerate(layers):
            found = []
            for i, (row, bias) in enumerate(zip(w, b)):
                low = Random.real(ec.round53(*self.pair(bias + sum(min(x * p, x * y) for x, (p, y) in zip(row, ranges))), False))
                high = Random.real(ec.round53(*self.pair(bias + sum(max(x * p, x * y) for x, (p, y) in zip(row, ranges))), True))
                tightened += ends.get((k, i, 1), high) < high or ends.get((k, i, -1), low) > low
                found.append((max(low, ends.get((k, i, -1), low)), min(high, ends.get((k, i, 1), high))))
            self.assertEqual([(self.real(a), self.real(b)) for a, b in zip(checker.lower[k], checker.upper[k])], found)
            ranges = [(max(x, 0), max(y, 0)) for x, y in found]
        return tightened

    def test_boxes(self):
        self.random = r = random.Random(1616)
        self.points = 0
        count = dict.fromkeys(("trees", "open", "boxes", "inherited", "later", "tightened", "better", "early", "fixed", "both"), 0)
        for round_ in range(340):
            sizes, layers, lower, upper = self.network(round_ % 3 == 0)
            targets = self.guess(layers, lower, upper)
            if targets and r.randrange(4):  # those that are not so easy
                _, closes = BoxText(layers, lower, upper, targets).evaluate(lower, upper, frozenset())
                targets = [t for t in targets if t not in closes]
            while targets:
                text = BoxText(layers, lower, upper, targets)
                self.seen, self.left = [], []
                nodes = self.grow(text, lower, upper, frozenset(), 5)
                checker = self.checker("float64", sizes, [(w, b, [True] * len(b)) for w, b in layers], lower, upper, [], None)
                work = self.replay(checker, targets, nodes)
                self.assertEqual(work is None, bool(self.left))
                self.check_points(layers)
                count["better"] += text.better
                count["early"] += text.early
                count["fixed"] += len(text.varying) < len(lower)
                if work is None:
                    count["open"] += 1
                    targets = [t for t in targets if t not in self.left]
                    continue
                count["trees"] += 1
                count["boxes"] += work.count
                count["both"] += {side for _, _, side in targets} == {1, -1}
                ends = {}
                for _, _, before, closed, intervals, _ in self.seen:
                    count["inherited"] += any((k, i, side) in before for k, found in enumerate(intervals) for i in range(len(found)) for side in (1, -1))
                    for k, i, side in closed - before:
                        if (k, i, side) in targets:
                            count["later"] += bool(before)
                            end = intervals[k][i][side > 0]
                            ends[k, i, side] = max(ends.get((k, i, side), end), end) if side > 0 else min(ends.get((k, i, side), end), end)
                self.assertEqual(set(ends), set(targets))
                self.assertEqual({key: self.real(end) for key, end in work.ends.items()}, ends)
                checker.lower, checker.upper, checker.cuts, checker.boxes = [], [], [], work
                checker.end_steps()
                count["tightened"] += self.initial(checker, layers, lower, upper, ends)
                break
        self.assertGreater(self.points, 20_000)
        for key, least in dict(trees=60, open=50, boxes=150, inherited=90, later=80, tightened=30, better=1000, early=300, fixed=20, both=40).items():
            self.assertGreater(count[key], least, count)

    def check_one_box(self, sizes, layers, lower, upper, targets):
        """One box by the text and by the checker."""
        self.points = 0
        text = BoxText(layers, lower, upper, targets)
        self.seen, self.left = [], []
        nodes = self.grow(text, lower, upper, frozenset(), 0)
        checker = self.checker("float64", sizes, [(w, b, [True] * len(b)) for w, b in layers], lower, upper, [], None)
        work = self.replay(checker, targets, nodes)
        self.check_points(layers)
        return text, work

    def test_many_units(self):
        self.random = r = random.Random(513)
        for sizes in ([2, 300, 2], [1, 1, 200, 1], [300, 2, 1], [3, 2, 600]):
            layers = [([[Fraction(r.randrange(-1 << 30, 1 << 30), 1 << 30) for _ in range(n)] for _ in range(m)],
                       [Fraction(r.randrange(-1 << 30, 1 << 30), 1 << 30) for _ in range(m)]) for n, m in zip(sizes, sizes[1:])]
            layers[-1][1][0] = Fraction(4096)
            lower = [Fraction(r.randrange(-9, 9), 8) for _ in range(sizes[0])]
            upper = [x + Fraction(r.randrange(1, 9), 8) for x in lower]
            _, work = self.check_one_box(sizes, layers, lower, upper, [(len(layers) - 1, 0, -1)])
            self.assertEqual(work.count, 1)

    def test_biases_just_below_a_power_of_two(self):
        """What counts for the ends of a layer is the bias as it is, not rounded to 2."""
        self.random = random.Random(41)
        for places in (30, 31, 32, 33, 50):
            bias = 2 - Fraction(1, 1 << places)
            for layers in ([([[HALF]], [bias])], [([[HALF]], [-bias])], [([[HALF]], [Fraction(0)]), ([[HALF]], [bias])]):
                _, work = self.check_one_box([1] * (len(layers) + 1), layers, [Fraction(0)], [HALF], [(len(layers) - 1, 0, 1 if layers[0][1][0] < 0 else -1)])
                end, = work.ends.values()
                unit = Fraction(1, 1 << min(places, 31))
                self.assertEqual(end, self.pair(2 - unit if layers[-1][1][0] > 0 else Fraction(1, 4) - (2 - unit)))

    def test_sums_that_grow(self):
        """x in [0, 4]; b = x + 2^40, c = x; p = c + 2^40, b, c; q = p - b + c, that is x; r = q - 2; s = r - 1; t = s + 1. The intervals of
        each layer are far smaller than those before: 2^40, then 2^20, then 2, but sums that begin there are not. So s and t
        get no bounds by way of p, where nu * 2^40 has too many bits."""
        big = Fraction(1 << 40)
        for power, missing in ((1 << 40, True), (1 << 20, False)):
            big = Fraction(power)
            layers = [([[1], [1]], [big, 0]), ([[0, 1], [1, 0], [0, 1]], [big, 0, 0]), ([[1, -1, 1]], [0]), ([[1]], [-2]), ([[1]], [-1]), ([[1]], [1])]
            layers = [([[Fraction(x) for x in row] for row in w], [Fraction(x) for x in b]) for w, b in layers]
            self.random = random.Random(40)
            text, work = self.check_one_box([1, 2, 3, 1, 1, 1, 1], layers, [Fraction(0)], [Fraction(4)], [(5, 0, -1)])
            self.assertEqual((text.unbounded > 0, work.unbounded), (missing, text.unbounded))

    def test_sums_up_to_the_limit(self):
        """x in [0, 1]; a = x + p; q = a - p or q = p + 1 - a, in [0, 1]; z = q - 1/2, for which T = 0. By way of q the upper side
        of z gets V = -p, S = -p - 1/2 or V = p + 1, S = p + 1/2: up to 2^21."""
        self.random = random.Random(21)
        limit = Fraction(1 << 21)
        for sign, p, missing in ((1, limit - HALF, 0), (1, limit, 1), (1, limit - HALF / 2, 1), (-1, limit - 1, 0), (-1, limit - HALF, 1), (-1, limit - HALF / 2, 1)):
            with self.subTest(sign=sign, p=p):
                layers = [([[1]], [p]), ([[sign]], [-p if sign > 0 else p + 1]), ([[1]], [-HALF])]
                layers = [([[Fraction(x) for x in row] for row in w], b) for w, b in layers]
                text, work = self.check_one_box([1, 1, 1, 1], layers, [Fraction(0)], [Fraction(1)], [(2, 0, 1)])
                self.assertIsNone(work)
                self.assertEqual((text.unbounded, text.bounds), (missing, [None if missing else HALF]))

    def test_full_digits(self):
        """All weights, coefficients and ends are as large as their bits allow, so sums need all of theirs."""
        self.random = random.Random(28)
        for n in (1, 3, 7, 31):
            for bits in (1, 5, 24, 53):
                w = Fraction((1 << bits) - 1)
                layers = [([[w] * n for _ in range(n)], [-w / 2 * (i % 2) for i in range(n)]), ([[w * (-1) ** (i + t) for t in range(n)] for i in range(n)], [w] * n),
                          ([[-w] * n, [w] * n], [Fraction(1 << 200), w])]
                span = Fraction((1 << 32) - 1, 1 << 32)
                _, work = self.check_one_box([n, n, n, 2], layers, [Fraction(0)] * n, [span] * n, [(2, 0, -1)])
                self.assertEqual(work.count, 1)

    def test_weights_of_very_different_size(self):
        """Their integers are long, and nothing of them is lost."""
        self.random = r = random.Random(1074)
        for _ in range(20):
            sizes = [2, 3, 3, 2]
            layers = [([[Fraction(float(r.choice((-1, 1)) * (1 + r.random()))) * Fraction(2) ** r.choice((-1000, -300, 0, 5, 300)) for _ in range(n)] for _ in range(m)],
                       [Fraction(r.randrange(-9, 9)) * Fraction(2) ** r.choice((-1000, 0, 300)) for _ in range(m)]) for n, m in zip(sizes, sizes[1:])]
            layers[-1][1][0] = Fraction(2) ** 1001
            _, work = self.check_one_box(sizes, layers, [Fraction(-1), Fraction(1 / 3)], [Fraction(1)] * 2, [(2, 0, -1)])
            self.assertEqual(work.count, 1)
        # biases that are far smaller do not make weights longer
        layer = ec.Layer([[3 << 70, -5 << 71], [0, 1 << 75]], [1, 3], [True] * 2, 2, -80)
        weights = ec.Weights(layer, range(2))
        self.assertEqual((weights.W, weights.e), ([[3, -10], [0, 32]], -10))
        self.assertEqual((ec.Weights(layer, [0]).W, ec.Weights(layer, []).W), ([[3], [0]], [[], []]))

    def test_sums_as_large_as_they_may_be(self):
        for sum_, more, shift, expected in ((0, 1 << 60, 0, 1 << 60), (0, 1, 60, 1 << 60), (0, (1 << 60) + 1, 0, None), (1, 1 << 60, 0, None),
                                            (-1, 1 << 60, 0, (1 << 60) - 1), (-1, (1 << 60) + 1, 0, None), (0, -1 << 60, 0, -1 << 60),
                                            (-1, -1 << 60, 0, None), (5, -(1 << 60) - 1, 0, None), (1, 1, 61, None), (3, 1, -1, 4), (3, -1, -1, 3),
                                            (3, -2, -1, 2), (0, (1 << 62) - 3, -2, 1 << 60), (0, (1 << 62) + 1, -2, None), (7, 0, 99, 7), (0, 1, -99, 1)):
            self.assertEqual(ec.Boxes.grown(sum_, more, shift), expected)

    def test_slots(self):
        r = random.Random(99)
        for _ in range(300):
            n, m, bits = r.randrange(1, 40), r.randrange(1, 6), r.choice((8, 60, 64, 65, 100, 128, 130, 300))
            most = ((1 << bits - 1) - 1) // m
            lists = [[r.choice((most, -most, 0, 1, -1, r.randrange(-most, most + 1))) for _ in range(n)] for _ in range(m)]
            slots = ec.Slots(n, bits)
            self.assertLess(slots.size * 8 - bits, 8)
            self.assertEqual(list(slots.split(sum(slots.join([slots.part(x) for x in one]) for one in lists))), [sum(column) for column in zip(*lists)])
            self.assertEqual(slots.join([slots.part(x) for x in lists[0]]), sum(x << 8 * slots.size * t for t, x in enumerate(lists[0])))


# ---------------------------------------------------------------------------------------------------------
# Section 14: networks in other files

def npy(kind, shape, numbers, fortran="False", version=1, header=None, more=b""):
    shape = "(%s)" % ("".join("%d, " % n for n in shape) if len(shape) == 1 else ", ".join(map(str, shape)))
    text = header or "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }" % (kind, fortran, shape)
    text = text.encode("latin-1") + b" " * 20 + b"\n"
    code = {"f4": "f", "f8": "d", "i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "i8": "q", "u8": "Q"}.get(kind[1:], "d")
    data = struct.pack("<%d%s" % (len(numbers), code), *numbers)
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(text)) + text + data + more


def archive(*members, method=zipfile.ZIP_DEFLATED, comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as handle:
        for name, data in members:
            with contextlib.ExitStack() as stack:
                stack.enter_context(quiet())
                handle.writestr(name, data)
        handle.comment = comment
    return out.getvalue()


@contextlib.contextmanager
def quiet():
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class OtherFiles(Bench):
    # 2 inputs, 2 relu units, 1 output
    W0, B0, W1, B1 = [[1, -2], [0.5, 3]], [0, -1], [[2, 1]], [0.25]

    def net(self, kind="d"):
        return Net(2, (self.W0, self.B0, True), (self.W1, self.B1, False), kind=kind)

    def read(self, name, data):
        ec.NETWORKS.clear()
        return ec.read_network(self.write(name, data))

    def good(self, name, data, kind="d"):
        network = self.read(name, data)
        self.assertEqual(network.digest(), self.net(kind).digest())
        self.assertEqual(network.files, [sha(data)])
        self.assertTrue(all(layer.plain for layer in network.layers))

    def bad(self, name, data):
        with self.assertRaises(ec.Unreadable):
            self.read(name, data)

    # -- decimals

    def test_decimals(self):
        for text, bits in (("1", 0x3FF << 52), ("+1.", 0x3FF << 52), (".5", 0x3FE << 52), ("5e-1", 0x3FE << 52), ("0.1", 0x3FB999999999999A),
                           ("-0", 0), ("0e99999999999999999999", 0), ("-0.000E-5", 0), ("4.9e-324", 1), ("2.5e-324", 1),
                           ("1.7976931348623157e308", 0x7FEFFFFFFFFFFFFF), ("9007199254740993", 0x4340000000000000),
                           ("9007199254740993." + "0" * 5000 + "1", 0x4340000000000001), ("0" * 9999 + "1", 0x3FF << 52),
                           ("2.2250738585072011e-308", 0xFFFFFFFFFFFFF)):
            self.assertEqual(ec.bits64(ec.Decimals.value(text)), bits, text[:30])
        # the nearest double by rational comparison
        chosen = random.Random(9)
        for _ in range(500):
            text = "%d.%de%d" % (chosen.randrange(10 ** 17), chosen.randrange(10 ** 9), chosen.randrange(-320, 270))
            exact = Fraction(text)
            shift = max(0, 1100 - exact.numerator.bit_length() + exact.denominator.bit_length())
            scaled, rest = divmod(exact.numerator << shift, exact.denominator)
            self.assertEqual(ec.Decimals.value(text), ec.round_ieee(scaled << 1 | (rest != 0), -shift - 1, "float64"), text)
        for text in ("", "+", "-", ".", "e5", "1e", "1e+", "1e5.", "1_0", "0x1", "inf", "nan", "Infinity", "1 ", " 1", "1\n", "\u0661", "--1", "1.2.3",
                     "1e309", "-1e309", "1.7976931348623159e308", "1e99999999999999999999999", "1e-324", "2.4e-324", "-1e-999", "1e-" + "9" * 5000, "1,0"):
            with self.subTest(text=text[:20]), self.assertRaises(ec.Unreadable):
                ec.Decimals.value(text)
        for text, number in (("5", 5), ("+5", 5), ("-0", 0), ("005", 5), ("0" * 9000 + "7", 7)):
            self.assertEqual(ec.Decimals.whole(text, 9), number)
        for text in ("", "-1", "10", "5.", "5e0", "1" * 9000, "+", "\u0661", "5\n"):
            with self.assertRaises(ec.Unreadable):
                ec.Decimals.whole(text, 9)

    # -- .nnet

    NNET = "// a comment\n2,2,1,2,\n2,2,1,\n0,\n-1,-1,\n1,1,\n0,0,0,\n1,1,1,\n1,-2,\n.5,3e0,\n0,\n-1,\n2,1,\n0.25,\n"

    def test_nnet(self):
        n = self.NNET
        for text in (n, n.replace(",", " "), n.replace("\n", "\r\n"), n.replace(",\n", "\n"), n + "// the end", n.replace("0,\n-1,\n2", "0 //, 5\n-1\t2"),
                     n.replace("1,-2", ",,1,,-2"), n.replace("2,2,1,2,", "+2,02,1,0,"), n + " \t\r\n", n.replace("0,\n-1,-1", "7.5,\n-5,1"),
                     n.replace("a comment", "\xe9\0\x80")):
            self.good("m.nnet", text.encode("latin-1"))
        words = n.split("\n", 1)[1].replace("\n", "").split(",")[:-1]
        self.assertEqual(len(words), 4 + 3 + 1 + 4 + 6 + 4 + 2 + 2 + 1)
        for at in range(len(words)):
            for other in ([], [words[at]] * 2, ["x"], ["1e999"], ["1/2"]):
                changed = ",".join(words[:at] + other + words[at + 1:])
                if other == ["1e999"] or other != [words[at]]:
                    self.bad("m.nnet", changed.encode())
        for text in ("", "//", n + "1", n.replace("2,2,1,2", "0,2,1,2"), n.replace("2,2,1,2", "-2,2,1,2"), n.replace("2,2,1,2", "2,3,1,2"),
                     n.replace("2,2,1,2", "2,2,2,2"), n.replace("2,2,1,2", "2,2,1,999999"), n.replace("2,2,1,2", "2,2,1,-2"), n.replace("2,2,1,2", "2.0,2,1,2"),
                     n.replace("1,1,1,\n1", "1,0,1,\n1"), n.replace("1,1,1,\n1", "1,-1,1,\n1"), n.replace("1,1,1,\n1", "1,1e-999,1,\n1"),
                     n.replace("2,2,1,\n0", "2,0,1,\n0"), n.replace("3e0", "3e0//x"), n.replace("3e0", "1e-999"), n.replace("3e0", "nan"), n.replace("3e0", "3e0;"),
                     n.replace("0,\n-1,-1", "0,\n5,-1"), n.replace("3e0", "3e0\xe9"), n.replace("3e0", "3e0\0"), n.replace("3e0", "3\x0be0"), n.replace("3e0", "3_0"), n.replace("//", "/ /")):
            self.bad("m.nnet", text.encode("latin-1"))

    # -- .npz

    def members(self, kind="<f8"):
        return [["W0.npy", npy(kind, (2, 2), [x for row in self.W0 for x in row])], ["b0.npy", npy(kind, (2,), self.B0)],
                ["W1.npy", npy(kind, (1, 2), self.W1[0])], ["b1.npy", npy(kind, (1,), self.B1)]]

    BOX = [["lo.npy", npy("<f8", (2,), [-1, 0])], ["hi.npy", npy("<f8", (2,), [1, 0])]]

    def test_npz(self):
        members = self.members()
        self.good("m.npz", archive(*members))
        self.good("m.npz", archive(*members, method=zipfile.ZIP_STORED))
        self.good("m.npz", archive(*members, comment=b"PK\5\6 a comment"))
        self.good("m.npz", archive(*members, *self.BOX))
        self.good("m.npz", archive(*members[::-1]))
        self.good("m.npz", archive(*self.members("<f4")), "f")
        self.good("m.npz", archive(*self.members("<f4"), *self.BOX), "f")  # the box does not count
        self.good("m.npz", archive(*self.members("<f4")[:3], members[3]))
        with_integers = [list(m) for m in members]
        with_integers[1][1] = npy("|i1", (2,), self.B0)
        self.good("m.npz", archive(*with_integers))
        for version in (2, 3):
            self.good("m.npz", archive(["W0.npy", npy("<f8", (2, 2), [1, -2, 0.5, 3], version=version)], *members[1:]))
        self.good("m.npz", archive(["W0.npy", npy("<f8", (2, 2), [1, 0.5, -2, 3], "True")], *members[1:]))
        for header in ("{'descr':'<f8','fortran_order':False,'shape':(2,2)}", '{"shape": (2, 2,), "fortran_order": False, "descr": "<f8"}'):
            self.good("m.npz", archive(["W0.npy", npy("<f8", (2, 2), [1, -2, 0.5, 3], header=header)], *members[1:]))
        for kind in ("|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8"):
            network = self.read("m.npz", archive(["W0.npy", npy(kind, (1, 1), [5])], ["b0.npy", npy(kind, (1,), [7])]))
            self.assertEqual(network.digest(), Net(1, ([[5]], [7], False), kind="d").digest())
        network = self.read("m.npz", archive(["W0.npy", npy("<i8", (1, 1), [-1 << 53])], ["b0.npy", npy("<i8", (1,), [1 << 53])]))
        self.assertEqual(network.kind, "float64")

    def test_npz_members_refused(self):
        members = self.members()
        for change in ([], members[:3], members[1:], members + [["x.npy", members[0][1]]], members + self.BOX[:1], members + self.BOX[1:],
                       members + [["W3.npy", members[0][1]], ["b3.npy", members[1][1]]], members + members[:1], members + [["W", b""]],
                       [["W00.npy", members[0][1]]] + members[1:], [["w0.npy", members[0][1]]] + members[1:], [["./W0.npy", members[0][1]]] + members[1:],
                       members + [["lo.npy", self.BOX[1][1]], ["hi.npy", self.BOX[0][1]]],
                       members + [["lo.npy", npy("<f8", (1,), [0])], ["hi.npy", npy("<f8", (1,), [1])]],
                       members + [["lo.npy", npy("<f8", (1, 2), [0, 0])], ["hi.npy", npy("<f8", (1, 2), [1, 1])]],
                       members + [["lo.npy", npy("<f8", (2,), [0, float("nan")])], self.BOX[1]]):
            self.bad("m.npz", archive(*change))

    def test_npz_arrays_refused(self):
        members = self.members()
        four = [1, -2, 0.5, 3]
        wrong = [npy("<f8", (2, 2), four)[:-1], npy("<f8", (2, 2), four, more=b"\0"), npy("<f8", (4,), four), npy("<f8", (2, 2, 1), four), npy("<f8", (0, 2), []),
                 npy("<f8", (2, 0), []), npy("<f8", (1, 4), four), npy("<f8", (4, 1), four), npy("<f8", (2, 2), four[:3] + [float("inf")]),
                 npy("<f8", (2, 2), four[:3] + [float("nan")]), npy("<i8", (2, 2), [1, 1, 1, (1 << 53) + 1]), npy("<i8", (2, 2), [1, 1, 1, -(1 << 53) - 1]),
                 npy("<u8", (2, 2), [1, 1, 1, 1 << 63]), npy(">f8", (2, 2), four), npy("=f8", (2, 2), four), npy("<f2", (2, 2), four), npy("|O", (2, 2), four),
                 npy("<f8", (2, 2), four, "None"), npy("<f8", (2, 2), four, "0"), npy("<f8", (2, 2), four, version=4), npy("<f8", (2, 2), four, version=0), b"", b"\x93NUMPY",
                 npy("<f8", (2, 2), four)[:8] + b"\xff\xff" + npy("<f8", (2, 2), four)[10:]]
        for header in ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), 'x': 1}", "{'descr': '<f8', 'fortran_order': False}",
                       "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), 'shape': (2, 2)}", "{'descr': '<f8', 'descr': '<f8', 'shape': (2, 2)}",
                       "{'descr': '<f8', 'fortran_order': False, 'shape': (2, -2)}", "{'descr': '<f8', 'fortran_order': False, 'shape': [2, 2]}",
                       "{'descr': '<f8', 'fortran_order': False, 'shape': (2 2)}", "{'descr': '<f8', 'fortran_order': False, 'shape': 4}",
                       "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2, 2)}", "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2)} x",
                       "dict(descr='<f8', fortran_order=False, shape=(2, 2))", "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 99999999999)}",
                       "{'descr': True, 'fortran_order': False, 'shape': (2, 2)}", "{'descr': '<f8', 'fortran_order': 'False', 'shape': (2, 2)}", "{}", "[]"):
            wrong.append(npy("<f8", (2, 2), four, header=header))
        for number, data in enumerate(wrong):
            with self.subTest(number=number):
                self.bad("m.npz", archive(["W0.npy", data], *members[1:]))

    def test_npz_damage(self):
        """Every altered byte and every cut is refused or leaves the network as it is."""
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            data = archive(*self.members("<f4"), method=method)
            for n in range(len(data)):
                self.bad("m.npz", data[:n])
                for bit in (1, 128):
                    other = data[:n] + bytes([data[n] ^ bit]) + data[n + 1:]
                    try:
                        network = ec.read_npz(other)
                    except ec.Unreadable:
                        continue
                    self.assertEqual(network.digest(), self.net("f").digest())
        self.bad("m.npz", data + b"\0")
        packed = zlib.compress(bytes(1 << 20), 9)
        self.bad("m.npz", archive(["W0.npy", packed]))
        old = ec.MAX_UNPACKED
        try:
            ec.MAX_UNPACKED = 1000
            self.bad("m.npz", archive(*self.members(), ["x.npy", bytes(1000)]))
        finally:
            ec.MAX_UNPACKED = old
        # flags and methods that are not read: encryption, LZMA, ZIP64 sizes
        data = bytearray(archive(*self.members(), method=zipfile.ZIP_STORED))
        at = data.index(b"PK\1\2")
        for offset, value in ((8, 1), (8, 64), (9, 32), (10, 14), (10, 12), (34, 1)):
            other = bytearray(data)
            other[at + offset] |= value
            self.bad("m.npz", bytes(other))
        for offset in (20, 24, 42):
            other = bytearray(data)
            other[at + offset:at + offset + 4] = b"\xff" * 4
            self.bad("m.npz", bytes(other))

    @staticmethod
    def raw_archive(members, extra=0, comment=b""):
        """A ZIP archive of (name, method, stored bytes, checksum, size), each as it is told."""
        body, directory = b"", b""
        for name, method, packed, checksum, size in members:
            parts = (20, 0, method, 0, 33, checksum, len(packed), size, len(name), 0)
            directory += b"PK\1\2" + struct.pack("<HHHHHHIIIHHHHHII", 20, *parts, 0, 0, 0, 0, len(body)) + name
            body += b"PK\3\4" + struct.pack("<HHHHHIIIHH", *parts) + name + packed
        end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory) + extra, len(body), len(comment))
        return body + directory + bytes(extra) + b"PK\5\6" + end + comment

    def test_npz_sizes(self):
        def deflated(data):
            machine = zlib.compressobj(9, zlib.DEFLATED, -15)
            return machine.compress(data) + machine.flush()

        def made(change=None, **more):
            members = [[name.encode(), 8, deflated(data), zlib.crc32(data), len(data)] for name, data in self.members()]
            if change:
                change(members[0])
            return self.raw_archive(members, **more)

        def put_in(at, change):
            def act(member):
                member[at] = change(member[at])
            return lambda: made(act)

        self.good("m.npz", made())
        self.good("m.npz", made(comment=b"x" * 65535))
        for make in (put_in(2, lambda p: p + b"x"), put_in(2, lambda p: p[:-1]), put_in(2, lambda p: p + deflated(b"")), put_in(3, lambda c: c ^ 1),
                     put_in(4, lambda n: n - 1), put_in(4, lambda n: n + 1), put_in(1, lambda m: 0), put_in(1, lambda m: 9), put_in(0, lambda n: b"W1.npy"),
                     lambda: made(extra=1), lambda: made() + b"x", lambda: made(comment=b"x" * 65535)[:-1]):
            self.bad("m.npz", make())
        # a deflated member without its end: all bytes are there, the stream is open
        data = self.members()[0][1]
        machine = zlib.compressobj(9, zlib.DEFLATED, -15)
        open_end = machine.compress(data) + machine.flush(zlib.Z_SYNC_FLUSH)
        self.bad("m.npz", made(lambda member: member.__setitem__(2, open_end)))

    # -- .json

    def test_json(self):
        network = {"layers": [{"W": self.W0, "b": self.B0}, {"W": self.W1, "b": self.B1}]}
        good = json.dumps(network)
        with_box = json.dumps(dict(network, domain={"lo": [-1, 0], "hi": [1, 0]}))
        for text in (good, with_box, json.dumps(network, indent=3), good.replace("0.25", "2.5e-1"), good.replace("0.25", "25E-2"), good.replace("[0, -1]", "[-0.0, -1]"),
                     good.replace("0.25", "0.25" + "0" * 9999)):
            self.good("m.json", text.encode())
        for text in ("", "null", "[]", "{}", '{"layers": []}', good + "x", good[:-1], good.replace('"W"', '"w"', 1), good.replace('"b": [0.25]', '"b": [0.25], "b": [0.25]'),
                     good.replace('{"layers"', '{"x": 0, "layers"'), good.replace('"b": [0.25]', '"b": [0.25], "x": 0'), good.replace("0.25", '"0.25"'), good.replace("0.25", "true"),
                     good.replace("0.25", "null"), good.replace("0.25", "NaN"), good.replace("0.25", "-Infinity"), good.replace("0.25", "1e999"), good.replace("0.25", "1e-999"),
                     good.replace("0.25", "+1"), good.replace("0.25", "01"), good.replace("0.25", ".5"), good.replace("0.25", "1."), good.replace("0.25", "[1]"),
                     good.replace("0.25", "0.25, 1"), good.replace("[0.25]", "[]"), good.replace("[[2, 1]]", "[]"), good.replace("[[2, 1]]", "[[]]"), good.replace("[[2, 1]]", "[[2, 1, 1]]"),
                     good.replace("[[2, 1]]", "[[2, 1], [2]]"), good.replace("[[2, 1]]", "[2, 1]"), good.replace("[[2, 1]]", "{}"), "\ufeff" + good, good.replace("0.25", "[" * 9999),
                     with_box.replace("[1, 0]", "[1, -1]"), with_box.replace("[1, 0]", "[1]"), with_box.replace('"hi"', '"up"'), with_box.replace('"lo": [-1, 0], ', ""),
                     with_box.replace('{"lo"', '{"x": 0, "lo"'), good.replace("}]}", '}], "domain": null}')):
            self.bad("m.json", text.encode())
        for text in (good.encode() + b"\xff", good.encode("utf-16"), good.encode() + b"\0"):
            self.bad("m.json", text)

    # -- certificates

    def test_certificates(self):
        """toy 1 in each of these files, with floatSafe for u2 in [2, 4]: all layers are plain."""
        layers = [(w, b) for w, b, _ in TOY1.layers]
        arrays = [m for k, (w, b) in enumerate(layers) for m in (["W%d.npy" % k, npy("<f4", (len(w), len(w[0])), flat(w))], ["b%d.npy" % k, npy("<f4", (len(b),), b)])]
        numbers = ["3", "2", "1", "3", "2", "3", "2", "1", "0", "-1", "-1", "1", "1", "0", "0", "0", "1", "1", "1"]
        for w, b in layers:
            numbers += [str(x) for x in flat(w) + b]
        wide = Net(2, *TOY1.layers, kind="d")
        for name, data, digest in (("m.npz", archive(*arrays), TOY1.digest()), ("m.nnet", ",".join(numbers).encode(), wide.digest()),
                                   ("m.json", json.dumps({"layers": [{"W": w, "b": b} for w, b in layers]}).encode(), wide.digest())):
            cert = toy1()
            cert["model"] = {"files": [{"name": "anything.onnx", "sha256": sha(data)}], "network": digest}
            cert["verdicts"][2]["floatSafe"] = True
            path = self.write(name, data)
            for text in (json.dumps(cert).encode(), in_lines(cert)):
                line, _ = ec.check(self.write("cert", text), path, None)
                self.assertTrue(line.startswith("accepted"), line)
            cert["model"]["files"] *= 2
            line, _ = ec.check(self.write("cert", json.dumps(cert).encode()), path, None)
            self.assertTrue(line.startswith("rejected: model-digest"), line)
            # capital letters make no other format; by another name it is no ONNX file
            line, code = ec.check(self.write("cert", json.dumps(cert).encode()), self.write(name.upper(), data), None)
            self.assertTrue(line.startswith("rejected: model-digest"), line)
            line, code = ec.check(self.write("cert", text), self.write("m.onnx", data), None)
            self.assertEqual(code, 65, line)

    FIXTURES = os.path.join(HERE, "..", "..", "fixtures")

    def test_fixtures(self):
        with open(os.path.join(self.FIXTURES, "malformed", "expected.json"), encoding="utf-8") as handle:
            expected = {entry["file"]: entry["expect"] for entry in json.load(handle)["files"]}
        tried = 0
        for name, expect in expected.items():
            if name.endswith((".npz", ".json", ".nnet")):
                tried += 1
                try:
                    ec.read_network(os.path.join(self.FIXTURES, "malformed", name))
                    self.assertTrue(expect.startswith("accept"), name)
                except ec.Unreadable:
                    self.assertNotEqual(expect, "accept", name)
        self.assertGreater(tried, 30)
        folder = os.path.join(self.FIXTURES, "models", "adversarial")
        for name in sorted(os.listdir(folder)):
            if name.endswith(".npz"):  # the same numbers as the ONNX file beside it
                one, two = (ec.read_network(os.path.join(folder, name[:-3] + end)) for end in ("npz", "onnx"))
                self.assertEqual([(a.e, a.W, a.b) for a in one.layers], [(a.e, a.W, a.b) for a in two.layers], name)
        acas = ec.read_network(os.path.join(self.FIXTURES, "models", "thirdparty", "ACASXU_experimental_v2a_1_1.nnet"))
        self.assertEqual((acas.kind, acas.inputs, [layer.units for layer in acas.layers]), ("float64", 5, [50] * 6 + [5]))

    def test_toy_fixture(self):
        folder = os.path.join(self.FIXTURES, "toy")
        paths = [os.path.join(folder, name) for name in ("cert.json", "toy.onnx", "small.onnx", "cert.jsonl")]
        line, _ = ec.check(*paths[:3])
        self.assertTrue(line.startswith("accepted: 6 units (2 inactive, 1 active, 3 unstable, 0 undecided), 2 steps, 3 leaves, 4 points, 3 rewrites"), line)
        self.assertEqual(ec.check(paths[3], *paths[1:3]), (line, 0))
        with open(paths[0], encoding="utf-8") as one, open(paths[3], "rb") as two:
            self.assertEqual(in_lines(json.load(one)), two.read())

    def test_region_fixture(self):
        paths = [os.path.join(self.FIXTURES, "toy", name) for name in ("regions.json", "regions.jsonl", "max_min.json")]
        for path in paths[:2]:
            line, _ = ec.check(path, paths[2], None)
            self.assertEqual(line, "accepted: 5 units (0 inactive, 1 active, 4 unstable, 0 undecided), 0 steps, 7 leaves, 2 points, "
                                   "4 5 5 regions after each layer (1 parts)")
        with open(paths[0], encoding="utf-8") as one, open(paths[1], "rb") as two:
            cert = json.load(one)
            self.assertEqual(in_lines(cert), two.read())
            self.assertEqual(cert["regions"], GOLDEN_REGIONS)


class Cases(Bench):
    def case(self, text, model_bytes, small=None, name="m.onnx"):
        def code(data):
            return None if data is None else base64.b64encode(data).decode()

        return json.dumps({"certificate": code(text), "model": code(model_bytes), "name": name, "small": code(small)}).encode()

    def start(self):
        process = subprocess.Popen([sys.executable, os.path.join(HERE, "espalier_check.py"), "--cases"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.stderr.close)
        return process

    def rows(self):
        good = json.dumps(toy1()).encode()
        data = TOY1.onnx()
        numbers = json.dumps({"layers": [{"W": [[1]], "b": [0]}]}).encode()
        tiny = Net(1, ([[1]], [0], False), kind="d")
        tiny_cert = certificate(tiny, box([0], [1]))
        tiny_cert["model"]["files"][0]["sha256"] = sha(numbers)
        external = model([node("MatMul", ["x", "w"], ["y"])], [tensor("w", [1, 1], [1], how="external", external={"location": "w.bin"})], ["n", 1], "y")
        return [("accepted", self.case(good, data)), ("accepted", self.case(in_lines(toy1()), data)),
                ("accepted", self.case(json.dumps(toy1_pruned()).encode(), data, SMALL1.onnx())),
                ("rejected: result-digest at $.pruning.result.file: ", self.case(json.dumps(toy1_pruned()).encode(), data)),
                ("rejected: result-digest at $.pruning: ", self.case(good, data, SMALL1.onnx())),
                ("rejected: verdict-bound at $.verdicts[3].upper: expected at least 0x1p0, found 0", self.case(json.dumps(toy1([])).encode(), data)),
                ("rejected: model-digest at ", self.case(good, SMALL1.onnx())), ("unreadable: ", self.case(good, b"junk")),
                ("unreadable: ", self.case(good, b"junk")), ("unreadable: ", self.case(good, data, b"junk")), ("unreadable: ", self.case(good, external)),
                ("accepted", self.case(json.dumps(tiny_cert).encode(), numbers, name="a/b.json")), ("unreadable: ", self.case(good, numbers)),
                ("rejected: syntax at $", self.case(b"", data)), ("rejected: syntax at $", self.case(b"\xff\0\xfe", data)),
                ("rejected: lines at line 1", self.case(b'{"sum": ', data)), ("rejected: lines at line 1", self.case(b'{"sum": \xff\n', data)),
                ("rejected: syntax at $", self.case(b"[" * 100000, data)), ("rejected: syntax at $", self.case(good.replace(b"by hand", b"\\ud800"), data)),
                ("error: ", b""), ("error: ", b"x"), ("error: ", b"{}"), ("error: ", b"[]"), ("error: ", b"[" * 100000), ("error: ", b"\xff"), ("error: ", b"5"),
                ("error: ", b'{"certificate": "!", "model": "", "name": "", "small": null}'), ("error: ", b'{"certificate": 1, "model": "", "name": "", "small": null}'),
                ("error: ", b'{"certificate": "", "model": [], "name": "", "small": null}'), ("accepted", self.case(good, data))]

    def test_one_line_for_each(self):
        rows = self.rows()
        for end in (b"\n", b""):
            process = self.start()
            out, err = process.communicate(b"\n".join(line for _, line in rows) + end, timeout=60)
            self.assertEqual((process.returncode, err), (0, b""))
            lines = out.decode("ascii").split("\n")
            self.assertEqual(lines.pop(), "")
            self.assertEqual(len(lines), len(rows))
            for (start, _), line in zip(rows, lines):
                self.assertTrue(line == start if start == "accepted" else line.startswith(start), (start, line))
        process = self.start()
        self.assertEqual(process.communicate(b"", timeout=60), (b"", b""))

    def test_answers_at_once(self):
        process = self.start()
        for start, line in self.rows()[:6]:
            process.stdin.write(line + b"\n")
            process.stdin.flush()
            self.assertTrue(process.stdout.readline().decode().startswith(start))
        process.stdin.close()
        self.assertEqual(process.stdout.read(), b"")
        process.stdout.close()
        self.assertEqual(process.wait(60), 0)

    def test_models_are_kept_and_let_go(self):
        cases = ec.Cases()
        good = json.dumps(toy1()).encode()
        for n in range(100):
            cases.answer(self.case(good, TOY1.onnx() + f_int(99, n)))
            self.assertEqual(cases.answer(self.case(good, TOY1.onnx())), "accepted")
        self.assertEqual(len(cases.models), cases.KEPT)

    def test_random_bytes_never_crash(self):
        """Damaged certificates in both forms: an answer, and never a false one (toy 1 has no member that is not checked
        but strings for people)."""
        chosen = random.Random(77)
        cases, data = ec.Cases(), TOY1.onnx()
        for make in (toy1, toy1_rows, toy1_ball):
            for good in (json.dumps(make()).encode(), in_lines(make())):
                for _ in range(300):
                    text = bytearray(good)
                    for _ in range(chosen.randrange(1, 4)):
                        at = chosen.randrange(len(text))
                        text[at:at + chosen.randrange(3)] = bytes(chosen.randrange(256) for _ in range(chosen.randrange(3)))
                    answer = cases.answer(self.case(bytes(text), data))
                    self.assertTrue(answer == "accepted" or answer.startswith("rejected: "), answer)
                    if good.startswith(b'{"sum"') and bytes(text) != good:
                        self.assertNotEqual(answer, "accepted")


class CommandLine(Bench):
    def command(self, *arguments):
        done = subprocess.run([sys.executable, os.path.join(HERE, "espalier_check.py"), *arguments], capture_output=True, text=True)
        return done.stdout, done.returncode

    def test_single_and_batch(self):
        good = self.write("good.json", json.dumps(toy1()).encode())
        pruned = self.write("pruned.json", json.dumps(toy1_pruned()).encode())
        wrong = self.write("wrong.json", json.dumps(toy1([])).encode())
        big, small = self.write("big.onnx", TOY1.onnx()), self.write("small.onnx", SMALL1.onnx())
        junk = self.write("junk.onnx", b"junk")
        missing = os.path.join(self.folder.name, "missing")
        cases = [((good, big), "accepted: ", 0), ((pruned, big, small), "accepted: ", 0), ((pruned, big), "rejected: result-digest", 1),
                 ((wrong, big), "rejected: verdict-bound at $.verdicts[3].upper: expected at least 0x1p0, found 0", 1),
                 ((good, small), "rejected: model-digest", 1), ((good, junk), "unreadable: ", 65), ((pruned, big, junk), "unreadable: ", 65),
                 ((good, missing), "error: ", 74), ((missing, big), "error: ", 74), ((good, self.folder.name), "error: ", 74)]
        for arguments, start, code in cases:
            out, status = self.command(*arguments)
            self.assertTrue(out.startswith(start) and out.count("\n") == 1, out)
            self.assertEqual(status, code)
        listing = self.write("list", "".join("\t".join((a + ("",))[:3]) + "\n" for a, _, _ in cases).encode())
        out, status = self.command("--batch", listing)
        lines = out.splitlines()
        self.assertEqual(len(lines), len(cases))
        for line, (_, start, _) in zip(lines, cases):
            self.assertTrue(line.startswith(start), line)
        self.assertEqual(status, 74)
        self.assertEqual(self.command("--batch", missing)[1], 74)
        self.assertEqual(self.command()[1], 64)
        self.assertEqual(self.command(good)[1], 64)


@unittest.skipIf(jsonschema is None, "the package jsonschema is not installed")
class Schema(Bench):
    def test_all_toys(self):
        for make in (toy1, toy1_pruned, toy1_rows, toy1_ball, toy2, toy3, toy4, toy5, toy6, toy7, golden, boxed):
            validator().validate(make())
        validator().validate(boxed(targets=()))  # which breaks another rule

    def test_wrong_shapes(self):
        """Whatever the checker calls wrong syntax on one field, the schema refuses too."""
        changes = []
        chosen = random.Random(15)

        def walk(thing, path):
            if isinstance(thing, dict):
                changes.append(both(put(*path, "surplus", 0)))
                for key in thing:
                    changes.append(drop(*path, key))
                    walk(thing[key], path + [key])
            elif isinstance(thing, list):
                for n in range(len(thing)):
                    walk(thing[n], path + [n])
                changes.append(add(*path, {"surplus": 0}))
            for other in (1.5, -1, True, "0x2p0", "x", {}, None, "0"):
                if path and other != thing:
                    changes.append(put(*path, other))

        for make, net, small in ((toy1_pruned, TOY1, SMALL1), (toy1_ball, TOY1, None), (toy1_rows, TOY1, None), (toy2, TOY2, None),
                                 (toy3, TOY3, SMALL3), (golden, GOLDEN, None), (boxed, BOXED, None)):
            changes.clear()
            walk(make(), [])
            for number, change in enumerate(changes):
                if chosen.random() > 0.15:  # validation is slow
                    continue
                cert = make()
                change(cert)
                line, _ = self.run_cert(cert, net, small)
                shape = not line.startswith("rejected: syntax")
                with self.subTest(number=number, line=line):
                    self.assertEqual(validator().is_valid(cert), shape)


if __name__ == "__main__":
    unittest.main()
