"""Who is wrong where methods disagree on a unit: points of all of them, evaluated exactly."""

import json
from fractions import Fraction

import stability_start

DECIDED = ("stably-active", "stably-inactive", "unstable")


def dyadic(text):
    """A value of a certificate, like -0xdp-2."""
    if text == "0":
        return Fraction(0)
    significand, _, exponent = text.partition("p")
    return Fraction(int(significand, 16)) * Fraction(2) ** int(exponent)


def read_certificate(path):
    """Verdicts by layer, and for each unit its points that show a sign: (above, below) or None."""
    points, verdicts = [], {}
    with open(path) as file:
        for line in file:
            if '"point":' in line[:120]:
                points.append(json.loads(line)["point"])
            elif '"verdict":' in line[:120]:
                verdict = json.loads(line)["verdict"]
                verdicts[tuple(verdict["unit"])] = verdict
    layers = sorted({layer for layer, _ in verdicts})
    found = [[verdicts[u] for u in sorted(verdicts) if u[0] == layer] for layer in layers]

    def point(verdict, name):
        return [dyadic(v) for v in points[verdict[name]]] if name in verdict else None

    def shown(layer, unit):
        return [point(found[layer][unit], name) for name in ("positive", "negative")]

    return [[verdict["stability"] for verdict in layer] for layer in found], shown


def value(layers, point, layer, unit):
    """The pre-activation of a unit at a point, exactly."""
    values = [Fraction(x) for x in point]
    for k, (weights, bias) in enumerate(layers[: layer + 1]):
        rows = range(len(bias)) if k < layer else [unit]
        inputs = [(t, x) for t, x in enumerate(values) if x]
        values = [
            sum((Fraction(weights[i, t]) * x for t, x in inputs), Fraction(bias[i])) for i in rows
        ]
        if k < layer:
            values = [max(x, Fraction(0)) for x in values]
    return values[0]


def disagreements(row, results):
    """For each unit on which methods contradict each other: a sentence, and the methods that are
    wrong. A unit that is zero everywhere may be called either, and is left out.

    `results` has for each method its verdicts and a function that gives the points of a unit.
    """
    layers, lower, upper = stability_start.read(row.data)
    box = [[Fraction(x) for x in end] for end in (lower, upper)]
    first = next(iter(results.values()))[0]
    for layer, units in enumerate(first):
        for unit in range(len(units)):
            said = {method: verdicts[layer][unit] for method, (verdicts, _) in results.items()}
            if len({v for v in said.values() if v in DECIDED}) > 1:
                sentence, wrong = judge(layers, box, results, layer, unit, said)
                if wrong or "unstable" in said.values():
                    yield sentence, wrong


def judge(layers, box, results, layer, unit, said):
    shown = {}
    for method, (_, points) in results.items():
        inside = [p for p in points(layer, unit) if p is not None and is_inside(p, box)]
        shown[method] = [value(layers, point, layer, unit) for point in inside]
    center = [(low + high) / 2 for low, high in zip(*box)]
    seen = [z for values in shown.values() for z in values] + [value(layers, center, layer, unit)]
    text, wrong = [], []
    for method, verdict in said.items():
        if verdict not in DECIDED:
            continue
        own = shown[method]
        is_wrong = {
            "stably-active": any(z < 0 for z in seen),
            "stably-inactive": any(z > 0 for z in seen),
            "unstable": not (any(z > 0 for z in own) and any(z < 0 for z in own)),
        }[verdict]
        text.append(f"{method} {verdict}" + (" (wrong)" if is_wrong else ""))
        wrong += [method] if is_wrong else []
    ends = f"{float(min(seen)):.3g} … {float(max(seen)):.3g}"
    return f"layer {layer}, unit {unit}: {'; '.join(text)}; values at points: {ends}", wrong


def is_inside(point, box):
    return all(low <= x <= high for low, x, high in zip(box[0], map(Fraction, point), box[1]))
