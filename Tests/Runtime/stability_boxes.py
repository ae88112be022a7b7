"""Splits inputs instead of units, for networks of few inputs: the second part of
stability_crown.py, as the authors of α,β-CROWN set it for ACAS Xu.

A box carries the sides that are open in it. All boxes of a batch get intervals and CROWN bounds
for every layer, layer by layer, and are halved along the input that the open sides lean on most.
"""

import numpy as np
import torch

BATCH = 256


def bound_layer(layers, k, ends, low, high):
    """CROWN bounds of layer k on many boxes, and how much each unit's depends on each input."""
    weights, bias = layers[k]
    rows = torch.cat([weights, -weights]).expand(len(low), -1, -1)
    constants = torch.cat([bias, -bias]).expand(len(low), -1)
    for j in range(k - 1, -1, -1):
        bottom, top = (end.unsqueeze(1) for end in ends[j])
        bends = (bottom < 0) & (top > 0)
        slope = torch.where(bends, top / (top - bottom).clamp(min=1e-12), (bottom >= 0).float())
        flat = torch.where(bends, (top > -bottom).float(), slope)
        plus, minus = rows.clamp(min=0), rows.clamp(max=0)
        offset = torch.where(bends, -bottom * slope, 0 * bottom)
        constants = constants + (minus * offset).sum(2)
        rows = plus * flat + minus * slope
        constants = constants + rows @ layers[j][1]
        rows = rows @ layers[j][0]
    center, radius = (low + high) / 2, (high - low) / 2
    reach = rows.abs() * radius.unsqueeze(1)
    lower = constants + (rows @ center.unsqueeze(2)).squeeze(2) - reach.sum(2)
    count = len(bias)
    return lower[:, :count], -lower[:, count:], reach


def bound_boxes(layers, low, high):
    ends, reaches = [], []
    for k, (weights, bias) in enumerate(layers):
        first, last = (low, high) if k == 0 else (end.clamp(min=0) for end in ends[-1])
        plus, minus = weights.clamp(min=0), weights.clamp(max=0)
        bottom = first @ plus.T + last @ minus.T + bias
        top = last @ plus.T + first @ minus.T + bias
        lower, upper, reach = bound_layer(layers, k, ends, low, high)
        ends.append((torch.maximum(bottom, lower), torch.minimum(top, upper)))
        reaches.append(reach)
    return ends, reaches


def open_sides(state):
    """One flag for each unit and side: those that no point shows and no interval closes."""
    flags = [np.zeros((2, len(bias)), dtype=bool) for _, bias in state.layers]
    for k, layer in enumerate(flags):
        for unit, side in state.sides(k):
            layer[(1 - side) // 2, unit] = True
    return torch.tensor(np.concatenate(flags, axis=1))


def search(state):
    layers = [[torch.tensor(part, dtype=torch.float32) for part in layer] for layer in state.layers]
    low, high = (torch.tensor(end[None], dtype=torch.float32) for end in (state.lower, state.upper))
    is_open = open_sides(state)[None]
    queue = [(low, high, is_open)]
    while queue and state.left() > 0:
        low, high, is_open = merge(queue)
        ends, reaches = bound_boxes(layers, low, high)
        state.count("nodes", len(low))
        tops, bottoms = torch.cat([e[1] for e in ends], 1), torch.cat([e[0] for e in ends], 1)
        is_open = is_open & torch.stack([tops > 0, bottoms < 0], 1)
        points = ((low + high) / 2).numpy().astype(float)
        state.look(np.clip(points, state.lower, state.upper))
        is_open &= open_sides(state)
        kept = is_open.any(2).any(1)
        if kept.any():
            queue.append(halve(low[kept], high[kept], is_open[kept], [r[kept] for r in reaches]))
        close(state, is_open[kept], queue)


def merge(queue):
    """About a batch of boxes from the end of the queue, the smallest ones."""
    parts = [queue.pop()]
    while queue and sum(len(part[0]) for part in parts) < BATCH:
        parts.append(queue.pop())
    low, high, is_open = (torch.cat(column) for column in zip(*parts))
    if len(low) > BATCH:
        queue.append((low[BATCH:], high[BATCH:], is_open[BATCH:]))
    return low[:BATCH], high[:BATCH], is_open[:BATCH]


def halve(low, high, is_open, reaches):
    # Rows are z of each unit, then -z: the upper side of z rests on -z.
    sizes = [reach.shape[1] // 2 for reach in reaches]
    above, below = is_open[:, 0].split(sizes, 1), is_open[:, 1].split(sizes, 1)
    weight = sum(
        (reach * torch.cat([b, a], 1).float().unsqueeze(2)).sum(1)
        for reach, a, b in zip(reaches, above, below))
    place = weight.argmax(1)
    each = torch.arange(len(low))
    middle = (low[each, place] + high[each, place]) / 2
    first, second = high.clone(), low.clone()
    first[each, place], second[each, place] = middle, middle
    return torch.cat([low, second]), torch.cat([first, high]), torch.cat([is_open, is_open])


def close(state, current, queue):
    """Closes the sides that are open in no box that is left."""
    is_left = torch.zeros_like(open_sides(state))
    for _, _, flags in queue:
        is_left |= flags.any(0)
    first = 0
    for k, (_, bias) in enumerate(state.layers):
        for unit, side in state.sides(k):
            if not is_left[(1 - side) // 2, first + unit]:
                state.close(k, unit, side)
        first += len(bias)
    state.save()
