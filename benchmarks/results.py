"""`results.jsonl`: a row a run, with what it was run on; appended to, never rewritten."""

import json
import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa.settings import Settings

RESULTS = Path(__file__).parent / "results.jsonl"
WHERE = ("articles_dir", "index_dir")  # settings that say where, not how

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """What was run, before its figures are known."""

    benchmark: str
    variant: str
    note: str
    limit: int | None
    settings: dict[str, Any] = field(default_factory=dict)

    def row(self, figures: Row, *, seconds: float) -> Row:
        """Return the run's row: commit, settings, data, figures, seconds, machine."""
        head: Row = {
            "benchmark": self.benchmark,
            "variant": self.variant,
            "note": self.note,
            "commit": commit(),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "settings": self.settings,
            "machine": f"{os.cpu_count()} CPUs, {platform.system()} {platform.machine()}",
            "seconds": round(seconds, 1),
        }
        return head | ({"limit": self.limit} if self.limit is not None else {}) | figures


def changed_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings that are not the defaults, by name."""
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    given = settings.model_dump(exclude={*WHERE, "max_file_mb", "embedder_api_key"})
    return {name: value for name, value in given.items() if value != defaults[name]}


def commit() -> str:
    """Return the commit that runs, with -dirty where files differ from it."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip() or "unknown"


def append(row: Row, path: Path = RESULTS) -> None:
    """Append a row."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def read(path: Path = RESULTS) -> list[Row]:
    """Return all rows, oldest first; those of before rows had a time stand first, as they are."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    rows = [_as_now(json.loads(line)) for line in lines if line.strip()]
    return sorted(rows, key=lambda row: row.get("at", ""))


def latest(rows: Iterable[Row]) -> list[Row]:
    """Return the last whole run of each benchmark and variant, in order of their names.

    One without other systems beside it gets theirs from the last run that had them, whose commit is `compared_at`.
    """
    last: dict[tuple[str, str], Row] = {}
    for row in rows:
        if row.get("limit") is not None:
            continue
        key = row["benchmark"], row["variant"]
        before = last.get(key, {})
        if "baselines" in before and "baselines" not in row:
            beside = {name: before[name] for name in ("baselines", "differences")}
            row = row | beside | {"compared_at": before.get("compared_at", before["commit"])}
        last[key] = row
    return [last[key] for key in sorted(last)]


def _as_now(row: Row) -> Row:
    """The first rows had other names for a few figures."""
    row.setdefault("variant", row.pop("year", None) or "")
    if "refusal_answered" in row:
        row["answered"] = row.pop("refusal_answered")
    if row.get("refusal_recall") == 0 == row.get("refusal_precision"):  # nothing was to be refused
        for name in ("refusal_recall", "refusal_precision", "refusal_j"):
            row.pop(name, None)
    return row
