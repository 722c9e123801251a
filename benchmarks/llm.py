"""`python -m benchmarks.llm --url URL --model NAME`: what a real LLM's answers are worth once they are checked.

Each question is asked of the LLM and of the articles' own sentences. Whether a sentence shown is carried by its
citation is judged here anew, with nothing of `qa.verify`: every number and name of it stands in the passages that
hold its quotes, and at least `OVERLAP` of its words do.
"""

import argparse
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import data, metrics
from benchmarks.pipeline import assistant_over
from benchmarks.results import Run, append, changed_settings
from index.filters import Filters
from index.reader import IndexReader
from qa.answer import Answer, Mode, Outcome, Sentence
from qa.llm_client import LLMFailed
from qa.referents import without

OVERLAP = 0.6
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[a-z0-9,;] )[A-Z][\w’'-]+")  # a capital inside a sentence
_WORD = re.compile(r"[^\W\d_]{3,}")
_FUNCTION_WORDS = frozenset(
    """the and for are was were has have had been being with from that this these those which who whom whose what
    when where while into onto over under than then they them their his her its not but also after before about
    said will would could should may might can did does all any some more most other such each""".split()
)


def main(arguments: list[str] | None = None) -> int:
    """Ask the questions, print the figures and keep them."""
    given = _parser().parse_args(arguments)
    task = data.load("realtimeqa", given.data, data.Choice(year=given.year))
    flags = {
        "llm_url": given.url,
        "llm_model": given.model,
        "llm_timeout": 300.0,
        "llm_context_tokens": given.context_tokens,
        "llm_max_tokens": given.max_tokens,
    }
    started = time.perf_counter()
    with assistant_over(task.records, given.work / task.folder, **flags) as assistant:
        counts: Counter[str] = Counter()
        wrong: list[dict[str, Any]] = []
        settings = changed_settings(assistant.settings) | {"llm_model": Path(given.model).name}
        settings.pop("llm_url")
        for case in task.cases[given.skip :][: given.limit]:
            filters = Filters(as_of=case.asked)
            own = assistant.ask(case.question, filters=filters, mode=Mode.EXTRACTIVE)
            try:
                answer = assistant.ask(case.question, filters=filters, mode=Mode.LLM)
            except LLMFailed as failed:
                counts["failed"] += 1
                counts[f"failed: {str(failed).split('/v1 ')[-1]}"] += 1
                answer = own
            with assistant.live.reader() as reader:
                _count(counts, wrong, case, own, answer, reader)
            print(f"{case.question}\n    {answer.mode}: {answer.text}", file=sys.stderr)
            if given.minutes and time.perf_counter() - started > 60 * given.minutes:
                break
    run = Run("llm", given.year or "", given.note, given.limit, settings)
    row = run.row({"skipped": given.skip} | _figures(counts), seconds=time.perf_counter() - started)
    print("\n" + json.dumps(row, indent=1))
    for uncarried in wrong:
        print(json.dumps(uncarried, ensure_ascii=False))
    if given.record:
        append(row)
    return 0


def _count(
    counts: Counter[str],
    wrong: list[dict[str, Any]],
    case: data.Case,
    own: Answer,
    answer: Answer,
    reader: IndexReader,
) -> None:
    counts["asked"] += 1
    counts["dropped"] += answer.dropped
    counts["tokens_in"] += answer.timings.llm.tokens_in if answer.timings.llm else 0
    counts["tokens_out"] += answer.timings.llm.tokens_out if answer.timings.llm else 0
    for name, given in (("own", own), ("llm", answer)):
        counts[f"{name}_refused"] += given.outcome is Outcome.NOT_IN_CORPUS
        counts[f"{name}_holds"] += any(metrics.holds_answer(s.text, case.answers) for s in given.sentences)
    counts["by_llm"] += answer.mode is Mode.LLM and bool(answer.sentences)
    if answer.mode is not Mode.LLM:
        return
    for sentence in of_the_llm(answer, own):
        counts["shown"] += 1
        cited = cited_passages(sentence, answer, reader)
        if is_carried(sentence, cited):
            counts["carried"] += 1
        else:
            quotes = [c.quote for c in answer.citations if c.marker in sentence.markers]
            wrong.append({"sentence": sentence.text, "quotes": quotes})


def of_the_llm(answer: Answer, own: Answer) -> list[Sentence]:
    """Return the sentences that an LLM wrote: those that the articles' own answer has too may only follow on them."""
    told = {sentence.text for sentence in own.sentences}
    return [sentence for sentence in answer.sentences if sentence.text not in told]


def cited_passages(sentence: Sentence, answer: Answer, reader: IndexReader) -> str:
    """Return the title and text of the passages that hold the sentence's quotes."""
    texts = []
    for citation in answer.citations:
        if citation.marker in sentence.markers:
            passages = reader.article_passages(citation.article)
            texts += [p.text for p in passages if p.start <= citation.start < p.end]
            texts.append(citation.title)
    return " ".join(texts)


def is_carried(shown: Sentence, passages: str) -> bool:
    """Tell whether every number and name of a sentence and enough of its words stand in its passages.

    What was added in square brackets is the article's date or a name from before, and not counted.
    """
    sentence = without(shown.text, shown.additions)
    held = f" {metrics.simplified(passages)} "
    facts = _NUMBER.findall(sentence) + _NAME.findall(sentence)
    if not all(metrics.simplified(re.sub(r"['’]s$", "", fact)).strip() in held for fact in facts):
        return False
    words = [word.lower() for word in _WORD.findall(sentence) if word.lower() not in _FUNCTION_WORDS]
    known = {_root(word) for word in held.split()}
    return not words or sum(_root(metrics.simplified(w).strip()) in known for w in words) >= OVERLAP * len(
        words
    )


def _root(word: str) -> str:
    return re.sub(r"(?:ing|ed|es|s|ly)$", "", word) if len(word) > 4 else word


def _figures(counts: Counter[str]) -> dict[str, Any]:
    asked, shown = max(1, counts["asked"]), max(1, counts["shown"])
    return {
        "n": counts["asked"],
        "answered_by_llm": counts["by_llm"],
        "failed": counts["failed"],
        "written": counts["shown"] + counts["dropped"],
        "dropped": counts["dropped"],
        "shown": counts["shown"],
        "carried": round(counts["carried"] / shown, 4),
        "refused": {"own": counts["own_refused"], "llm": counts["llm_refused"]},
        "holds_answer": {name: round(counts[f"{name}_holds"] / asked, 3) for name in ("own", "llm")},
        "tokens_in": counts["tokens_in"],
        "tokens_out": counts["tokens_out"],
        "failures": {name[8:]: n for name, n in counts.items() if name.startswith("failed: ")},
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.llm", description=__doc__)
    parser.add_argument("--url", required=True, help="an OpenAI-compatible server")
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", type=Path, default=data.DATA, help="the folder of questions and articles")
    parser.add_argument("--work", type=Path, default=Path(".benchmarks"), help="where indexes are built")
    parser.add_argument("--year", default="2022", help="only articles and questions of this year")
    parser.add_argument("--limit", type=int, default=200, metavar="N", help="ask at most N questions")
    parser.add_argument("--skip", type=int, default=0, metavar="N", help="but not the first N of the list")
    parser.add_argument("--minutes", type=float, help="ask no more after so many")
    parser.add_argument("--context-tokens", type=int, default=1600)
    parser.add_argument("--max-tokens", type=int, default=120)
    parser.add_argument("--note", default="", help="what was changed, for the row")
    parser.add_argument("--no-record", dest="record", action="store_false", help="print the figures only")
    return parser


if __name__ == "__main__":
    sys.exit(main())
