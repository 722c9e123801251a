"""The rows of `scale.jsonl` against the number of articles, as one SVG."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

PANELS = (
    ("build, s", ("build_wall_s",), ("build_s",)),
    ("one article changed, s", ("add_s", "rename_s", "delete_s", "unchanged_wall_s"), ("add_s",)),
    ("a question, ms", ("ask_p50_ms", "ask_p95_ms", "vectors_p50_ms"), ()),
    ("MB", ("peak_mb", "index_mb", "text_mb"), ("peak_mb", "index_mb")),
)  # of each: its title, our figures, llama-index's


def plot_scale(rows: Sequence[dict[str, Any]], target: Path) -> None:
    """Draw the latest row of each size; both axes are logarithmic."""
    import matplotlib
    from matplotlib.figure import Figure

    latest = [row for _, row in sorted({row["articles"]: row for row in rows}.items())]
    figure = Figure(figsize=(10, 3.4), layout="constrained")
    for axis, (title, own, theirs) in zip(figure.subplots(1, len(PANELS)), PANELS, strict=True):
        for name in own:
            _line(axis, [(row["articles"], row.get(name)) for row in latest], name, "-")
        for name in theirs:
            points = [(row["articles"], row.get("llama_index", {}).get(name)) for row in latest]
            _line(axis, points, f"llama-index {name}", ":")
        axis.set(title=title, xscale="log", yscale="log", xlabel="articles")
        if axis.lines:
            axis.legend(fontsize=6)
    with matplotlib.rc_context({"svg.hashsalt": target.name, "svg.fonttype": "none"}):
        figure.savefig(target, metadata={"Date": None, "Creator": None})


def _line(axis: Any, points: Sequence[tuple[int, float | None]], name: str, style: str) -> None:
    known = [(at, value) for at, value in points if value]
    if known:
        axis.plot(*zip(*known, strict=True), style, marker="o", markersize=3, label=name)
