"""The filters of a question as the browser sends them, and in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from index.filters import Filters
from qa.web.escape import day
from qa.web.strings import Strings

DATES = ("since", "until", "as_of")
NAMES = (*DATES, "source")
MAX_SOURCE_CHARS = 200


class FilterError(ValueError):
    """Filters that contradict one another or are none; the message says which, in the page's language."""


def filters_from(sent: Mapping[str, Any], words: Strings) -> Filters:
    """Read filters from a form or a link, where anything may be in it; raises FilterError."""
    texts = {name: str(sent.get(name) or "").strip() for name in NAMES}
    try:
        days = {name: date.fromisoformat(texts[name]) if texts[name] else None for name in DATES}
    except ValueError as error:
        raise FilterError(words.no_date) from error
    if days["since"] and days["until"] and days["since"] > days["until"]:
        raise FilterError(words.since_after_until)
    return Filters(**days, source=texts["source"][:MAX_SOURCE_CHARS] or None)


def in_words(filters: Filters, words: Strings) -> list[tuple[str, str]]:
    """Return the filters that are set, each by name and as people read it."""
    labels = {"since": words.since, "until": words.until, "as_of": words.as_of, "source": words.source}
    found = []
    for name in NAMES:
        value = getattr(filters, name)
        if value is not None:
            shown = day(value, words) if isinstance(value, date) else value
            found.append((name, f"{labels[name]}: {shown}"))
    return found
