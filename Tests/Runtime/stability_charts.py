#!/usr/bin/env python3
"""Draws the charts of stability_peers.py and stability_growth.py from the figures beside them.

Usage: stability_charts.py docs/pictures

Reads stability_peers.csv and stability_growth.csv there. Needs Python alone.
"""

import pathlib
import sys

from region_charts import COLORS, INK, LINE, Panel, escape, mark, read, write

# One lane for each method within a row.
LANE, GAP = 14, 12
LOOKS = {
    "espalier": (COLORS[0], "circle"),
    "α,β-CROWN (our PyTorch)": (COLORS[1], "square"),
    "auto_LiRPA α-CROWN": (COLORS[1], "open"),
    "HiGHS": (COLORS[2], "triangle"),
    "SCIP": (COLORS[3], "triangle"),
    "CBC": (COLORS[4], "triangle"),
    "Gurobi": (COLORS[5], "triangle"),
    "NumPy samples and climbs": (INK, "open"),
}


def draw_peers(folder):
    rows = read(folder / "stability_peers.csv")
    names = list(dict.fromkeys(row["row"] for row in rows))
    methods = list(dict.fromkeys(row["method"] for row in rows))
    band = LANE * len(methods) + GAP
    panel = Panel(
        210, 50, 560, band * len(names), (0.01, 100), names[::-1],
        "CPU seconds; a number says how many units are undecided", "CPU seconds")
    for row in rows:
        draw_peer(panel, row, methods.index(row["method"]), len(methods))
    panel.legend(800, 70, [(method, *LOOKS[method]) for method in methods])
    write(folder / "stability_peers.svg", 1010, band * len(names) + 120, [panel])


def draw_peer(panel, row, lane, lanes):
    look = LOOKS[row["method"]]
    x, y = panel.at(max(float(row["cpu seconds"] or 0), 0.01), row["row"])
    y += LANE * (lane - (lanes - 1) / 2)
    if not row["cpu seconds"]:
        panel.text(x + 9, y + 4, "no answer", color=look[0])
        return
    hint = escape(f'{row["row"]}, {row["method"]}: {row["cpu seconds"]} s')
    panel.parts.append(f'<path d="M{panel.left} {y:.1f}H{x:.1f}" stroke="{LINE}" fill="none"/>')
    panel.parts.append(mark(x, y, *look, f"<title>{hint}</title>"))
    if int(row["undecided"]):
        panel.text(x + 9, y + 4, f'{row["undecided"]} undecided', color=look[0])


# The axis of each dimension: two ends of a logarithmic one, or all its values.
AXES = {
    "width": (10, 1000), "depth": ["2", "3", "4", "5"], "inputs": (10, 10000),
    "radius": ["0.005", "0.01", "0.02", "0.05", "0.1", "0.2", "full"],
}
TITLES = {
    "width": "Width (784-w-w)", "depth": "Hidden layers (784 inputs, ±0.02)",
    "radius": "Radius round a test image (784-w-w)", "inputs": "Inputs (n-100-100)",
}


def draw_growth(folder):
    rows = read(folder / "stability_growth.csv")
    panels = []
    for place, dimension in enumerate(dict.fromkeys(row["dimension"] for row in rows)):
        left, top = 70 + 480 * (place % 2), 50 + 400 * (place // 2)
        panel = Panel(
            left, top, 400, 290, AXES[dimension], (0.01, 1000), TITLES[dimension],
            f"{dimension}; CPU seconds upwards")
        own = [row for row in rows if row["dimension"] == dimension]
        series = list(dict.fromkeys(row["series"] for row in own))
        for color, name, shift in zip(COLORS, series, (-7, 18)):
            draw_series(panel, dimension, [r for r in own if r["series"] == name], color, shift)
        entries = [(name, color, "circle") for color, name in zip(COLORS, series)]
        panel.legend(left + 12, top + 18, entries + [("undecided when time was up", INK, "open")])
        panels.append(panel)
    write(folder / "stability_growth.svg", 980, 50 + 400 * ((len(panels) + 1) // 2), panels)


def draw_series(panel, dimension, rows, color, shift):
    points = []
    for row in rows:
        value = row["value"] if isinstance(AXES[dimension], list) else float(row["value"])
        hint = f'{row["series"]}, {row["value"]}: {row["cpu seconds"]} s, {row["undecided"]} of '
        hint += f'{row["units"]} undecided'
        points.append((value, max(float(row["cpu seconds"]), 0.01), hint))
    panel.series(points, color)
    for point, row in zip(points, rows):
        if int(row["undecided"]):
            panel.series([point], color, "open")
            x, y = panel.at(*point[:2])
            panel.text(x + 8, y + shift, row["undecided"], color=color)


if __name__ == "__main__":
    draw_peers(pathlib.Path(sys.argv[1]))
    draw_growth(pathlib.Path(sys.argv[1]))
