"""What every competing method of stability_peers.py starts from, in NumPy.

`State` keeps, for each hidden unit, an interval that is proved (in floating point, as the methods
prove) and points that show a sign. `climb` looks for signs by samples and by gradient steps of
many units at once; `bound` makes intervals from interval arithmetic and CROWN (arXiv 1811.00866).
"""

import json
import time

import numpy as np

# A value must be larger than rounding in sums of this size could make it.
SIGN = 1e-9
SAMPLES, CLIMB_STEPS, BATCH = 768, 25, 256


def read(path):
    """Weights, biases and box of an archive with W0, b0, …, lo and hi."""
    with np.load(path) as archive:
        count = sum(name.startswith("W") for name in archive.files)
        layers = [(archive[f"W{k}"], archive[f"b{k}"]) for k in range(count)]
        return layers, archive["lo"], archive["hi"]


class State:
    def __init__(self, path, output, seconds):
        layers, self.lower, self.upper = read(path)
        self.layers = layers[:-1]
        self.deadline = time.monotonic() + seconds
        self.output, self.saved = output, 0.0
        self.start = time.process_time()
        # The index of a point at which the unit is positive, and of one at which it is negative.
        self.signs = [np.full((2, len(bias)), -1) for _, bias in self.layers]
        self.ends = [np.tile([[-np.inf], [np.inf]], len(bias)) for _, bias in self.layers]
        self.points = []
        self.counters = {}

    def left(self):
        return self.deadline - time.monotonic()

    def count(self, name, by=1):
        self.counters[name] = self.counters.get(name, 0) + by

    def values(self, points):
        """What each hidden layer reads, for every row of `points`."""
        found = []
        for weights, bias in self.layers:
            found.append(points @ weights.T + bias)
            points = np.maximum(found[-1], 0)
        return found

    def look(self, points, values=None):
        """Keeps the points that show a sign not seen before; returns how many signs are new."""
        new = 0
        for signs, z in zip(self.signs, values or self.values(points)):
            for side, heights in ((0, z), (1, -z)):
                unseen = np.flatnonzero(signs[side] < 0)
                if not len(unseen):
                    continue
                best = heights[:, unseen].argmax(axis=0)
                shown = heights[best, unseen] > SIGN
                for unit, row in zip(unseen[shown], best[shown]):
                    signs[side, unit] = self.keep(points[row])
                    new += 1
        return new

    def keep(self, point):
        if not self.points or (self.points[-1] != point).any():
            self.points.append(np.array(point, dtype=float))
        return len(self.points) - 1

    def sides(self, k):
        """Units and sides (1 for above zero, -1 for below) of a layer that nothing tells yet."""
        (bottom, top), (above, below) = self.ends[k], self.signs[k]
        return [(i, 1) for i in np.flatnonzero((above < 0) & (top > 0))] + [
            (i, -1) for i in np.flatnonzero((below < 0) & (bottom < 0))
        ]

    def is_open(self, k, unit, side):
        row = (1 - side) // 2
        end = self.ends[k][1 - row, unit] * side
        return self.signs[k][row, unit] < 0 and end > 0

    def tighten(self, k, lower, upper):
        self.ends[k][0] = np.maximum(self.ends[k][0], lower)
        self.ends[k][1] = np.minimum(self.ends[k][1], upper)

    def close(self, k, unit, side, value=0.0):
        """Notes that the unit never goes beyond `value` on this side."""
        row = 1 if side > 0 else 0
        best = min if side > 0 else max
        self.ends[k][row, unit] = best(self.ends[k][row, unit], side * value)

    def verdict(self, k, unit):
        if (self.signs[k][:, unit] >= 0).all():
            return "unstable"
        if self.ends[k][1, unit] <= 0:
            return "stably-inactive"
        return "stably-active" if self.ends[k][0, unit] >= 0 else "undecided"

    def save(self, is_last=False):
        """Writes what is known, so that a program that is stopped has an answer."""
        if not is_last and time.monotonic() < self.saved + 1:
            return
        verdicts = [
            [self.verdict(k, i) for i in range(len(bias))]
            for k, (_, bias) in enumerate(self.layers)
        ]
        np.save(self.output.with_suffix(".npy"), np.array(self.points))
        self.output.write_text(json.dumps({
            "verdicts": verdicts, "signs": [signs.tolist() for signs in self.signs],
            "counters": self.counters, "startSeconds": self.start,
        }))
        self.saved = time.monotonic()


def bound(state, k):
    """Intersects the intervals of layer k with interval arithmetic and with CROWN."""
    weights, bias = state.layers[k]
    if k == 0:
        low, high = state.lower, state.upper
    else:
        low, high = np.maximum(state.ends[k - 1], 0)
    plus, minus = np.maximum(weights, 0), np.minimum(weights, 0)
    state.tighten(k, plus @ low + minus @ high + bias, plus @ high + minus @ low + bias)
    if k:
        state.tighten(k, -crown(state, k, -1), crown(state, k, 1))


def crown(state, k, side):
    """Upper bounds of `side` times each unit of layer k, by one substitution per layer below."""
    rows, constants = side * state.layers[k][0], side * state.layers[k][1]
    for j in range(k - 1, -1, -1):
        low, high = state.ends[j]
        is_split = (low < 0) & (high > 0)
        slope = np.where(is_split, high / np.where(is_split, high - low, 1), low >= 0)
        flat = np.where(is_split, high > -low, slope)
        offset = np.where(is_split, -low * slope, 0)
        plus, minus = np.maximum(rows, 0), np.minimum(rows, 0)
        constants = constants + plus @ offset
        rows = plus * slope + minus * flat
        constants = constants + rows @ state.layers[j][1]
        rows = rows @ state.layers[j][0]
    return constants + np.maximum(rows * state.lower, rows * state.upper).sum(axis=1)


def sample(state, count=SAMPLES, seed=5):
    """Random points of the box, two thirds of them corners."""
    generator = np.random.default_rng(seed)
    shares = generator.random((count, len(state.lower)))
    corners = count * 2 // 3
    shares[:corners] = shares[:corners] < generator.random((corners, 1))
    points = state.lower + shares * (state.upper - state.lower)
    state.look(points)
    return points


def climb(state, k, points):
    """From the best sample of each side that is not seen, steps along the sign of the gradient."""
    sides = state.sides(k)
    heights = state.values(points)[k]
    for start in range(0, len(sides), BATCH):
        part = sides[start : start + BATCH]
        units, signs = (np.array(column) for column in zip(*part))
        x = points[(heights[:, units] * signs).argmax(axis=0)]
        climb_batch(state, k, units, signs[:, None], x)
        if state.left() < 0:
            return


def climb_batch(state, k, units, signs, x):
    width = state.upper - state.lower
    for step in np.geomspace(1, 0.02, CLIMB_STEPS):
        values = state.values(x)
        if state.look(x, values) and all(
            not state.is_open(k, i, s) for i, s in zip(units, signs[:, 0])
        ):
            return
        slope = signs * state.layers[k][0][units]
        for j in range(k - 1, -1, -1):
            slope = (slope * (values[j] > 0)) @ state.layers[j][0]
        x = np.clip(x + step * width * np.sign(slope), state.lower, state.upper)
    state.look(x)


def begin(state):
    """Samples, then layer by layer intervals and climbs; what is left is for the method."""
    points = sample(state)
    for k in range(len(state.layers)):
        bound(state, k)
        climb(state, k, points)
        state.save()


def decide(state, name):
    begin(state)
