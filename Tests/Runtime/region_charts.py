#!/usr/bin/env python3
"""Draws the charts of docs/performance.md and docs/regions.md from the figures beside them.

Usage: region_charts.py docs/pictures

Reads region_growth.csv and region_l1.csv there, writes region_growth.svg and region_l1.svg. Needs
Python alone.
"""

import csv
import math
import pathlib
import sys

COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9"]
INK, LINE = "#222222", "#d8d8d8"


class Panel:
    """One diagram with logarithmic or named places on its axes."""

    def __init__(self, left, top, width, height, x, y, title, x_title):
        self.left, self.top, self.width, self.height = left, top, width, height
        self.x, self.y = x, y
        self.parts = []
        self.text(left, top - 14, title, weight="bold")
        self.text(left + width / 2, top + height + 40, x_title, anchor="middle")
        self.frame()

    def at(self, x, y):
        return self.left + self.width * place(x, self.x), self.top + self.height * (
            1 - place(y, self.y)
        )

    def frame(self):
        for value in ticks(self.y):
            _, y = self.at(self.x[0], value)
            self.parts.append(
                f'<path d="M{self.left} {y:.1f}h{self.width}" stroke="{LINE}" fill="none"/>'
            )
            self.text(self.left - 8, y + 4, name(value), anchor="end")
        for value in ticks(self.x):
            x, _ = self.at(value, self.y[0])
            self.parts.append(
                f'<path d="M{x:.1f} {self.top}v{self.height}" stroke="{LINE}" fill="none"/>'
            )
            self.text(x, self.top + self.height + 18, name(value), anchor="middle")

    def text(self, x, y, text, anchor="start", weight="normal", color=INK):
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" '
            f'fill="{color}">{escape(text)}</text>'
        )

    def series(self, points, color, shape="circle", joined=True, dashes=""):
        places = [self.at(x, y) for x, y, *_ in points]
        if joined and len(places) > 1:
            path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
            self.parts.append(
                f'<path d="{path}" fill="none" stroke="{color}" stroke-width="1.6"'
                + (f' stroke-dasharray="{dashes}"' if dashes else "") + "/>"
            )
        for (x, y), point in zip(places, points):
            hint = f"<title>{escape(point[2])}</title>" if len(point) > 2 else ""
            self.parts.append(mark(x, y, color, shape, hint))

    def legend(self, x, y, entries):
        for i, (label, color, shape) in enumerate(entries):
            self.parts.append(mark(x, y + 20 * i - 4, color, shape, ""))
            self.text(x + 12, y + 20 * i, label)


def mark(x, y, color, shape, hint):
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}">{hint}</circle>'
    if shape == "open":
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="white" stroke="{color}" '
            f'stroke-width="1.6">{hint}</circle>'
        )
    if shape == "square":
        return (
            f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{color}">{hint}</rect>'
        )
    return (
        f'<path d="M{x:.1f} {y - 5:.1f}l5 9h-10z" fill="{color}">{hint}</path>'
    )


def place(value, axis):
    if isinstance(axis, list):
        return (axis.index(value) + 0.5) / len(axis)
    low, high = axis
    return (math.log10(value) - math.log10(low)) / (math.log10(high) - math.log10(low))


def ticks(axis):
    if isinstance(axis, list):
        return axis
    low, high = (round(math.log10(end)) for end in axis)
    return [10.0**k for k in range(low, high + 1)]


def name(value):
    if isinstance(value, str):
        return value
    if 0.001 <= value < 10000:
        return f"{value:g}"
    exponent = str(round(math.log10(value)))
    return "10" + exponent.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def write(path, width, height, panels):
    body = "\n".join(part for panel in panels for part in panel.parts)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="13">\n'
        f'<rect width="{width}" height="{height}" fill="white"/>\n{body}\n</svg>\n'
    )


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def draw_growth(folder):
    rows = read(folder / "region_growth.csv")
    labels = {
        "count": ("count", COLORS[0], "circle"),
        "certificate": ("count with certificate", COLORS[1], "square"),
        "check": ("espalier-check", COLORS[2], "triangle"),
        "edge subdivision": ("edge subdivision (NumPy)", COLORS[3], "open"),
        "affinitree": ("affinitree", COLORS[4], "open"),
    }
    time = Panel(70, 50, 430, 380, (10, 1e8), (1e-2, 1e3), "CPU seconds", "linear regions")
    memory = Panel(570, 50, 430, 380, (10, 1e8), (10, 1e3), "memory, MB", "linear regions")
    for kind, (_, color, shape) in labels.items():
        own = sorted((row for row in rows if row["what"] == kind), key=lambda r: int(r["regions"]))
        for panel, column in ((time, "seconds"), (memory, "megabytes")):
            points = [
                (int(row["regions"]), max(float(row[column]), 0.01),
                 f'{row["network"]}: {int(row["regions"]):,} regions, {row[column]}')
                for row in own
            ]
            panel.series(points, color, shape, joined=False)
    time.legend(90, 75, list(labels.values()))
    write(folder / "region_growth.svg", 1030, 490, [time, memory])


def draw_l1(folder):
    rows = read(folder / "region_l1.csv")
    strengths = ["0", "5e-05", "0.0001", "0.0002", "0.0004"]
    radii = sorted({row["radius"] for row in rows}, key=float)
    panels = []
    for k, radius in enumerate(radii):
        panel = Panel(
            70 + 330 * k, 50, 280, 340, strengths, (1, 1e5), f"±{radius} round a test image",
            "l1 strength",
        )
        own = [row for row in rows if row["radius"] == radius]
        names = sorted({(row["widths"], row["image"]) for row in rows})
        for i, (widths, image) in enumerate(names):
            plain = [
                row for row in own
                if (row["widths"], row["image"], row["adversarial"]) == (widths, image, "")
            ]
            color = COLORS[i % len(COLORS)]
            exact = [(r["l1"], int(r["regions"]), hint(r)) for r in plain if r["exact"] == "yes"]
            panel.series(sorted(exact, key=lambda p: strengths.index(p[0])), color)
            bounds = [(r["l1"], int(r["regions"]), hint(r)) for r in plain if r["exact"] == "no"]
            panel.series(bounds, color, "open", joined=False)
            hard = [
                (r["l1"], int(r["regions"]), hint(r)) for r in own
                if (r["widths"], r["image"]) == (widths, image) and r["adversarial"]
            ]
            panel.series(hard, color, "triangle", joined=False)
        panels.append(panel)
    entries = [
        (f"{widths}, image {image}", COLORS[i % len(COLORS)], "circle")
        for i, (widths, image) in enumerate(names)
    ]
    entries += [("trained against attacks", INK, "triangle"), ("at least so many", INK, "open")]
    panels[-1].legend(70 + 330 * len(radii), 70, entries)
    write(folder / "region_l1.svg", 70 + 330 * len(radii) + 190, 450, panels)


def hint(row):
    kind = row["adversarial"] or "plain"
    return f'{row["widths"]}, image {row["image"]}, {kind}: {row["regions"]} regions'


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    draw_growth(target)
    draw_l1(target)
