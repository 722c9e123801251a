"""`benchmarks/README.md`: the part between two marks is drawn from the rows; the rest is written by hand."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.results import Row, latest, read

README = Path(__file__).parent / "README.md"
BEGIN = "<!-- figures: drawn by `python -m benchmarks table`; what is written between these marks is lost -->"
END = "<!-- end of figures -->"

RETRIEVAL = (
    ("hits@1", "Hits@1"),
    ("hits@4", "@4"),
    ("hits@10", "@10"),
    ("mrr@10", "MRR@10"),
    ("all@20", "all@20"),
)
ANSWERS = (("sentence@1", "sentence@1"), ("sentence@3", "@3"), ("answered", "answered"))
REFUSAL = (
    ("refusal_recall", "unanswerable refused"),
    ("answered", "answerable answered"),
    ("refusal_precision", "precision"),
    ("refusal_j", "J"),
    ("auroc", "AUROC"),
    ("calibration_error", "calibration error"),
)


def draw(readme: Path = README) -> None:
    """Draw tables and plots anew from `results.jsonl`."""
    from benchmarks.plots import plot_all

    rows = latest(read())
    plots = plot_all(rows, readme.parent)
    text = readme.read_text(encoding="utf-8")
    readme.write_text(with_figures(text, tables(rows, plots)), encoding="utf-8")


def with_figures(text: str, figures: str) -> str:
    """Return the page with what stands between the marks replaced; ValueError where a mark is missing."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ValueError(f"the page needs one line {BEGIN!r} and, after it, one line {END!r}")
    before, after = text[: text.index(BEGIN)], text[text.index(END) + len(END) :]
    return f"{before}{BEGIN}\n\n{figures.strip()}\n\n{END}{after}"


def tables(rows: Sequence[Row], plots: Sequence[str] = ()) -> str:
    """Return the tables of the rows as Markdown, and the plots below them."""
    parts = [
        _retrieval([row for row in rows if "hits@1" in row]),
        _differences([row for row in rows if row.get("differences")]),
        _refusal([row for row in rows if "refusal_j" in row or row.get("sets")]),
        _thresholds([row for row in rows if "best_threshold" in row]),
        _followups([row for row in rows if "halves" in row]),
        _embedders([row for row in rows if "embedders" in row]),
        _runs(rows),
        *(f"![{name}]({name}.svg)" for name in plots),
    ]
    return "\n\n".join(part for part in parts if part)


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *lines])


def share(value: float | None) -> str:
    """Write a share as the tables do: `.674`, empty for none."""
    if value is None:
        return ""
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.3f}"


def title(row: Row) -> str:
    """Name a row's benchmark with its variant."""
    return f"{row['benchmark']} {row['variant']}".strip()


def _retrieval(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    columns = (*RETRIEVAL, *ANSWERS)
    lines = []
    for row in rows:
        lines.append([f"**{title(row)}**", "ours", *(share(row.get(key)) for key, _ in columns)])
        for name, figures in row.get("baselines", {}).items():
            lines.append(["", name, *(share(figures.get(key)) for key, _ in columns)])
    return table(["questions", "system", *(label for _, label in columns)], lines)


def _differences(rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    lines = [
        [_compared(row), against, *(_interval(found.get(key)) for key, _ in RETRIEVAL)]
        for row in rows
        for against, found in row["differences"].items()
    ]
    head = ["ours minus", "", *(label for _, label in RETRIEVAL)]
    return (
        "With 95 % intervals (paired bootstrap over the questions, 10,000 resamples); bold: clear of zero.\n\n"
        + table(head, lines)
    )


def _compared(row: Row) -> str:
    return f"{title(row)}, at {row['compared_at']}" if "compared_at" in row else title(row)


def _interval(found: Sequence[float] | None) -> str:
    if found is None:
        return ""
    mean, low, high = found
    text = f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]".replace("0.", ".")
    return f"**{text}**" if low > 0 or high < 0 else text


def _refusal(rows: Sequence[Row]) -> str:
    lines = []
    for row in rows:
        for name, figures in row.get("sets", {title(row): row}).items():
            label = name if name == title(row) else f"{title(row)}: {name}"
            lines.append([label, *(share(figures.get(key)) for key, _ in REFUSAL)])
    return table(["refusal", *(label for _, label in REFUSAL)], lines) if lines else ""


def _thresholds(rows: Sequence[Row]) -> str:
    lines = [
        [
            share(row["best_threshold"]),
            *(
                f"{share(row['at_best'][name])} ({share(j)} at {share(own)})"
                for name, (own, j) in row["alone"].items()
            ),
            f"{share(row['realtimeqa_answered_at_best'])} ({share(row['realtimeqa_answered'])} now)",
        ]
        for row in rows
    ]
    if not lines:
        return ""
    head = [f"J on {name} (with a threshold of its own)" for name in rows[0]["alone"]]
    return table(["best one threshold", *head, "RealTimeQA answered"], lines)


def _followups(rows: Sequence[Row]) -> str:
    lines = [
        [
            half,
            str(figures["n"]),
            *(share(figures[f"{way}@{k}"]) for k in (1, 4, 10) for way in ("followup", "full")),
        ]
        for row in rows
        for half, figures in row["halves"].items()
    ]
    asked = [f"{way} @{k}" for k in (1, 4, 10) for way in ("follow-up", "typed in full")]
    return table(["conversations", "n", *asked], lines) if lines else ""


def _embedders(rows: Sequence[Row]) -> str:
    lines = [
        [
            name,
            str(figures["passages_per_cpu_s"]),
            str(figures["mb"]),
            *(share(figures[part][key]) for part in ("alone", "whole") for key, _ in RETRIEVAL[:4]),
        ]
        for row in rows
        for name, figures in row["embedders"].items()
    ]
    asked = [f"{part} {label}" for part in ("alone", "whole") for _, label in RETRIEVAL[:4]]
    return table(["embedder", "passages a CPU second", "MB", *asked], lines) if lines else ""


def _runs(rows: Sequence[Row]) -> str:
    lines = [
        [
            title(row),
            row["commit"],
            str(row.get("articles", "")),
            str(row.get("n", "")),
            str(row.get("n_gold", "")),
            str(row.get("n_sentence", "")),
            f"{row['p50_ms']:.0f} / {row['p95_ms']:.0f}" if "p95_ms" in row else "",
            row["note"],
        ]
        for row in rows
    ]
    head = ["run", "commit", "articles", "questions", "with gold", "for sentence@k", "p50 / p95 ms", "note"]
    return table(head, lines) if lines else ""
