"""`Filters`: which articles a search may return."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Filters:
    """Restrict a search by publication date and source.

    `since` and `until` are inclusive and leave undated articles out; `as_of` leaves out articles dated after
    it and keeps undated ones; `source` matches the article's source whole, case and accents folded.
    """

    since: date | None = None
    until: date | None = None
    as_of: date | None = None
    source: str | None = None
