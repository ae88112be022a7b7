#!/usr/bin/env python3
"""Counts linear regions by edge subdivision, the method of arXiv 2306.07212, in NumPy.

Usage: region_edges.py network.npz

The method keeps every vertex and every edge of the subdivision of the box. Unit after unit it cuts
the edges on which the unit changes sign, and joins the two new vertices of each two-dimensional
face that is cut. All steps are on whole arrays, as in the authors' program. A face is known by the
hash of its signs, one random number per sign, so sign vectors are never stored. It is a competing
method for `make bench`: all in floating point, for networks in general position.

A cell is counted at its lowest vertex: in a simple subdivision each cell at a vertex takes one of
the edges that leave each of the vertex's hyperplanes, and the vertex is lowest where all of them
go up.
"""

import itertools
import sys

import numpy


def read(path):
    """Weights, biases and box of an archive with W0, b0, …, lo and hi."""
    with numpy.load(path) as archive:
        count = sum(name.startswith("W") for name in archive.files)
        layers = [
            (archive[f"W{k}"].astype(float), archive[f"b{k}"].astype(float)) for k in range(count)
        ]
        return layers, archive["lo"].astype(float), archive["hi"].astype(float)


class Subdivision:
    """The box, cut by the units so far.

    `points` are the vertices, `vertex_planes` the hyperplanes through each, `edges` pairs of
    vertices, `edge_planes` the hyperplanes that hold each edge, `hashes` its signs elsewhere.
    """

    def __init__(self, lower, upper, plane_count, seed=1):
        n = len(lower)
        random = numpy.random.default_rng(seed)
        top = numpy.iinfo(numpy.uint64).max
        # Signs minus and plus of each hyperplane; of a side of the box only plus, inside.
        self.signs = random.integers(1, top, size=(2 * n + plane_count, 2), dtype=numpy.uint64)
        self.box_planes = 2 * n
        corners = numpy.array(list(itertools.product((0, 1), repeat=n)))
        self.points = numpy.where(corners == 1, upper, lower)
        self.vertex_planes = 2 * numpy.arange(n) + corners
        number = numpy.arange(2**n)
        self.edges = numpy.concatenate(
            [
                numpy.stack([number[corners[:, i] == 0], number[corners[:, i] == 1]], axis=1)
                for i in range(n)
            ]
        )
        self.edge_planes = numpy.concatenate(
            [numpy.delete(self.vertex_planes[corners[:, i] == 0], i, axis=1) for i in range(n)]
        )
        inside = self.signs[: 2 * n, 1]
        self.hashes = inside.sum(dtype=numpy.uint64) - inside[self.edge_planes].sum(
            axis=1, dtype=numpy.uint64
        )

    def cut(self, plane, values, column):
        """Cuts by the unit whose values are in a column; returns the values with new vertices."""
        own = values[:, column]
        if (own == 0).any():
            raise ValueError("a unit is zero at a vertex; the network is not in general position")
        first, second = own[self.edges[:, 0]], own[self.edges[:, 1]]
        is_cut = (first > 0) != (second > 0)
        parts = (first[is_cut] / (first[is_cut] - second[is_cut]))[:, None]
        low, high = self.edges[is_cut, 0], self.edges[is_cut, 1]
        new = len(self.points) + numpy.arange(len(low))
        planes, hashes = self.edge_planes[is_cut], self.hashes[is_cut]
        joined, joined_planes, joined_hashes = self.joins(new, planes, hashes, plane)
        minus, plus = self.signs[plane]
        low_signs = numpy.where(own[low] > 0, plus, minus)
        high_signs = numpy.where(own[high] > 0, plus, minus)
        is_kept = ~is_cut
        kept_signs = numpy.where(first[is_kept] > 0, plus, minus)
        self.hashes = numpy.concatenate(
            [self.hashes[is_kept] + kept_signs, hashes + low_signs, hashes + high_signs,
             joined_hashes]
        )
        self.edges = numpy.concatenate(
            [self.edges[is_kept], numpy.stack([low, new], 1), numpy.stack([new, high], 1), joined]
        )
        self.edge_planes = numpy.concatenate(
            [self.edge_planes[is_kept], planes, planes, joined_planes]
        )
        own_plane = numpy.full((len(new), 1), plane)
        self.vertex_planes = numpy.concatenate(
            [self.vertex_planes, numpy.concatenate([planes, own_plane], axis=1)]
        )
        self.points = numpy.concatenate([self.points, between(self.points, low, high, parts)])
        new_values = between(values, low, high, parts)
        new_values[:, column] = 0
        return numpy.concatenate([values, new_values])

    def joins(self, new, planes, hashes, plane):
        """The edges that the new vertices make: one in each face of two dimensions that is cut."""
        keys, vertices, holders = [], [], []
        for i in range(planes.shape[1]):
            left = planes[:, i]
            rest = numpy.concatenate(
                [numpy.delete(planes, i, axis=1), numpy.full((len(new), 1), plane)], axis=1
            )
            for side in (0, 1):
                chosen = (left >= self.box_planes) if side == 0 else slice(None)
                keys.append((hashes + self.signs[left, side])[chosen])
                vertices.append(new[chosen])
                holders.append(rest[chosen])
        keys, vertices, holders = map(numpy.concatenate, (keys, vertices, holders))
        order = numpy.argsort(keys)
        one, other = order[0::2], order[1::2]
        if len(order) % 2 or (keys[one] != keys[other]).any():
            raise ValueError("a face is not cut in two points; the network is not in general position")
        return numpy.stack([vertices[one], vertices[other]], axis=1), holders[one], keys[one]

    def cell_count(self, seed=2):
        """The number of cells, each counted at its lowest vertex in a random direction."""
        direction = numpy.random.default_rng(seed).standard_normal(self.points.shape[1])
        height = self.points @ direction
        rising = numpy.zeros(self.vertex_planes.shape, dtype=numpy.int64)
        for here, there in ((0, 1), (1, 0)):
            goes_up = height[self.edges[:, here]] < height[self.edges[:, there]]
            vertex = self.edges[goes_up, here]
            around = self.vertex_planes[vertex]
            left = around.sum(axis=1) - self.edge_planes[goes_up].sum(axis=1)
            place = (around == left[:, None]).argmax(axis=1)
            numpy.add.at(rising, (vertex, place), 1)
        return int(rising.prod(axis=1).sum())


def between(rows, low, high, parts):
    return rows[low] + parts * (rows[high] - rows[low])


def count_regions(layers, lower, upper):
    """Regions, vertices and edges after all layers but the last, which has no ReLU."""
    hidden = layers[:-1]
    subdivision = Subdivision(lower, upper, sum(len(bias) for _, bias in hidden))
    values, plane = subdivision.points, subdivision.box_planes
    for weights, bias in hidden:
        values = values @ weights.T + bias
        for unit in range(len(bias)):
            values = subdivision.cut(plane, values, unit)
            plane += 1
        values = numpy.maximum(values, 0)
    return subdivision.cell_count(), len(subdivision.points), len(subdivision.edges)


if __name__ == "__main__":
    print("regions %d, vertices %d, edges %d" % count_regions(*read(sys.argv[1])))
