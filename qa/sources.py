"""Sources that a question names: "according to The Verge", "the BBC News article on …"."""

import re
from collections.abc import Collection
from functools import lru_cache

from qa.query import STOP_WORDS

KNOWN_SOURCES = 1000  # that are remembered: a question is held against those of all its candidates, often

_WORD = r"[A-Z][\w.&’'-]*"
_NAME = rf"['\"‘“]?(?P<name>{_WORD}(?:\s+(?:(?:of|and|the|-|–)\s+)*{_WORD})*)['\"’”]?"
_REPORT = r"(?:article|report|piece|story|coverage)s?"
_NAMED = (
    re.compile(rf"{_NAME}\s+{_REPORT}\b"),
    re.compile(rf"\b{_REPORT}\s+(?:from|by|in)\s+(?:the\s+)?{_NAME}"),
)
_MONTH_OR_DAY = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|\w+day)\b"
)


@lru_cache(maxsize=KNOWN_SOURCES)
def names_source(question: str, source: str | None) -> bool:
    """Tell whether a question names a source: "according to The Verge". "time" is not the magazine Time, unless it is
    where only a source can stand: "according to time", "the time article"."""
    core = _core(source or "")
    if not core:
        return False
    found = _pattern(core).search(question)
    return found is not None and (found.start() > 0 or " " in core)


@lru_cache(maxsize=KNOWN_SOURCES)
def _pattern(core: str) -> re.Pattern[str]:
    name = rf"(?<!\w){re.escape(core)}(?!\w)"
    if " " in core:
        return re.compile(name, re.IGNORECASE)
    return re.compile(
        rf"{name}|(?i:\baccording\s+to\s+(?:the\s+)?['\"‘“]?{name}|{name}['\"’”]?\s+{_REPORT}\b)"
    )


def unknown_sources(question: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the sources whose articles a question asks about and of which there is none, in order.

    Only a question that speaks of articles names their sources: "a UN report" may be what the news is about.
    """
    if not known or re.search(r"\barticles?\b", question) is None:
        return ()
    cores = [_core(source).lower() for source in known]
    unknown: dict[str, None] = {}
    for pattern in _NAMED:
        for match in pattern.finditer(question):
            words = match["name"].strip("'’").split()
            while words and words[0].lower() in STOP_WORDS:
                words = words[1:]
            name = " ".join(words)
            asked = _core(name).lower()
            if (
                asked
                and not _MONTH_OR_DAY.match(name)
                and not any(asked in core or core in asked for core in cores)
            ):
                unknown[name] = None
    return tuple(unknown)


@lru_cache(maxsize=KNOWN_SOURCES)
def _core(source: str) -> str:
    return re.sub(r"(?i)^the\s+", "", source).strip()
