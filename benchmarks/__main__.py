"""`python -m benchmarks NAME`: ask others' questions, print the figures, keep them and draw them."""

import argparse
import json
import sys
from pathlib import Path

from benchmarks import data, results
from benchmarks.embedders import run_embedders
from benchmarks.few_articles import run_few_articles
from benchmarks.followups import run_followups
from benchmarks.refusals import run_calibration, run_refusal
from benchmarks.results import Row
from benchmarks.runs import Options, run_data_set
from benchmarks.strangers import run_strangers
from index.embedding import EmbedderError
from index.generations import IndexUnusable
from qa.settings import Settings, SettingsError

DATA_SETS = ("realtimeqa", "written", "multihop_rag", "squad2")
OTHERS = {
    "few_articles": run_few_articles,
    "strangers": run_strangers,
    "followups": run_followups,
    "refusal": run_refusal,
    "calibrate": run_calibration,
    "embedders": run_embedders,
}


def main(arguments: list[str] | None = None) -> int:
    """Run one benchmark; return the exit code: 0, 1 where it failed, 2 where options or data cannot be used."""
    given = _parser().parse_args(arguments)
    try:
        if given.name != "table":
            row = _run(given)
            print(told(row))
            if given.record:
                results.append(row)
        if given.record:
            from benchmarks.report import draw

            draw()
    except FileNotFoundError as error:
        print(f"cannot read {error.filename}: name the folder of the data with --data", file=sys.stderr)
        return 2
    except (IndexUnusable, EmbedderError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(given: argparse.Namespace) -> Row:
    options = Options(
        data=given.data,
        work=given.work,
        choice=data.Choice(given.year, given.distractors, given.articles),
        limit=given.limit,
        baselines=given.baselines,
        settings=dict(given.settings),
        note=given.note,
    )
    other = OTHERS.get(given.name)
    return other(options) if other else run_data_set(given.name, options)


def told(row: Row) -> str:
    """Return a row as lines of a name and a value; what is nested, indented."""
    lines = []
    for name, value in row.items():
        if isinstance(value, dict) and value and all(isinstance(inner, dict) for inner in value.values()):
            lines.append(name)
            lines += [f"  {inner:22} {json.dumps(figures)}" for inner, figures in value.items()]
        else:
            lines.append(f"{name:24} {value}")
    return "\n".join(lines)


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or name not in Settings.model_fields:
        raise argparse.ArgumentTypeError(f"{text!r} is no setting: write passage_chars=2000")
    return name, value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=(*DATA_SETS, *OTHERS, "table"))
    parser.add_argument("--data", type=Path, default=data.DATA, help="the folder of questions and articles")
    parser.add_argument("--work", type=Path, default=Path(".benchmarks"), help="where indexes are built")
    parser.add_argument("--articles", type=int, metavar="N", help="only N articles, those needed among them")
    parser.add_argument("--limit", type=int, metavar="N", help="ask only the first N questions")
    parser.add_argument("--year", help="realtimeqa: only articles and questions of this year")
    parser.add_argument(
        "--distractors",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="multihop_rag: among RealTimeQA's articles of 2022",
    )
    parser.add_argument(
        "--baselines", action="store_true", help="llama-index beside it, on the same articles"
    )
    parser.add_argument(
        "--set",
        dest="settings",
        metavar="NAME=VALUE",
        type=_setting,
        action="append",
        default=[],
        help="a setting, as embedder=wordllama:64",
    )
    parser.add_argument("--note", default="", help="what was changed, for the row")
    parser.add_argument("--no-record", dest="record", action="store_false", help="print the figures only")
    return parser


if __name__ == "__main__":
    sys.exit(main())
