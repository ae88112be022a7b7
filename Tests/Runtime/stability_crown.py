"""Decides units by α,β-CROWN and branch and bound, for stability_peers.py.

This is our own compact program of the method of arXiv 2103.06624 in PyTorch, not the authors',
which is not on PyPI. As in theirs: linear bounds by backward substitution whose lower slopes (α)
and multipliers of split units (β) are optimised by Adam, in float32, for many nodes at once;
splits chosen by BaBSR scores, the best three of which are tried (filtered smart branching); points
that attain a bound are tried as witnesses. Networks of few inputs are split on inputs, as the
authors' settings do. Our additions: all open units of a layer are searched in turns in one batch,
and every point is replayed for all units.
"""

import numpy as np
import torch

import stability_start

BOUND_STEPS, NODE_STEPS, RATE, DECAY = 40, 20, 0.1, 0.98
BATCH, CANDIDATES, FEW_INPUTS = 128, 3, 16


class Net:
    """Layers and box as tensors, and the intervals of a state as they are now."""

    def __init__(self, state):
        self.layers = [(tensor(weights), tensor(bias)) for weights, bias in state.layers]
        low, high = tensor(state.lower), tensor(state.upper)
        self.center, self.radius = (low + high) / 2, (high - low) / 2
        self.state = state

    def ends(self, k):
        return [tensor(end) for end in self.state.ends[k]]


def tensor(array):
    return torch.tensor(np.asarray(array), dtype=torch.float32)


def phases(net, k, splits):
    """For each layer below k: lower and upper ends per node, with split units cut at zero."""
    found = []
    for j in range(k):
        low, high = (end.expand(len(splits[j]), -1) for end in net.ends(j))
        found.append((torch.where(splits[j] > 0, low.clamp(min=0), low),
                      torch.where(splits[j] < 0, high.clamp(max=0), high)))
    return found


def substitute(net, rows, constants, ends, alphas, betas, splits):
    """Lower bounds of `rows · h + constants`; also rows at each layer, and where it is attained."""
    at_layer = [None] * len(ends)
    for j in range(len(ends) - 1, -1, -1):
        low, high = ends[j]
        bends = (low < 0) & (high > 0)
        slope = torch.where(bends, high / (high - low).clamp(min=1e-12), (low >= 0).float())
        flat = torch.where(bends, alphas[j], slope)
        plus, minus = rows.clamp(min=0), rows.clamp(max=0)
        at_layer[j] = rows
        constants = constants + (torch.where(bends, -low * slope, 0 * low) * minus).sum(1)
        rows = plus * flat + minus * slope - betas[j] * splits[j]
        weights, bias = net.layers[j]
        constants = constants + rows @ bias
        rows = rows @ weights
    point = net.center - rows.sign() * net.radius
    return constants + rows @ net.center - rows.abs() @ net.radius, at_layer, point


def optimise(net, k, rows, constants, splits, alphas, betas, steps):
    """Adam on α and β; returns the best lower bounds, rows at each layer, and points."""
    ends = phases(net, k, splits)
    alphas = [alpha.clone().requires_grad_() for alpha in alphas]
    betas = [beta.clone().requires_grad_() for beta in betas]
    groups = [{"params": alphas, "lr": RATE}, {"params": betas, "lr": RATE / 2}]
    optimiser = torch.optim.Adam(groups)
    best = None
    for step in range(steps + 1):
        lower, at_layer, point = substitute(net, rows, constants, ends, alphas, betas, splits)
        best = lower.detach() if best is None else torch.maximum(best, lower.detach())
        if step == steps or (best > 0).all() or net.state.left() < 0:
            break
        optimiser.zero_grad()
        (-lower[best <= 0].sum()).backward()
        optimiser.step()
        for group in optimiser.param_groups:
            group["lr"] *= DECAY
        with torch.no_grad():
            for alpha, beta in zip(alphas, betas):
                alpha.clamp_(0, 1)
                beta.clamp_(min=0)
    net.state.count("bounds", (step + 1) * len(rows))
    plain = [[part.detach() for part in parts] for parts in (at_layer, alphas, betas)]
    return best, *plain, point.detach()


def start_slopes(ends):
    return [(high > -low).float() for low, high in ends]


def question(net, k, sides):
    """Rows and constants whose lower bound, if positive, closes a side: -side · z."""
    units = torch.tensor([int(unit) for unit, _ in sides])
    signs = torch.tensor([float(side) for _, side in sides])
    weights, bias = net.layers[k]
    return -signs[:, None] * weights[units], -signs * bias[units]


def tighten(net, k):
    """α-CROWN bounds of all units of a layer that may bend."""
    low, high = net.state.ends[k]
    units = np.flatnonzero((low < 0) & (high > 0))
    for start in range(0, len(units), 512):
        sides = [(unit, side) for unit in units[start : start + 512] for side in (1, -1)]
        rows, constants = question(net, k, sides)
        splits = [torch.zeros(len(sides), len(bias)) for _, bias in net.layers[:k]]
        slopes = start_slopes(phases(net, k, splits))
        best, _, _, _, points = optimise(
            net, k, rows, constants, splits, slopes, splits, BOUND_STEPS)
        look(net.state, points)
        for (unit, side), value in zip(sides, best.tolist()):
            net.state.close(k, unit, side, -value)
        if net.state.left() < 0:
            return


def look(state, points):
    state.look(np.clip(points.numpy().astype(float), state.lower, state.upper))


def scores(net, k, at_layer, ends):
    """BaBSR: how much the relaxation of each unit may cost, layers side by side."""
    found = []
    for (low, high), rows, (_, bias) in zip(ends, at_layer, net.layers[:k]):
        bends = (low < 0) & (high > 0)
        slope = high / (high - low).clamp(min=1e-12)
        change = torch.maximum(bias * rows * (slope - 1), bias * rows * slope)
        offset = rows.clamp(max=0) * -low * slope
        found.append(torch.where(bends, (change + offset).abs() + 1e-9, 0 * low))
    return torch.cat(found, 1)


class Node:
    """A side with some units split: what its children start from."""

    def __init__(self, side, row, constant, splits, alphas, betas, scores, bound):
        self.side, self.row, self.constant, self.bound = side, row, constant, bound
        self.splits, self.alphas, self.betas, self.scores = splits, alphas, betas, scores


def stack(nodes, name):
    return [torch.stack(parts) for parts in zip(*(getattr(node, name) for node in nodes))]


def evaluate(net, k, sides, rows, constants, splits, alphas, betas):
    """Bounds nodes; returns those that are neither closed nor without a unit to split."""
    best, at_layer, alphas, betas, points = optimise(
        net, k, rows, constants, splits, alphas, betas, NODE_STEPS)
    look(net.state, points)
    net.state.count("nodes", len(sides))
    values = scores(net, k, at_layer, phases(net, k, splits))
    for i, side in enumerate(sides):
        if best[i] <= 0:
            yield Node(side, rows[i], constants[i], [s[i] for s in splits], [a[i] for a in alphas],
                       [b[i] for b in betas], values[i], float(best[i]))


def children(net, k, nodes):
    """Splits each node where the better of its two children is worst off the least."""
    places = torch.stack([node.scores for node in nodes]).topk(CANDIDATES, 1)
    count, options = len(nodes), []
    rows = torch.stack([node.row for node in nodes])
    constants = torch.stack([node.constant for node in nodes])
    parts = [stack(nodes, name) for name in ("splits", "alphas", "betas")]
    for c in range(CANDIDATES):
        for sign in (1.0, -1.0):
            flat = torch.cat(parts[0], 1)
            flat[torch.arange(count), places.indices[:, c]] = sign
            options.append(flat)
    sizes = [part.shape[1] for part in parts[0]]
    copies = 2 * CANDIDATES
    splits = list(torch.cat(options).split(sizes, 1))
    with torch.no_grad():
        alphas, betas = ([part.repeat(copies, 1) for part in group] for group in parts[1:])
        lower, _, _ = substitute(net, rows.repeat(copies, 1), constants.repeat(copies),
                                 phases(net, k, splits), alphas, betas, splits)
    worst = lower.view(CANDIDATES, 2, count).amin(1)
    worst[(places.values <= 0).T] = -torch.inf
    chosen = worst.argmax(0)
    flats = torch.stack(options).view(CANDIDATES, 2, count, -1)[chosen, :, torch.arange(count)]
    splits = list(flats.transpose(0, 1).reshape(2 * count, -1).split(sizes, 1))
    twice = [[part.repeat(2, 1) for part in group] for group in parts[1:]]
    return [node.side for node in nodes] * 2, rows.repeat(2, 1), constants.repeat(2), splits, *twice


def search(net, k, seconds):
    """Branch and bound on the open sides of a layer, in turns; the worst nodes of each first."""
    state, end = net.state, net.state.left() - seconds
    sides = state.sides(k)
    rows, constants = question(net, k, sides)
    splits = [torch.zeros(len(sides), len(bias)) for _, bias in net.layers[:k]]
    slopes = start_slopes(phases(net, k, splits))
    fronts = {side: [] for side in sides}
    work = (sides, rows, constants, splits, slopes, splits)
    while fronts and state.left() > max(end, 0):
        for node in evaluate(net, k, *work):
            fronts[node.side].append(node)
        if state.left() <= 0:
            return
        for side, front in list(fronts.items()):
            if not front:
                state.close(k, *side)
            if not state.is_open(k, *side):
                del fronts[side]
        state.save()
        nodes = take(fronts)
        if not nodes:
            return
        work = children(net, k, nodes)


def take(fronts):
    """Up to BATCH nodes, as many of each side; a side with a node that cannot be split is left."""
    for side in [s for s, front in fronts.items() if any(not n.scores.any() for n in front)]:
        del fronts[side]
    nodes = []
    share = max(1, BATCH // max(1, len(fronts)))
    for front in list(fronts.values())[:BATCH]:
        front.sort(key=lambda node: -node.bound)
        nodes += front[-share:]
        del front[-share:]
    return nodes


def decide(state, name):
    import stability_boxes

    torch.set_num_threads(1)
    stability_start.begin(state)
    if len(state.lower) <= FEW_INPUTS:
        stability_boxes.search(state)
        return
    net = Net(state)
    while state.left() > 0 and any(state.sides(k) for k in range(len(state.layers))):
        for k in range(1, len(state.layers)):
            stability_start.bound(state, k)
            tighten(net, k)
            if state.sides(k):
                search(net, k, state.left() / (len(state.layers) - k))
