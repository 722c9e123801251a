"""The rows as plots: small SVG files that are equal for equal rows."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.results import Row

METRICS = ("hits@1", "hits@4", "hits@10")
SIZE = (8.0, 3.2)  # inches


def plot_all(rows: Sequence[Row], folder: Path) -> list[str]:
    """Write the plots that the rows have figures for into `folder`; return their names without .svg."""
    drawn = []
    if compared := [row for row in rows if row.get("baselines")]:
        _save(_bars(compared), folder / "retrieval.svg")
        drawn.append("retrieval")
    if curves := [row for row in rows if row.get("reliability")]:
        _save(_curves(curves[-1]), folder / "refusal.svg")
        drawn.append("refusal")
    return drawn


def _bars(rows: Sequence[Row]) -> Any:
    figure, axes = _figure(len(rows))
    for axis, row in zip(axes, rows, strict=True):
        systems = {"ours": row, **row["baselines"]}
        for place, (name, figures) in enumerate(systems.items()):
            width = 0.8 / len(systems)
            at = [i + (place - (len(systems) - 1) / 2) * width for i in range(len(METRICS))]
            axis.bar(at, [figures[metric] for metric in METRICS], width, label=name)
        axis.set_xticks(range(len(METRICS)), METRICS)
        axis.set_ylim(0, 1)
        axis.set_title(f"{row['benchmark']} {row['variant']}".strip(), fontsize=9)
    axes[0].legend(fontsize=7, loc="upper left")
    return figure


def _curves(row: Row) -> Any:
    figure, (left, right) = _figure(2)
    left.plot([0, 1], [0, 1], linestyle=":", color="grey")
    for name, bins in row["reliability"].items():
        left.plot([b["confidence"] for b in bins], [b["share"] for b in bins], marker="o", ms=3, label=name)
    left.set(xlabel="confidence", ylabel="share that the articles answer", xlim=(0, 1), ylim=(0, 1))
    for name, points in row["coverage"].items():
        right.plot(*zip(*points, strict=True), label=name)
    right.set(
        xlabel="share of questions answered", ylabel="of these, answerable", xlim=(0, 1), ylim=(0, 1.02)
    )
    left.legend(fontsize=7)
    right.legend(fontsize=7)
    return figure


def _figure(columns: int) -> tuple[Any, Any]:
    from matplotlib.figure import Figure  # without pyplot: no display, nothing global

    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots(1, columns, squeeze=False)[0]
    return figure, axes


def _save(figure: Any, path: Path) -> None:
    import matplotlib

    with matplotlib.rc_context({"svg.hashsalt": path.name, "svg.fonttype": "none"}):
        figure.savefig(path, metadata={"Date": None, "Creator": None})
