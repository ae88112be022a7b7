"""Draws the figures of stability_peers.py and stability_growth.py."""

from region_charts import COLORS, INK, LINE, Panel, escape, mark, read, write

# One lane for each method within a row.
LANE, GAP = 12, 10
LOOKS = [
    (COLORS[0], "circle"), (COLORS[1], "square"), (COLORS[1], "open"), (COLORS[2], "triangle"),
    (COLORS[3], "triangle"), (COLORS[4], "triangle"), (INK, "triangle"), (COLORS[5], "open"),
]


def draw_peers(folder):
    rows = read(folder / "stability_peers.csv")
    names = list(dict.fromkeys(row["row"] for row in rows))
    methods = list(dict.fromkeys(row["method"] for row in rows))
    band = LANE * len(methods) + GAP
    panel = Panel(
        210, 50, 560, band * len(names), (0.01, 100), names[::-1],
        "CPU seconds; a number says how many units are undecided", "CPU seconds")
    looks = dict(zip(methods, LOOKS))
    for row in rows:
        if row["cpu seconds"]:
            draw_peer(panel, row, methods.index(row["method"]), len(methods), looks[row["method"]])
    panel.legend(800, 70, [(method, *looks[method]) for method in methods])
    write(folder / "stability_peers.svg", 1010, band * len(names) + 120, [panel])


def draw_peer(panel, row, lane, lanes, look):
    x, y = panel.at(max(float(row["cpu seconds"]), 0.01), row["row"])
    y += LANE * (lane - (lanes - 1) / 2)
    hint = escape(f'{row["row"]}, {row["method"]}: {row["cpu seconds"]} s')
    panel.parts.append(f'<path d="M{panel.left} {y:.1f}H{x:.1f}" stroke="{LINE}" fill="none"/>')
    panel.parts.append(mark(x, y, *look, f"<title>{hint}</title>"))
    if int(row["undecided"]):
        panel.text(x + 9, y + 4, f'{row["undecided"]} undecided', color=look[0])
