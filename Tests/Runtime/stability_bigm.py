"""The mixed-integer program of a layer, as stability_milp.py gives it to every solver."""

import numpy as np


class Problem:
    """Columns x, then z and h of each unit below that may be above zero, a binary for each that
    may bend, and last z of the unit that is asked about, without its row. Rows are lists of
    (column, value), with the lower and the upper end."""

    def __init__(self, state, k):
        self.lower, self.upper = list(state.lower), list(state.upper)
        self.binaries, self.rows = [], []
        inputs = [(t, t) for t in range(len(self.lower))]
        for j in range(k):
            inputs = self.add_layer(*state.layers[j], state.ends[j], inputs)
        self.layer, self.inputs = state.layers[k], inputs
        self.ends = state.ends[k]
        self.target = self.column(-np.inf, np.inf)

    def column(self, low, high):
        self.lower.append(float(low))
        self.upper.append(float(high))
        return len(self.lower) - 1

    def add_sum(self, weights, bias, low, high, inputs):
        z = self.column(low, high)
        self.rows.append(sum_row(weights, bias, inputs, z))
        return z

    def add_layer(self, weights, bias, ends, inputs):
        outputs = []
        for t, (low, high) in enumerate(ends.T):
            if high <= 0:
                continue
            z = self.add_sum(weights[t], bias[t], low, high, inputs)
            outputs.append((t, z if low >= 0 else self.add_relu(z, low, high)))
        return outputs

    def add_relu(self, z, low, high):
        h, binary = self.column(0, high), self.column(0, 1)
        self.binaries.append(binary)
        low, high = float(low), float(high)
        self.rows.append(([(h, 1.0), (z, -1.0)], 0.0, np.inf))
        self.rows.append(([(h, 1.0), (z, -1.0), (binary, -low)], -np.inf, -low))
        self.rows.append(([(h, 1.0), (binary, -high)], -np.inf, 0.0))
        return h

    def target_row(self, unit):
        weights, bias = self.layer
        return sum_row(weights[unit], bias[unit], self.inputs, self.target)

    def target_ends(self, unit, side):
        """The interval of the target, without what is on the wrong side of zero."""
        low, high = map(float, self.ends[:, unit])
        return (0.0, high) if side > 0 else (low, 0.0)


def sum_row(weights, bias, inputs, z):
    """The row that says z = weights · inputs + bias."""
    row = [(column, float(weights[t])) for t, column in inputs if weights[t]]
    return row + [(z, -1.0)], -float(bias), -float(bias)
