#!/usr/bin/env python3
"""Writes a large certificate in lines that holds: the trees of a small one, again and again.

    repeat_steps.py SMALL.jsonl LARGE.jsonl LEAVES

A step may prove again what is proved already, so the result is accepted exactly if SMALL is. Used to
measure checkers on certificates of any size. Sums and the end are written anew.
"""

import hashlib
import json
import sys


class Writer:
    def __init__(self, file):
        self.file, self.sum, self.count = file, "0" * 16, 0

    def write(self, body):
        self.sum = hashlib.sha256((self.sum + body).encode()).hexdigest()[:16]
        self.file.write('{"sum": "%s", %s\n' % (self.sum, body))
        self.count += 1


def main(source, target, wanted):
    bodies = [line[line.index('"of"'):].rstrip("\n") for line in open(source, encoding="utf-8")]
    objects = [json.loads("{" + body) for body in bodies]
    before = ("boxes", "cuts", "side", "splits")  # lines of boxes and steps
    first_after = next(n for n, thing in enumerate(objects) if n and not any(mark in thing for mark in before))
    trees = []
    for body, thing in zip(bodies[1:first_after], objects[1:first_after]):
        if "bound" in thing:
            trees.append([])
        if "bound" in thing or "splits" in thing:
            trees[-1].append(body)
    last = max(thing["unit"][0] for thing in objects[1:first_after] if "bound" in thing)
    trees = [tree for tree in trees if json.loads("{" + tree[0])["unit"][0] == last]
    with open(target, "w", encoding="utf-8") as file:
        writer = Writer(file)
        for body in bodies[:first_after]:
            writer.write(body)
        leaves = sum("leaf" in thing for thing in objects[:first_after])
        turn = 0
        while leaves < wanted:
            tree = trees[turn % len(trees)]
            turn += 1
            leaves += len(tree) - 1
            for body in tree:
                writer.write(body)
        for body in bodies[first_after:-1]:
            writer.write(body)
        writer.write('"of": "%s", "end": %d}' % (objects[0]["of"], writer.count))
    return leaves


if __name__ == "__main__":
    print(main(sys.argv[1], sys.argv[2], int(sys.argv[3])), "leaves")
